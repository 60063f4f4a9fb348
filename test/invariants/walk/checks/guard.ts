import { must, same } from './assert';
import { DAY, HOUR } from '../../../fixtures/market';
import { scheduledAt } from '../guard-model';
import type { World } from '../world';
import { eventsOf, least, sum, type Check } from './check';

/** Balance of the pool after all events until a time, from events [MOR-wei]. */
const heldAt = (world: World, t: number): bigint =>
  sum(
    world.pool.filter((event) => event.t <= BigInt(t)).map(({ kind, amount }) => (kind === 'draw' ? -amount : amount)),
  );

/** The most the pool held since a time, from events [MOR-wei]. */
function mostSince(world: World, t: number): bigint {
  let [heldMor, mostMor] = [0n, heldAt(world, t)];
  for (const event of world.pool) {
    heldMor += event.kind === 'draw' ? -event.amount : event.amount;
    if (event.t > BigInt(t) && heldMor > mostMor) mostMor = heldMor;
  }
  return mostMor;
}

export const GUARD: readonly Check[] = [
  {
    name: 'I6 no 24 hours let out more than the guard promises',
    holds: (world) => {
      if (eventsOf(world, 'PoolPaid').length === 0) return;
      const { protocol } = world;
      const scheduledComputeOfDay = (day: bigint): bigint => scheduledAt(protocol, Number(day) * DAY);
      same(protocol.guardViolations(world.pool, { guardBps: 100n, scheduledComputeOfDay }), []);
    },
  },
  {
    name: 'I6 the guard is in the state of the reference model',
    holds: (world, _, { pool }) => {
      const { spentMor, receivedMor, availableMor } = pool;
      same({ spentMor, receivedMor, availableMor }, world.guard.statusAt(world.now));
    },
  },
  {
    name: 'I7 idle time builds up no burst: never more than one schedule and 1 % of the most the pool held of late',
    holds: (world, _, { pool }) => {
      const mostMor = mostSince(world, world.now - 2 * DAY);
      const limitMor = scheduledAt(world.protocol, world.now) + mostMor / 100n;
      must(pool.availableMor <= limitMor, `${pool.availableMor} of ${limitMor}`);
    },
  },
  {
    name: 'I8 all payments and receipts of the window count, whatever was changed, paused or upgraded since',
    holds: (world, _, { pool, hour }) => {
      const countedMor = (kind: string, hours: number): bigint =>
        sum(
          world.pool
            .filter((event) => event.kind === kind && Number(event.t) >= (hour - hours) * HOUR)
            .map(({ amount }) => amount),
        );
      same(pool.spentMor, countedMor('draw', 24), 'spent');
      same(pool.receivedMor, countedMor('receive', 23), 'received');
    },
  },
  {
    name: 'I9 a lump of emission or a donation widens the guard by at most one schedule',
    holds: (world, before, after) => {
      if (eventsOf(world, 'EmissionReceived').length === 0 || before.hour !== after.hour) return;
      const riseMor = after.pool.availableMor - before.pool.availableMor;
      const scheduledMor = scheduledAt(world.protocol, world.now);
      const freeMor = scheduledMor - least(before.pool.receivedMor, scheduledMor);
      must(riseMor <= freeMor, `${riseMor} of ${freeMor}`);
    },
  },
  {
    name: 'I11 without emission the pool keeps 99 % a day',
    holds: (world, _, { pool }) => {
      const lastEmissionAt = Number(world.pool.filter(({ kind }) => kind === 'receive').at(-1)?.t ?? 0n);
      const dryAt = lastEmissionAt + DAY;
      if (world.now < dryAt) return;
      const days = BigInt(Math.floor((world.now - dryAt) / DAY)) + 1n;
      const isKept = pool.balanceMor * 100n ** days >= heldAt(world, dryAt) * 99n ** days;
      must(isKept, `${pool.balanceMor} after ${days} days`);
    },
  },
];
