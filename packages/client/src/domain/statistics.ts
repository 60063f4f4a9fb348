import type { StatisticsStructOutput } from '@yellowstone/contracts';

/** How sessions of one provider with one model went. */
export interface Statistics {
  /** Sessions closed. */
  readonly sessions: bigint;
  readonly passes: bigint;
  readonly fails: bigint;
  /** Running average of the speed [tokens per 1,000 s]. */
  readonly tokensPerSecondMilli: bigint;
  /** Running average of the time to the first token [ms]. */
  readonly ttftMs: bigint;
  /** Receipts counted into the averages. */
  readonly receipts: bigint;
  /** Tokens in and out, from receipts. */
  readonly tokens: bigint;
  /** Earned in all closed sessions [MOR-wei]. */
  readonly earnedMor: bigint;
  /** Earned in sessions closed with `fail` [MOR-wei]. */
  readonly failedMor: bigint;
}

export function toStatistics(raw: StatisticsStructOutput): Statistics {
  return Object.freeze({
    sessions: raw.sessions,
    passes: raw.passes,
    fails: raw.fails,
    tokensPerSecondMilli: raw.tokensPerSecondMilli,
    ttftMs: raw.ttftMs,
    receipts: raw.receipts,
    tokens: raw.tokens,
    earnedMor: raw.earnedMor,
    failedMor: raw.failedMor,
  });
}
