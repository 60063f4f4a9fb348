import { DAY } from '../../../fixtures/market';
import type { Reader } from '../reader';
import type { World } from '../world';

export interface BookState {
  readonly status: bigint;
  readonly root: string;
  readonly totalMor: bigint;
  readonly claimedMor: bigint;
  readonly potMor: bigint;
  readonly openDemands: bigint;
  readonly sealedClock: bigint;
  /** Leaves that were claimed, in the order of the book. */
  readonly claims: readonly boolean[];
}

export interface RouterState {
  readonly router: string;
  readonly state: bigint;
  readonly bondMor: bigint;
  readonly openMor: bigint;
  readonly clock: bigint;
  readonly heldAt: bigint;
  readonly holdableFrom: bigint;
  readonly withdrawableAt: bigint;
  readonly openDay: bigint;
}

/** The day books as they are after a call; empty where a walk has none. */
export interface DaysState {
  /** In the order in which they were begun. */
  readonly books: readonly BookState[];
  readonly routers: readonly RouterState[];
  /** By provider, also thieves: credits of answers that wait for the guard [MOR-wei]. */
  readonly waiting: readonly { readonly address: string; readonly waitingMor: bigint }[];
  readonly access: {
    readonly referencePriceMor: bigint;
    readonly maxTokens: bigint;
    readonly accessRate: bigint;
    readonly userMax: readonly bigint[];
    /** By router: its part of today's budget [bps], and what it may credit each user [MOR-wei]. */
    readonly caps: readonly { readonly shareBps: bigint; readonly userMaxMor: readonly bigint[] }[];
  };
}

type Ask = (name: string, ...args: unknown[]) => () => ReturnType<Reader['decode']>;

/** Asks for all of it; the answers are there later. */
export function askDays(world: World, ask: Ask): () => DaysState {
  const { days, users, providers, now } = world;
  if (days === undefined) return () => NOTHING;
  const day = Math.floor(now / DAY);
  const books = days.books.map(({ router, day: bookDay, tree }) => ({
    view: ask('getDayBook', router.address, bookDay),
    claims: tree.claims.map(({ leaf }) => ask('isClaimed', router.address, bookDay, leaf.provider)),
  }));
  const routers = days.routers.map(({ address }) => ask('getRouter', address));
  const payees = [...providers, days.thief].map(({ address }) => ({
    address,
    waiting: ask('getRequestCredits', address),
  }));
  const accessDay = ask('getAccessDay', day);
  const rate = ask('accessRate', day);
  const userMax = users.map(({ address }) => ask('userMax', address, day));
  const caps = days.routers.map(({ address: router }) => ({
    share: ask('routerShare', router, day),
    userMaxMor: users.map(({ address }) => ask('userMaxMor', address, router, day)),
  }));
  return () => ({
    books: books.map(({ view, claims }) => ({
      ...(view()[0] as Omit<BookState, 'claims'>),
      claims: claims.map((claim) => claim()[0] as boolean),
    })),
    routers: routers.map((answer) => answer()[0] as RouterState),
    waiting: payees.map(({ address, waiting }) => ({ address, waitingMor: waiting()[0] as bigint })),
    access: {
      ...(accessDay()[0] as { referencePriceMor: bigint; maxTokens: bigint }),
      accessRate: rate()[0],
      userMax: userMax.map((answer) => answer()[0] as bigint),
      caps: caps.map(({ share, userMaxMor }) => ({
        shareBps: share()[0] as bigint,
        userMaxMor: userMaxMor.map((answer) => answer()[0] as bigint),
      })),
    },
  });
}

const NOTHING: DaysState = {
  books: [],
  routers: [],
  waiting: [],
  access: { referencePriceMor: 0n, maxTokens: 0n, accessRate: 0n, userMax: [], caps: [] },
};
