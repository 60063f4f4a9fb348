import { describe, expect, it } from 'vitest';
import { AGEING_MS, createSlots, MAX_PRIORITY, type SlotsOptions } from './slots.js';

const never = (): AbortSignal => new AbortController().signal;

function slotsOf(options: Partial<SlotsOptions> = {}) {
  let now = 0;
  const slots = createSlots({ clock: { monotonic: () => now } }, { name: 'm', slots: 1, queue: 1, ...options });
  return { slots, pass: (ms: number) => void (now += ms) };
}

/** Waits in line and writes down when it was served; serving takes no time. */
function waiterOf({ slots }: ReturnType<typeof slotsOf>, order: string[]) {
  return (name: string, priority = 0): Promise<void> =>
    slots.acquire(never(), { priority }).then((free) => {
      order.push(name);
      free();
    });
}

describe('createSlots', () => {
  it('lets the bounded number run and wait, then refuses with the length of the queue', async () => {
    const { slots } = slotsOf();
    const release = await slots.acquire(never());
    const second = slots.acquire(never());
    await expect(slots.acquire(never())).rejects.toMatchObject({
      code: 'queue_full',
      httpStatus: 429,
      details: { slots: 1, queue: 1 },
    });
    expect(slots.load()).toMatchObject({ busy: 1, waiting: 1 });
    release();
    release();
    (await second)();
    expect(slots.load()).toMatchObject({ busy: 0, waiting: 0 });
  });

  it('serves those who wait in the order in which they came', async () => {
    const here = slotsOf({ queue: 3 });
    const order: string[] = [];
    const release = await here.slots.acquire(never());
    const waits = ['a', 'b', 'c'].map((name) => waiterOf(here, order)(name));
    release();
    await Promise.all(waits);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('gives the place of who leaves to the next', async () => {
    const { slots } = slotsOf({ queue: 2 });
    const release = await slots.acquire(never());
    const leaver = new AbortController();
    const left = slots.acquire(leaver.signal);
    const next = slots.acquire(never());
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    release();
    (await next)();
    expect(slots.load()).toMatchObject({ busy: 0, waiting: 0 });
  });

  it('does not let anybody wait for ever', async () => {
    const { slots } = slotsOf({ waitTimeoutMs: 5 });
    await slots.acquire(never());
    await expect(slots.acquire(never())).rejects.toMatchObject({ code: 'queue_timeout', httpStatus: 503 });
  });

  it('takes other limits while tasks run: more are let in at once, fewer as tasks end', async () => {
    const { slots } = slotsOf({ queue: 4 });
    const first = await slots.acquire(never());
    const [second, third] = [slots.acquire(never()), slots.acquire(never())];
    slots.resize({ slots: 3, queue: 4 });
    const releases = [first, await second, await third];
    slots.resize({ slots: 1, queue: 4 });
    const fourth = slots.acquire(never());
    for (const [at, release] of releases.entries()) {
      expect(slots.load()).toMatchObject({ busy: 3 - at, waiting: 1 });
      release();
    }
    (await fourth)();
  });

  it('tells when nothing runs and nothing waits', async () => {
    const { slots } = slotsOf();
    await slots.idle(never());
    const release = await slots.acquire(never());
    const second = slots.acquire(never());
    let isIdle = false;
    const idle = slots.idle(never()).then(() => (isIdle = true));
    release();
    const last = await second;
    expect(isIdle).toBe(false);
    last();
    await idle;
    expect(isIdle).toBe(true);
    await expect(slots.idle(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('what a client is told to wait when the queue is full', () => {
  it.each([
    ['is the time of the queue, by how long answers took', { slots: 1, queue: 2, tookMs: 4_000 }, 12],
    ['is less with more slots', { slots: 4, queue: 2, tookMs: 4_000 }, 3],
    ['is a second at least', { slots: 1, queue: 0, tookMs: 10 }, 1],
    ['is two minutes at most', { slots: 1, queue: 9, tookMs: 600_000 }, 120],
  ])('%s', async (_, { slots: count, queue, tookMs }, seconds) => {
    const { slots, pass } = slotsOf({ slots: count, queue });
    const measured = await slots.acquire(never());
    pass(tookMs);
    measured();
    const running = Array.from({ length: count + queue }, () => slots.acquire(never()));
    await expect(slots.acquire(never())).rejects.toMatchObject({ retryAfterSeconds: seconds });
    expect(running).toHaveLength(count + queue);
  });

  it('goes by what runs already before anything ended', async () => {
    const { slots, pass } = slotsOf();
    await slots.acquire(never());
    void slots.acquire(never());
    pass(7_000);
    await expect(slots.acquire(never())).rejects.toMatchObject({ retryAfterSeconds: 14 });
  });

  it('follows answers that become slower', async () => {
    const { slots, pass } = slotsOf();
    for (const tookMs of [1_000, ...Array.from({ length: 30 }, () => 5_000)]) {
      const release = await slots.acquire(never());
      pass(tookMs);
      release();
    }
    expect(slots.load().serviceMs).toBeGreaterThan(4_900);
  });
});

describe('priority', () => {
  it('puts who is more urgent before who came a little earlier', async () => {
    const here = slotsOf({ queue: 3 });
    const order: string[] = [];
    const wait = waiterOf(here, order);
    const release = await here.slots.acquire(never());
    const waits = [wait('plain'), wait('urgent', 2), wait('more urgent', 3)];
    release();
    await Promise.all(waits);
    expect(order).toEqual(['more urgent', 'urgent', 'plain']);
  });

  it('never lets anybody be overtaken by who came later than the bound (O6)', async () => {
    const here = slotsOf({ queue: 64 });
    const order: string[] = [];
    const wait = waiterOf(here, order);
    const release = await here.slots.acquire(never());
    const waits = [wait('patient')];
    // An endless stream of the most urgent there can be, and of those who claim more than that.
    for (let at = 1; at <= 30; at += 1) {
      here.pass(1_000);
      waits.push(wait(`urgent ${at}`, at % 2 === 0 ? MAX_PRIORITY : 1_000));
    }
    release();
    await Promise.all(waits);
    const boundSeconds = (MAX_PRIORITY * AGEING_MS) / 1_000;
    expect(order.indexOf('patient')).toBe(boundSeconds - 1);
  });
});
