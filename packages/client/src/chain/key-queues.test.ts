import { describe, expect, it } from 'vitest';
import { createKeyQueues } from './key-queues.js';

const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const BOB = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

describe('a key queue', () => {
  it('runs tasks of one key one after the other, also after a failure', async () => {
    const queue = createKeyQueues().of(ALICE);
    const order: string[] = [];
    const task = (name: string) => async (): Promise<void> => {
      order.push(`${name} starts`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('a failed');
    };
    const [a, b] = await Promise.allSettled([queue.run(task('a')), queue.run(task('b'))]);
    expect([a.status, b.status]).toEqual(['rejected', 'fulfilled']);
    expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('is one per key', () => {
    const queues = createKeyQueues();
    expect(queues.of(ALICE)).toBe(queues.of(ALICE));
    expect(queues.of(ALICE)).not.toBe(queues.of(BOB));
  });

  it('refuses more tasks than may wait', async () => {
    const queue = createKeyQueues({ maxWaiting: 1 }).of(ALICE);
    let release = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (release = resolve)));
    await expect(queue.run(async () => undefined)).rejects.toMatchObject({ code: 'CHAIN_QUEUE_FULL' });
    release();
    await first;
    await expect(queue.run(async () => 'ok')).resolves.toBe('ok');
  });

  it('counts on from what was sent while the endpoint lags, and believes the endpoint afterwards', () => {
    let now = 0;
    const queue = createKeyQueues({ maxLagMs: 1_000, clock: () => now }).of(ALICE);
    expect(queue.nextNonce(4)).toBe(4);
    queue.used(4);
    expect(queue.nextNonce(4)).toBe(5);
    expect(queue.nextNonce(9)).toBe(9);
    now = 1_000;
    expect(queue.nextNonce(4)).toBe(4);
  });

  it('forgets what turned out wrong', () => {
    const queue = createKeyQueues().of(ALICE);
    queue.used(4);
    queue.forget();
    expect(queue.nextNonce(2)).toBe(2);
  });
});
