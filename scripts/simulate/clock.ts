import { dayStartAt, HOUR_SECONDS } from '@yellowstone/protocol';

const MINUTE_SECONDS = 60n;

/** When things happen on a simulated day; each gives the second. */
export const clock = {
  open: (day: bigint) => at(day, 0n, 10n),
  stake: (day: bigint) => at(day, 0n, 30n),
  /** Seals the book of the day before. */
  firstCommit: (day: bigint) => at(day, 1n),
  /** An hour after the book of two days before is final. */
  claim: (day: bigint) => at(day, 14n, 30n),
  lastCommit: (day: bigint) => at(day, 23n),
  /** Just before midnight. */
  end: (day: bigint) => dayStartAt(day + 1n) - 1n,
};

function at(day: bigint, hours: bigint, minutes = 0n): bigint {
  return dayStartAt(day) + hours * HOUR_SECONDS + minutes * MINUTE_SECONDS;
}
