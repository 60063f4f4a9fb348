import { dayStartAt, HOUR_SECONDS, type Address } from './units.js';

/** How long after its day a book takes commits [s], 24 h (DESIGN 8). Pauses, which delay it, are not modelled. */
export const COMMIT_SECONDS = 24n * HOUR_SECONDS;
/** From sealing to final [s], 36 h (DESIGN 8). Holds, which delay it, are not modelled. */
export const FINALITY_SECONDS = 36n * HOUR_SECONDS;

/** What the chain keeps of a day book, without its tree. */
export interface DayBookRecord {
  /** Committed so far [MOR-wei]. */
  readonly totalMor: bigint;
  /** Committed so far [tokens]. */
  readonly totalTokens: bigint;
  /** Incentive of the router and day, fixed by the first commit [MOR-wei]. */
  readonly potMor: bigint;
  /** Places that share in it, fixed by the first commit. */
  readonly places: bigint;
  /** [s]; undefined while it takes commits. */
  readonly sealedAt: bigint | undefined;
  readonly isFallen: boolean;
  /** Credited to providers [MOR-wei]. */
  readonly claimedMor: bigint;
  /** Who was credited. */
  readonly claimedBy: ReadonlySet<Address>;
}

export type BookStatus = 'none' | 'open' | 'sealed' | 'final' | 'fallen';

/** First second in which a book of this day takes no more commits [s]: 24 h after the day (DESIGN 8). */
export function bookClosesAt(day: bigint): bigint {
  return dayStartAt(day + 1n) + COMMIT_SECONDS;
}

/**
 * Where a day book stands at a moment (DESIGN 8).
 * @param now [s]
 */
export function bookStatus(book: DayBookRecord | undefined, now: bigint): BookStatus {
  if (book === undefined) return 'none';
  if (book.isFallen) return 'fallen';
  if (book.sealedAt === undefined) return 'open';
  return now >= book.sealedAt + FINALITY_SECONDS ? 'final' : 'sealed';
}
