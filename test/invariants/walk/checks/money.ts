import { same } from './assert';
import { BookStatus } from '../../../fixtures/compute';
import { DAY } from '../../../fixtures/market';
import type { State } from '../state';
import type { World } from '../world';
import { eventsOf, sum, type Check } from './check';

const VESTING_DAYS = 2;

export const MONEY: readonly Check[] = [
  {
    name: 'I1 the diamond holds what its buckets say, and donations on top',
    holds: (world, _, { balanceMor, buckets }) => {
      same(balanceMor - sum(Object.values(buckets)), world.donatedMor);
    },
  },
  {
    name: 'I2 the pool is what it received and was credited less what it paid',
    holds: (world, _, { buckets, pool }) => {
      const of = (kind: string): bigint => sum(world.pool.filter((event) => event.kind === kind).map((e) => e.amount));
      same(buckets.Pool, of('receive') + of('credit') - of('draw'));
      same(pool.paidMor, of('draw'));
    },
  },
  {
    name: 'I4 a call changes balance and buckets alike, but for donations',
    holds: (world, before, after) => {
      const changeOf = (state: (of: State) => bigint): bigint => state(after) - state(before);
      const inMor = sum(world.lastTransfers.filter(({ to }) => to === world.address).map((t) => t.amountMor));
      const outMor = sum(world.lastTransfers.filter(({ from }) => from === world.address).map((t) => t.amountMor));
      const syncedMor = sum(eventsOf(world, 'EmissionReceived').map(({ args }) => args['amountMor']));
      same(
        changeOf(({ balanceMor }) => balanceMor),
        inMor - outMor,
        'balance',
      );
      same(
        changeOf(({ buckets }) => sum(Object.values(buckets))),
        inMor - outMor + syncedMor - donatedBy(world),
        'buckets',
      );
    },
  },
  {
    name: 'I5 escrow is the cost of open direct sessions and what is owed directly',
    holds: (world, _, { buckets, providers }) => {
      const open = [...world.sessions.values()].filter(({ isOpen, isDirect }) => isOpen && isDirect);
      const owedMor = sum(providers.map(({ directOwedMor }) => directOwedMor));
      same(buckets.Escrow, sum(open.map(({ costMor }) => costMor)) + owedMor);
    },
  },
  {
    name: 'I3 what is paid is what the books say, whatever the diamond holds',
    holds: ({ rehearsed }) => {
      const claims = rehearsed.outcomes.filter(({ paysMor }) => paysMor !== undefined);
      for (const { name, paidMor, paysMor } of claims) same(paidMor, paysMor, name);
      same(rehearsed.gainsMor, rehearsed.wantedGainsMor, 'what users got');
    },
  },
  {
    name: 'I10 what is owed is the sum of all credits, of open sessions in full, and of books that stand',
    holds: (_, __, { pool, providers, books, waiting }) => {
      const sessionsMor = sum(providers.map(({ creditsMor }) => creditsMor));
      const standing = books.filter(({ status }) => status !== BookStatus.Fallen);
      const booksMor = sum(standing.map(({ totalMor, claimedMor }) => totalMor - claimedMor));
      same(pool.owedMor, sessionsMor + booksMor + sum(waiting.map(({ waitingMor }) => waitingMor)));
    },
  },
  {
    name: 'I10 credits vest on their day and are paid once: vested is what sessions promised less what was paid',
    holds: (world, _, { providers, day }) => {
      for (const { address, vestedMor } of providers) {
        const due = [...world.sessions.values()].filter(
          ({ provider, isDirect, earnedAt }) =>
            provider === address && !isDirect && Math.floor(earnedAt / DAY) + VESTING_DAYS <= day,
        );
        const promisedMor = sum(due.map(({ creditedMor }) => creditedMor));
        same(vestedMor, promisedMor - (world.claimedMor.get(address) ?? 0n), address);
      }
    },
  },
  {
    name: 'I10 what a claim did not pay stays owed',
    holds: (world, before, after) => {
      for (const { args } of eventsOf(world, 'SessionCreditsClaimed')) {
        const vestedOf = (state: State): bigint =>
          state.providers.find(({ address }) => address === args['provider'])!.vestedMor; // a provider of the walk
        same(args['leftMor'], vestedOf(after), 'kept');
        if (before.day === after.day) same(args['paidMor'], vestedOf(before) - vestedOf(after), 'paid');
      }
    },
  },
];

/** MOR that came by plain transfer in the last call, as when a provider's payout is the diamond itself [MOR-wei]. */
export function donatedBy(world: World): bigint {
  const isPlain = world.last.length === 0;
  return sum(
    world.lastTransfers
      .filter(({ from, to }) => to === world.address && (isPlain || from === world.address))
      .map(({ amountMor }) => amountMor),
  );
}
