import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPool } from './pool.js';

const { signal } = new AbortController();
const QUEUE_TIMEOUT_MS = 1_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pool = () => createPool(['a'], { queueLimit: 2, queueTimeoutMs: QUEUE_TIMEOUT_MS });

describe('a pool', () => {
  it('lends each item once at a time, first come, first served', async () => {
    const slots = pool();
    const first = await slots.lease(signal);
    const order: string[] = [];
    const second = slots.lease(signal).then((lease) => (order.push('second'), lease));
    const third = slots.lease(signal).then((lease) => (order.push('third'), lease));
    expect(slots.state()).toEqual({ total: 1, busy: 1, waiting: 2 });
    first.release();
    (await second).release();
    (await third).release();
    expect(order).toEqual(['second', 'third']);
    expect(slots.state()).toEqual({ total: 1, busy: 0, waiting: 0 });
  });

  it('takes an item back once, however often it is released', async () => {
    const slots = pool();
    const lease = await slots.lease(signal);
    lease.release();
    lease.release();
    expect(slots.state()).toEqual({ total: 1, busy: 0, waiting: 0 });
    await slots.lease(signal);
    expect(slots.state().busy).toBe(1);
  });

  it('refuses the one who would wait beyond the limit', async () => {
    const slots = pool();
    const { release } = await slots.lease(signal);
    const waiting = [slots.lease(signal), slots.lease(signal)];
    await expect(slots.lease(signal)).rejects.toMatchObject({
      code: 'queue_full',
      status: 429,
      headers: { 'retry-after': '1' },
    });
    release();
    for (const lease of waiting) (await lease).release();
  });

  it('ends a wait after its time', async () => {
    const slots = pool();
    await slots.lease(signal);
    const waiting = slots.lease(signal);
    vi.advanceTimersByTime(QUEUE_TIMEOUT_MS);
    await expect(waiting).rejects.toMatchObject({ code: 'queue_timeout', status: 503 });
    expect(slots.state().waiting).toBe(0);
  });

  it('lets an aborted waiter go, and refuses who comes aborted', async () => {
    const slots = pool();
    const { release } = await slots.lease(signal);
    const controller = new AbortController();
    const waiting = slots.lease(controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    release();
    await expect(slots.lease(controller.signal)).rejects.toThrow('enough');
    expect(slots.state()).toEqual({ total: 1, busy: 0, waiting: 0 });
  });
});
