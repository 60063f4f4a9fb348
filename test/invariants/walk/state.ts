import { askDays, type DaysState } from './days/state';
import type { Reader } from './reader';
import { DAY, Purpose, Unit } from '../../fixtures/market';
import { BUCKETS, type BucketName } from '../../fixtures/money';
import type { Step } from './rehearsal';
import { COMMITTED } from './stage';
import type { KnownBid, World } from './world';

/** A bid as the list of its model shows it. */
export interface ListedBid {
  readonly bidId: string;
  readonly priceMor: bigint;
}

export interface AccountState {
  readonly activeMor: bigint;
  readonly countedMor: bigint;
  readonly usedMor: bigint;
  readonly remainingMor: bigint;
}

export interface ProviderState {
  readonly address: string;
  readonly isActive: boolean;
  readonly isKnown: boolean;
  readonly stakeMor: bigint;
  readonly vestedMor: bigint;
  readonly creditsMor: bigint;
  readonly directOwedMor: bigint;
}

/** The diamond as it is after a call, all of one block. */
export interface State extends DaysState {
  readonly day: number;
  readonly hour: number;
  readonly balanceMor: bigint;
  readonly buckets: Readonly<Record<BucketName, bigint>>;
  readonly pool: {
    readonly balanceMor: bigint;
    readonly owedMor: bigint;
    readonly paidMor: bigint;
    readonly spentMor: bigint;
    readonly receivedMor: bigint;
    readonly availableMor: bigint;
  };
  readonly pausedOperations: number;
  readonly pausedUntil: number;
  /** What each user has outside the diamond [MOR-wei]. */
  readonly walletsMor: readonly bigint[];
  readonly today: { poolMor: bigint; budgetMor: bigint; supplyMor: bigint; openedAt: bigint };
  readonly accounts: Readonly<Record<'Session' | 'Access', readonly AccountState[]>>;
  readonly totals: Readonly<Record<'Session' | 'Access', { countedMor: bigint; activeMor: bigint }>>;
  readonly unstaking: readonly { dueMor: bigint; allMor: bigint }[];
  readonly providers: readonly ProviderState[];
  readonly models: readonly {
    modelId: string;
    owner: string;
    isActive: boolean;
    stakeMor: bigint;
    listed: readonly ListedBid[];
  }[];
  readonly bids: readonly (KnownBid & { isActive: boolean })[];
  readonly sessions: readonly { sessionId: string; isClosed: boolean; usedSeconds: bigint }[];
  /** Facet of functions: of all at the start, after a cut and at the end, of some after every call. */
  readonly table: readonly { readonly selector: string; readonly facet: string }[];
}

/** The values of an answer that will be there. */
type Ask = () => ReturnType<Reader['decode']>;

/** Of so many functions one is read after every call. */
const TABLE_PART = 20;

/** Functions whose facets are read now; a table that is not cut does not change, and the end of a walk reads it all. */
function functionsToRead(world: World): string[] {
  const all = Object.keys(COMMITTED);
  const { trace, last, isLast } = world;
  const isWhole = trace.length === 0 || isLast || last.some(({ name }) => name === 'DiamondCut');
  return isWhole ? all : all.filter((_, i) => i % TABLE_PART === trace.length % TABLE_PART);
}

/**
 * Reads everything the checks look at in one call. Half-way the call opens the day, if it is not open, which leaves
 * nothing behind: a read of a stake simulates the day otherwise, each for itself.
 */
export async function stateOf(world: World): Promise<State> {
  const day = Math.floor(world.now / DAY);
  const models = [...world.models];
  // What is deleted or closed cannot come back, so only the last of those are read again; that a session is open shows
  // when it closes in the rehearsal.
  const bids = [...world.bids.values()].filter((bid, i, all) => !bid.isDeleted || i > all.length - 4);
  const sessions = [...world.sessions.values()].filter(({ isOpen }) => !isOpen).slice(-3);
  const steps: Step[] = [];
  const askOf =
    ({ step, decode }: World['reader']) =>
    (name: string, ...args: unknown[]): Ask => {
      const i = steps.push(step(name, args)) - 1;
      return () => decode(name, answers[i]!);
    };
  const ask = askOf(world.reader);
  const askToken = askOf(world.tokenReader);
  const balance = askToken('balanceOf', world.address);
  const wallets = world.users.map((user) => askToken('balanceOf', user.address));
  const treasury = ask('getTreasury');
  const pool = ask('getPool');
  const pauseState = ask('pauseState');
  const table = functionsToRead(world).map((selector) => ({ selector, facet: ask('facetAddress', selector) }));
  const totals = [Purpose.Session, Purpose.Access].map((purpose) => ({
    counted: ask('totalCountedStake', purpose, day),
    active: ask('totalActiveStake', purpose),
  }));
  if (!world.openedDays.has(day)) steps.push(world.reader.step('openDay', []));
  const today = ask('getDay', day);
  const days = askDays(world, ask);
  const accounts = (purpose: number) => world.users.map((user) => ask('getStake', user.address, purpose));
  const sessionAccounts = accounts(Purpose.Session);
  const accessAccounts = accounts(Purpose.Access);
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

  const answers = await world.rehearsal.play(steps);
  const struct = <T>(answer: Ask): T => answer()[0] as T;
  const listOf = (answer: Ask): ListedBid[] => answer()[0] as ListedBid[];
  const amounts = treasury()[0] as bigint[];
  return {
    ...days(),
    day,
    hour: Math.floor(world.now / 3_600),
    balanceMor: balance()[0],
    buckets: Object.fromEntries(BUCKETS.map((name, i) => [name, amounts[i]!])) as Record<BucketName, bigint>,
    pool: struct(pool),
    pausedOperations: Number(pauseState()[0]),
    pausedUntil: Number(pauseState()[1]),
    walletsMor: wallets.map((answer) => answer()[0]),
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
    table: table.map(({ selector, facet }) => ({ selector, facet: facet()[0] })),
  };
}
