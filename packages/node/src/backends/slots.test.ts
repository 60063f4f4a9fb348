import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.js';

const never = new AbortController().signal;

describe('createSlots', () => {
  it('lets the bounded number run and wait, then refuses with Retry-After', async () => {
    const slots = createSlots({ name: 'm', slots: 1, queue: 1 });
    const release = await slots.acquire(never);
    const second = slots.acquire(never);
    await expect(slots.acquire(never)).rejects.toMatchObject({
      code: 'queue_full',
      httpStatus: 429,
      retryAfterSeconds: 2,
    });
    expect(slots.load()).toEqual({ busy: 1, waiting: 1 });
    release();
    release();
    (await second)();
    expect(slots.load()).toEqual({ busy: 0, waiting: 0 });
  });

  it('serves those who wait in the order in which they came', async () => {
    const slots = createSlots({ name: 'm', slots: 1, queue: 3 });
    const order: number[] = [];
    const release = await slots.acquire(never);
    const waits = [1, 2, 3].map((place) =>
      slots.acquire(never).then((free) => {
        order.push(place);
        free();
      }),
    );
    release();
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3]);
  });

  it('gives the place of who leaves to the next', async () => {
    const slots = createSlots({ name: 'm', slots: 1, queue: 2 });
    const release = await slots.acquire(never);
    const leaver = new AbortController();
    const left = slots.acquire(leaver.signal);
    const next = slots.acquire(never);
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    release();
    (await next)();
    expect(slots.load()).toEqual({ busy: 0, waiting: 0 });
  });

  it('does not let anybody wait for ever', async () => {
    const slots = createSlots({ name: 'm', slots: 1, queue: 1, waitTimeoutMs: 5 });
    await slots.acquire(never);
    await expect(slots.acquire(never)).rejects.toMatchObject({ code: 'queue_timeout', httpStatus: 503 });
  });
});
