import { expect } from 'chai';
import type { BaseContract, Result } from 'ethers';
import { readMany, type Read } from '../../fixtures/batch';
import { DAY, Purpose, Unit } from '../../fixtures/market';
import { BUCKETS, type BucketName } from '../../fixtures/money';
import type { KnownBid, World } from './world';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** A bid as the list of its model shows it. */
interface ListedBid {
  readonly bidId: string;
  readonly priceMor: bigint;
}

interface AccountState {
  readonly activeMor: bigint;
  readonly countedMor: bigint;
  readonly usedMor: bigint;
}

/** The diamond as it is after a call, all of one block. */
export interface State {
  readonly day: number;
  readonly balanceMor: bigint;
  readonly buckets: Readonly<Record<BucketName, bigint>>;
  readonly pool: { balanceMor: bigint; owedMor: bigint; paidMor: bigint };
  readonly today: { poolMor: bigint; budgetMor: bigint; supplyMor: bigint; openedAt: bigint };
  readonly accounts: Readonly<Record<'Session' | 'Access', readonly AccountState[]>>;
  readonly totals: Readonly<Record<'Session' | 'Access', { countedMor: bigint; activeMor: bigint }>>;
  readonly unstaking: readonly { dueMor: bigint; allMor: bigint }[];
  readonly providers: readonly {
    address: string;
    isActive: boolean;
    isKnown: boolean;
    stakeMor: bigint;
    vestedMor: bigint;
    creditsMor: bigint;
    directOwedMor: bigint;
  }[];
  readonly models: readonly {
    modelId: string;
    owner: string;
    isActive: boolean;
    stakeMor: bigint;
    listed: readonly ListedBid[];
  }[];
  readonly bids: readonly (KnownBid & { isActive: boolean })[];
  readonly sessions: readonly { sessionId: string; isClosed: boolean; usedSeconds: bigint }[];
}

/** Reads everything the checks look at in two calls. */
export async function stateOf(world: World): Promise<State> {
  const day = Math.floor(world.now / DAY);
  const models = [...world.models];
  // What is deleted or closed cannot come back, so only the last of those are read again.
  const bids = [...world.bids.values()].filter((bid, i, all) => !bid.isDeleted || i > all.length - 4);
  const sessions = [...world.sessions.values()].filter((session, i, all) => session.isOpen || i > all.length - 4);
  const reads: Read[] = [];
  const ask = (name: string, ...args: unknown[]): (() => Result) => {
    const i = reads.push([name, args]) - 1;
    return () => results[i]!;
  };
  const treasury = ask('getTreasury');
  const pool = ask('getPool');
  const today = ask('getDay', day);
  const accounts = (purpose: number) => world.users.map((user) => ask('getStake', user.address, purpose));
  const sessionAccounts = accounts(Purpose.Session);
  const accessAccounts = accounts(Purpose.Access);
  const totals = [Purpose.Session, Purpose.Access].map((purpose) => ({
    counted: ask('totalCountedStake', purpose, day),
    active: ask('totalActiveStake', purpose),
  }));
  const unstaking = world.users.map((user) => ask('getUnstaking', user.address));
  const providers = world.providers.map(({ address }) => ({
    address,
    isActive: ask('getIsProviderActive', address),
    record: ask('getProvider', address),
    credits: ask('getSessionCredits', address),
    owed: ask('getDirectOwed', address),
  }));
  const modelReads = models.map((modelId) => ({
    modelId,
    record: ask('getModel', modelId),
    isActive: ask('getIsModelActive', modelId),
    second: ask('getModelBidViews', modelId, Unit.Second, 0, 100),
    token: ask('getModelBidViews', modelId, Unit.Token, 0, 100),
  }));
  const bidReads = bids.map(({ bidId, unit }) => ask(unit === 0n ? 'isBidActive' : 'isTokenBidActive', bidId));
  const sessionReads = sessions.map(({ sessionId }) => ask('getSession', sessionId));

  const results = await readMany(world.diamond as unknown as BaseContract, reads, reads.length);
  const struct = <T>(answer: () => Result): T => (answer()[0] as Result).toObject() as T;
  const listOf = (answer: () => Result): ListedBid[] => [...(answer()[0] as Result)].map((view) => view.toObject());
  const amounts = treasury()[0] as bigint[];
  return {
    day,
    balanceMor: await world.mor.balanceOf(world.address),
    buckets: Object.fromEntries(BUCKETS.map((name, i) => [name, amounts[i]!])) as Record<BucketName, bigint>,
    pool: struct(pool),
    today: struct(today),
    accounts: { Session: sessionAccounts.map(struct<AccountState>), Access: accessAccounts.map(struct<AccountState>) },
    totals: {
      Session: { countedMor: totals[0]!.counted()[0], activeMor: totals[0]!.active()[0] },
      Access: { countedMor: totals[1]!.counted()[0], activeMor: totals[1]!.active()[0] },
    },
    unstaking: unstaking.map((answer) => {
      const { dueMor, firstMor, secondMor } = struct<Record<string, bigint>>(answer);
      return { dueMor: dueMor!, allMor: dueMor! + firstMor! + secondMor! };
    }),
    providers: providers.map(({ address, isActive, record, credits, owed }) => ({
      address,
      isActive: isActive()[0],
      isKnown: struct<{ createdAt: bigint }>(record).createdAt !== 0n,
      stakeMor: struct<{ stake: bigint }>(record).stake,
      vestedMor: credits()[0],
      creditsMor: credits()[0] + credits()[1],
      directOwedMor: owed()[0],
    })),
    models: modelReads.map(({ modelId, record, isActive, second, token }) => ({
      modelId,
      isActive: isActive()[0],
      owner: struct<{ owner: string }>(record).owner,
      stakeMor: struct<{ stake: bigint }>(record).stake,
      listed: [...listOf(second), ...listOf(token)],
    })),
    bids: bids.map((bid, i) => ({ ...bid, isActive: bidReads[i]!()[0] })),
    sessions: sessionReads.map(struct<State['sessions'][number]>),
  };
}

/** A promise: its name as in README.md, and what must hold after a call. */
export interface Check {
  readonly name: string;
  readonly holds: (world: World, before: State, after: State) => void;
}

const eventsOf = (world: World, name: string) => world.last.filter((event) => event.name === name);

export const CHECKS: readonly Check[] = [
  {
    name: 'I1 the diamond holds what its buckets say, and donations on top',
    holds: (world, _, { balanceMor, buckets }) => {
      expect(balanceMor - sum(Object.values(buckets))).to.equal(world.donatedMor);
    },
  },
  {
    name: 'I2 the pool is what it received and was credited less what it paid',
    holds: (world, _, { buckets, pool }) => {
      const of = (kind: string): bigint => sum(world.pool.filter((event) => event.kind === kind).map((e) => e.amount));
      expect(buckets.Pool).to.equal(of('receive') + of('credit') - of('draw'));
      expect(pool.paidMor).to.equal(of('draw'));
    },
  },
  {
    name: 'I4 a call changes balance and buckets alike, but for donations',
    holds: (world, before, after) => {
      const changeOf = (state: (of: State) => bigint): bigint => state(after) - state(before);
      const inMor = sum(world.lastTransfers.filter(({ to }) => to === world.address).map((t) => t.amountMor));
      const outMor = sum(world.lastTransfers.filter(({ from }) => from === world.address).map((t) => t.amountMor));
      const syncedMor = sum(eventsOf(world, 'EmissionReceived').map(({ args }) => args['amountMor']));
      expect(
        changeOf(({ balanceMor }) => balanceMor),
        'balance',
      ).to.equal(inMor - outMor);
      expect(
        changeOf(({ buckets }) => sum(Object.values(buckets))),
        'buckets',
      ).to.equal(inMor - outMor + syncedMor - donatedBy(world));
    },
  },
  {
    name: 'I5 escrow is the cost of open direct sessions and what is owed directly',
    holds: (world, _, { buckets, providers }) => {
      const open = [...world.sessions.values()].filter(({ isOpen, isDirect }) => isOpen && isDirect);
      const owedMor = sum(providers.map(({ directOwedMor }) => directOwedMor));
      expect(buckets.Escrow).to.equal(sum(open.map(({ costMor }) => costMor)) + owedMor);
    },
  },
  {
    name: 'I6 no 24 hours let out more than the guard promises',
    holds: (world) => {
      if (eventsOf(world, 'PoolPaid').length === 0) return;
      const { protocol } = world;
      const scheduledComputeOfDay = (day: bigint): bigint =>
        protocol.scheduledComputeOfDay(protocol.ARBITRUM_SCHEDULE, day);
      expect(protocol.guardViolations(world.pool, { guardBps: 100n, scheduledComputeOfDay })).to.deep.equal([]);
    },
  },
  {
    name: 'I10 what is owed is the sum of all credits, vested or not, of open sessions in full',
    holds: (_, __, { pool, providers }) => {
      expect(pool.owedMor).to.equal(sum(providers.map(({ creditsMor }) => creditsMor)));
    },
  },
  {
    name: 'I13 nobody used more of a day than the share of the stake that counted',
    holds: (world, _, { accounts, today, day }) => {
      if (today.openedAt === 0n) return;
      accounts.Session.forEach(({ usedMor, countedMor }, i) => {
        const { address } = world.users[i]!;
        const ofToday = [...world.sessions.values()].filter(
          ({ user, isDirect, openedAt }) => user === address && !isDirect && Math.floor(openedAt / DAY) === day,
        );
        // What sessions of other days gave back is gone with their days.
        const promisedMor = sum(ofToday.map(({ costMor, returnedMor }) => costMor - returnedMor));
        expect(usedMor, `used by user ${i}, from the events`).to.equal(promisedMor);
        expect(promisedMor * today.supplyMor <= today.budgetMor * countedMor, `user ${i}: ${usedMor}`).to.equal(true);
      });
    },
  },
  {
    name: 'I13b all stake that counts on a day is at most its supply',
    holds: (_, __, { accounts, totals, today }) => {
      for (const purpose of ['Session', 'Access'] as const) {
        const countedMor = sum(accounts[purpose].map((account) => account.countedMor));
        expect(totals[purpose].countedMor, `${purpose} counted`).to.equal(countedMor);
      }
      if (today.openedAt === 0n) return;
      expect(totals.Session.countedMor + totals.Access.countedMor <= today.supplyMor, 'within supply').to.equal(true);
    },
  },
  {
    name: 'I15 stakes add up to their buckets',
    holds: (_, __, { accounts, totals, buckets, unstaking, providers, models }) => {
      for (const purpose of ['Session', 'Access'] as const) {
        const activeMor = sum(accounts[purpose].map((account) => account.activeMor));
        expect(totals[purpose].activeMor, `${purpose} total`).to.equal(activeMor);
        expect(buckets[`${purpose}Stakes`], `${purpose} bucket`).to.equal(activeMor);
      }
      expect(buckets.Unstaking, 'unstaking').to.equal(sum(unstaking.map(({ allMor }) => allMor)));
      expect(buckets.ProviderStakes, 'providers').to.equal(sum(providers.map(({ stakeMor }) => stakeMor)));
      expect(buckets.ModelStakes, 'models').to.equal(sum(models.map(({ stakeMor }) => stakeMor)));
    },
  },
  {
    name: 'I16 a session opens once and closes once',
    holds: (world, before, after) => {
      const was = new Map(before.sessions.map(({ sessionId, isClosed }) => [sessionId, isClosed]));
      for (const { sessionId, isClosed } of after.sessions) {
        expect(isClosed, sessionId).to.equal(!world.sessions.get(sessionId)!.isOpen);
        if (was.get(sessionId) === true) expect(isClosed, `${sessionId} opened again`).to.equal(true);
      }
    },
  },
  {
    name: 'I17 a session earns at most price x time, and its cost is divided without a rest',
    holds: (world) => {
      for (const { args } of eventsOf(world, 'SessionSettled')) {
        const { sessionId, usedSeconds, creditedMor, returnedMor, backToPoolMor } = args.toObject();
        const session = world.sessions.get(sessionId)!;
        const priceMor = session.costMor / BigInt(session.durationSeconds);
        const elapsed = Math.min(world.now - session.openedAt, session.durationSeconds);
        expect(usedSeconds, 'used').to.equal(BigInt(elapsed));
        expect(creditedMor + backToPoolMor <= priceMor * BigInt(elapsed), 'earned').to.equal(true);
        expect(creditedMor + returnedMor + backToPoolMor, 'parts').to.equal(session.costMor);
      }
    },
  },
  {
    name: 'I23 what sessions use of a day is at most its budget',
    holds: (_, __, { accounts, today }) => {
      if (today.openedAt === 0n) return;
      expect(sum(accounts.Session.map(({ usedMor }) => usedMor)) <= today.budgetMor).to.equal(true);
    },
  },
  {
    name: 'I26 the snapshot of a day never changes',
    holds: (_, before, after) => {
      if (before.day !== after.day || before.today.openedAt === 0n) return;
      // A day that is not open is simulated at the time of the question.
      if (Number(before.today.openedAt) !== Number(after.today.openedAt)) return;
      expect(after.today).to.deep.equal(before.today);
    },
  },
  {
    name: 'I27 an active bid has an active provider and an active model',
    holds: (_, __, { bids, providers, models }) => {
      for (const { bidId, provider, modelId } of bids.filter(({ isActive }) => isActive)) {
        expect(providers.find(({ address }) => address === provider)!.isActive, `provider of ${bidId}`).to.equal(true);
        expect(models.find((model) => model.modelId === modelId)!.isActive, `model of ${bidId}`).to.equal(true);
      }
    },
  },
  {
    name: 'I28 a provider has one active bid per model and kind, and no price changes under an id',
    holds: (world, _, { bids, models }) => {
      const active = bids.filter(({ isActive }) => isActive);
      const kinds = active.map(({ provider, modelId, unit }) => `${provider} ${modelId} ${unit}`);
      expect(new Set(kinds).size, 'kinds').to.equal(kinds.length);
      const listed = models.flatMap((model) => model.listed);
      listed.forEach(({ bidId, priceMor }) => expect(priceMor, bidId).to.equal(world.bids.get(bidId)!.priceMor));
    },
  },
  {
    name: 'I29 the active list of a model holds exactly its active bids',
    holds: (_, __, { bids, models }) => {
      for (const { modelId, listed } of models) {
        const active = bids.filter((bid) => bid.isActive && bid.modelId === modelId).map(({ bidId }) => bidId);
        expect(
          listed.map(({ bidId }) => bidId),
          modelId,
        ).to.have.members(active);
        expect(new Set(listed.map(({ bidId }) => bidId)).size).to.equal(listed.length);
      }
    },
  },
  {
    name: 'I30 a slash takes at most the stake, and all of it goes to the pool',
    holds: (world, before, after) => {
      for (const { args } of eventsOf(world, 'ProviderSlashed')) {
        const { provider, amountMor } = args.toObject();
        const stakeOf = (state: State): bigint => state.providers.find(({ address }) => address === provider)!.stakeMor;
        expect(amountMor <= stakeOf(before), 'at most the stake').to.equal(true);
        expect(stakeOf(before) - stakeOf(after), 'stake').to.equal(amountMor);
        expect(after.buckets.Pool - before.buckets.Pool, 'pool').to.equal(amountMor);
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
