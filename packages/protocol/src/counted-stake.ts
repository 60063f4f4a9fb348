import { ProtocolError } from './errors.js';

/** `countedMor` holds from `day` until the next checkpoint, as OpenZeppelin's Checkpoints keep it. */
export interface Checkpoint {
  readonly day: bigint;
  readonly countedMor: bigint;
}

/** A stake whose highest value of each day can be looked up later: an account, or the total of a purpose (DESIGN 4). */
export interface CountedStake {
  /** Active now [MOR-wei]. */
  readonly activeMor: bigint;
  /** UTC day of the last touch. */
  readonly day: bigint;
  /** What counts on `day` [MOR-wei]: of an account its highest active stake, of a total the sum of them. */
  readonly highestMor: bigint;
  /** Days before `day`, rising. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Nothing staked, never touched. */
export const NO_COUNTED_STAKE: CountedStake = { activeMor: 0n, day: 0n, highestMor: 0n, checkpoints: [] };

/**
 * First touch on a later day: writes `day -> highest` and `day + 1 -> active`, each only if it differs from the last
 * checkpoint, then starts the new day at the active stake (DESIGN 4). On the same day nothing changes.
 * @throws TIME_BACKWARDS if `day` lies before the last touch.
 */
export function rollToDay<Stake extends CountedStake>(stake: Stake, day: bigint): Stake {
  if (day < stake.day) throw new ProtocolError('TIME_BACKWARDS', { day, lastDay: stake.day });
  if (day === stake.day) return stake;
  const closed = pushCheckpoint(stake.checkpoints, { day: stake.day, countedMor: stake.highestMor });
  const checkpoints = pushCheckpoint(closed, { day: stake.day + 1n, countedMor: stake.activeMor });
  return { ...stake, day, highestMor: stake.activeMor, checkpoints };
}

/** What counts on a day, past, present or future as it looks now [MOR-wei] (DESIGN 4). Exact. */
export function countedMor(stake: CountedStake, day: bigint): bigint {
  if (day > stake.day) return stake.activeMor;
  if (day === stake.day) return stake.highestMor;
  return stake.checkpoints.findLast((checkpoint) => checkpoint.day <= day)?.countedMor ?? 0n;
}

/** Appends, or overwrites a last checkpoint of the same day; a value that repeats the last one is not written. */
function pushCheckpoint(checkpoints: readonly Checkpoint[], next: Checkpoint): readonly Checkpoint[] {
  const last = checkpoints.at(-1);
  if ((last?.countedMor ?? 0n) === next.countedMor) return checkpoints;
  return last?.day === next.day ? checkpoints.with(-1, next) : [...checkpoints, next];
}
