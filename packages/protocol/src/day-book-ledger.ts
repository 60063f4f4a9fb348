import { marketReferenceMor, maxTokensOf, requestCap } from './access.js';
import { bookClosesAt, bookStatus, type DayBookRecord } from './day-book-record.js';
import { type DaySnapshot, daySnapshot } from './day.js';
import { type EmissionSchedule, scheduledComputeOfDay, scheduledTotalOfDay } from './emission.js';
import { ProtocolError, type ProtocolErrorCode } from './errors.js';
import { createGuard, draw, type Guard, type GuardRules, guardStatus, receive } from './guard.js';
import { incentiveOf, isLaunchDay, placesOf, potMor } from './incentive.js';
import { min } from './math.js';
import { type Address, dayOf } from './units.js';

/** The books of this many days ago set the price: they had time to become final (DESIGN 7). */
export const MARKET_AGE_DAYS = 3n;

/** What the owner of the market decides. */
export interface LedgerRules {
  readonly schedule: EmissionSchedule;
  /** [1/10,000] */
  readonly budgetBps: bigint;
  /** [1/10,000] */
  readonly guardBps: bigint;
  /** The least pool that opens a day [MOR-wei]. */
  readonly minOpenMor: bigint;
  /** [MOR-wei] */
  readonly priorComputePaidMor: bigint;
  /** What a day without a market drifts to [MOR-wei per token]. */
  readonly startPriceMor: bigint;
  /** First day of the incentive; 0 is none. */
  readonly launchDay: bigint;
}

/** An opened day; it never changes. */
export interface LedgerDay extends DaySnapshot {
  /** [MOR-wei per token] */
  readonly referencePriceMor: bigint;
  /** MaxT [tokens]. */
  readonly maxTokens: bigint;
}

/**
 * The pool, the days and the day books as the contracts keep them, market source, without sessions, bonds, holds and
 * pauses. Never changed in place.
 */
export interface DayBookLedger {
  readonly guard: Guard;
  /** Promised by books and incentive and not paid [MOR-wei]. */
  readonly owedMor: bigint;
  /** Ever paid [MOR-wei]. */
  readonly paidMor: bigint;
  /** Reference price of the last opened day; undefined before the first [MOR-wei per token]. */
  readonly lastPriceMor: bigint | undefined;
  readonly days: ReadonlyMap<bigint, LedgerDay>;
  readonly books: ReadonlyMap<Address, ReadonlyMap<bigint, DayBookRecord>>;
  /** Credited to providers and not paid [MOR-wei]. */
  readonly credits: ReadonlyMap<Address, bigint>;
}

/** A router's book as it stands: overwrites a smaller one. */
export interface LedgerCommit {
  readonly router: Address;
  readonly day: bigint;
  /** [MOR-wei] */
  readonly totalMor: bigint;
  readonly totalTokens: bigint;
  /** The router's share on that day [1/10,000]. */
  readonly shareBps: bigint;
  /** All access stake that counts on that day [MOR-wei]. */
  readonly countedMor: bigint;
  /** [s] */
  readonly now: bigint;
}

/** A provider's leaf of a book. */
export interface LedgerClaim {
  readonly router: Address;
  readonly day: bigint;
  readonly provider: Address;
  /** [MOR-wei] */
  readonly dayMor: bigint;
  /** Its rank in the book. */
  readonly index: bigint;
  /** [s] */
  readonly now: bigint;
}

/** An empty pool, nothing opened, nothing owed. */
export function createDayBookLedger(): DayBookLedger {
  return {
    guard: createGuard(),
    owedMor: 0n,
    paidMor: 0n,
    lastPriceMor: undefined,
    days: new Map(),
    books: new Map(),
    credits: new Map(),
  };
}

/**
 * Opens the day of `now`: takes in the emission that arrived, then the snapshot with its reference price (DESIGN 3.2, 7).
 * @param opening.arrivedMor emission since the last opening [MOR-wei]
 * @param opening.totalSupplyMor MOR.totalSupply() [MOR-wei]
 * @throws DAY_OPEN_ALREADY; POOL_TOO_SMALL below `minOpenMor`; TIME_BACKWARDS.
 */
export function openLedgerDay(
  ledger: DayBookLedger,
  opening: { readonly now: bigint; readonly arrivedMor: bigint; readonly totalSupplyMor: bigint },
  rules: LedgerRules,
): DayBookLedger {
  const { now, arrivedMor, totalSupplyMor } = opening;
  const day = dayOf(now);
  if (ledger.days.has(day)) throw new ProtocolError('DAY_OPEN_ALREADY', { day });
  const guard = arrivedMor === 0n ? ledger.guard : receive(ledger.guard, arrivedMor, now);
  const snapshot = daySnapshot({
    day,
    schedule: rules.schedule,
    poolBucketMor: guard.poolMor,
    owedMor: ledger.owedMor,
    budgetBps: rules.budgetBps,
    guardBps: rules.guardBps,
    spentLast24hMor: guardStatus(guard, now, guardRulesAt(now, rules)).spentMor,
    computePaidMor: ledger.paidMor,
    priorComputePaidMor: rules.priorComputePaidMor,
    totalSupplyMor,
  });
  const { poolMor, budgetMor } = snapshot;
  if (poolMor < rules.minOpenMor) throw new ProtocolError('POOL_TOO_SMALL', { poolMor, minOpenMor: rules.minOpenMor });
  const referencePriceMor = referencePriceAt(ledger, now, rules);
  const opened = { ...snapshot, referencePriceMor, maxTokens: maxTokensOf(budgetMor, referencePriceMor) };
  return { ...ledger, guard, lastPriceMor: referencePriceMor, days: new Map(ledger.days).set(day, opened) };
}

/**
 * Commits a book; the first commit of a later day seals the router's book before it (DESIGN 8).
 * @throws BOOK_CLOSED; DAY_NOT_OPEN; REQUEST_CAP_EXCEEDED; BOOK_NOT_LARGER.
 */
export function commitToLedger(ledger: DayBookLedger, commit: LedgerCommit, rules: LedgerRules): DayBookLedger {
  const { router, day, totalMor, totalTokens, shareBps, countedMor, now } = commit;
  const books = booksOf(ledger, router);
  const latestDay = [...books.keys()].at(-1);
  const book = books.get(day);
  const isLate = now >= bookClosesAt(day) || (latestDay !== undefined && day < latestDay);
  if (isLate || (book !== undefined && bookStatus(book, now) !== 'open')) throw bookError('BOOK_CLOSED', router, day);
  const opened = ledger.days.get(day);
  if (opened === undefined) throw new ProtocolError('DAY_NOT_OPEN', { day });
  const capMor = requestCap({ ...opened, countedMor, shareBps });
  if (totalMor > capMor) throw new ProtocolError('REQUEST_CAP_EXCEEDED', { totalMor, capMor });
  const previousMor = book?.totalMor ?? 0n;
  if (totalMor <= previousMor) throw new ProtocolError('BOOK_NOT_LARGER', { totalMor, previousMor });

  const before = latestDay === undefined || latestDay === day ? undefined : books.get(latestDay);
  const isSealing = before !== undefined && before.sealedAt === undefined;
  const sealed = isSealing ? withBook(ledger, router, latestDay ?? day, { ...before, sealedAt: now }) : ledger;
  const record = { ...(book ?? newBook(day, shareBps, rules)), totalMor, totalTokens };
  return { ...withBook(sealed, router, day, record), owedMor: ledger.owedMor + totalMor - previousMor };
}

/**
 * Seals a book whose time for commits is over; anyone may (DESIGN 8).
 * @throws BOOK_NOT_FOUND; BOOK_CLOSED if it is sealed or fell; BOOK_STILL_OPEN within 24 h after its day.
 */
export function sealInLedger(ledger: DayBookLedger, router: Address, day: bigint, now: bigint): DayBookLedger {
  const book = requireBook(ledger, router, day);
  if (bookStatus(book, now) !== 'open') throw bookError('BOOK_CLOSED', router, day);
  if (now < bookClosesAt(day)) throw bookError('BOOK_STILL_OPEN', router, day);
  return withBook(ledger, router, day, { ...book, sealedAt: now });
}

/**
 * A fault was proven: nothing of the book is paid, what it promised is free (DESIGN 8).
 * @throws BOOK_NOT_FOUND; BOOK_IS_FINAL; BOOK_CLOSED if it fell before.
 */
export function fallInLedger(ledger: DayBookLedger, router: Address, day: bigint, now: bigint): DayBookLedger {
  const book = requireBook(ledger, router, day);
  const status = bookStatus(book, now);
  if (status === 'final') throw bookError('BOOK_IS_FINAL', router, day);
  if (status === 'fallen') throw bookError('BOOK_CLOSED', router, day);
  const fallen = withBook(ledger, router, day, { ...book, isFallen: true });
  return { ...fallen, owedMor: ledger.owedMor - book.totalMor };
}

/**
 * Credits a provider's leaf of a final book with its incentive, and pays what the guard lets out of all that the
 * provider is owed (DESIGN 8, 9).
 * @throws BOOK_NOT_FOUND; BOOK_NOT_FINAL; CLAIMED_ALREADY.
 */
export function claimInLedger(
  ledger: DayBookLedger,
  claim: LedgerClaim,
  rules: LedgerRules,
): {
  readonly ledger: DayBookLedger;
  readonly creditedMor: bigint;
  readonly incentiveMor: bigint;
  readonly paidMor: bigint;
} {
  const { router, day, provider, index, now } = claim;
  const book = requireBook(ledger, router, day);
  if (book.claimedBy.has(provider)) throw bookError('CLAIMED_ALREADY', router, day);
  if (bookStatus(book, now) !== 'final') throw bookError('BOOK_NOT_FINAL', router, day);
  const creditedMor = min(claim.dayMor, book.totalMor - book.claimedMor);
  const incentiveMor = incentiveOf({ ...book, index, dayMor: creditedMor });
  const claimedBy = new Set(book.claimedBy).add(provider);
  const marked = withBook(ledger, router, day, { ...book, claimedMor: book.claimedMor + creditedMor, claimedBy });
  const credited = {
    ...marked,
    owedMor: ledger.owedMor + incentiveMor,
    credits: new Map(ledger.credits).set(provider, creditOf(ledger, provider) + creditedMor + incentiveMor),
  };
  return { ...collectFromLedger(credited, provider, now, rules), creditedMor, incentiveMor };
}

/** Pays what the guard lets out of what a provider is owed (DESIGN 8). @throws TIME_BACKWARDS. */
export function collectFromLedger(
  ledger: DayBookLedger,
  provider: Address,
  now: bigint,
  rules: LedgerRules,
): { readonly ledger: DayBookLedger; readonly paidMor: bigint } {
  const creditMor = creditOf(ledger, provider);
  const { guard, drawnMor } = draw(ledger.guard, creditMor, now, guardRulesAt(now, rules));
  const paid = {
    ...ledger,
    guard,
    owedMor: ledger.owedMor - drawnMor,
    paidMor: ledger.paidMor + drawnMor,
    credits: new Map(ledger.credits).set(provider, creditMor - drawnMor),
  };
  return { ledger: paid, paidMor: drawnMor };
}

/** What a provider was credited and not paid [MOR-wei]. Exact. */
export function creditOf(ledger: DayBookLedger, provider: Address): bigint {
  return ledger.credits.get(provider) ?? 0n;
}

/** The book of a router and day; undefined if nothing was committed. */
export function bookOf(ledger: DayBookLedger, router: Address, day: bigint): DayBookRecord | undefined {
  return booksOf(ledger, router).get(day);
}

/** Reference price of a day that is opened now [MOR-wei per token]: of the final books of day D-3, or drifted (DESIGN 7). */
function referencePriceAt(ledger: DayBookLedger, now: bigint, { startPriceMor }: LedgerRules): bigint {
  const day = dayOf(now) - MARKET_AGE_DAYS;
  const finals = [...ledger.books.values()]
    .map((books) => books.get(day))
    .filter((book) => book !== undefined && bookStatus(book, now) === 'final');
  return marketReferenceMor({
    lastPriceMor: ledger.lastPriceMor ?? startPriceMor,
    startPriceMor,
    totalMor: finals.reduce((sum, book) => sum + (book?.totalMor ?? 0n), 0n),
    totalTokens: finals.reduce((sum, book) => sum + (book?.totalTokens ?? 0n), 0n),
    budgetMor: ledger.days.get(day)?.budgetMor ?? 0n,
  });
}

function newBook(day: bigint, shareBps: bigint, { schedule, launchDay }: LedgerRules): DayBookRecord {
  const isLaunch = isLaunchDay(day, launchDay);
  return {
    totalMor: 0n,
    totalTokens: 0n,
    potMor: isLaunch ? potMor(scheduledTotalOfDay(schedule, day), shareBps) : 0n,
    places: isLaunch ? placesOf(shareBps) : 0n,
    sealedAt: undefined,
    isFallen: false,
    claimedMor: 0n,
    claimedBy: new Set(),
  };
}

function guardRulesAt(now: bigint, { guardBps, schedule }: LedgerRules): GuardRules {
  return { guardBps, scheduledComputeMor: scheduledComputeOfDay(schedule, dayOf(now)) };
}

function booksOf(ledger: DayBookLedger, router: Address): ReadonlyMap<bigint, DayBookRecord> {
  return ledger.books.get(router) ?? new Map();
}

function requireBook(ledger: DayBookLedger, router: Address, day: bigint): DayBookRecord {
  const book = bookOf(ledger, router, day);
  if (book === undefined) throw bookError('BOOK_NOT_FOUND', router, day);
  return book;
}

function withBook(ledger: DayBookLedger, router: Address, day: bigint, book: DayBookRecord): DayBookLedger {
  const books = new Map(booksOf(ledger, router)).set(day, book);
  return { ...ledger, books: new Map(ledger.books).set(router, books) };
}

function bookError(code: ProtocolErrorCode, router: Address, day: bigint): ProtocolError {
  return new ProtocolError(code, { router, day });
}
