import type { StakeViewStructOutput, UnstakingStructOutput } from '@yellowstone/contracts';

/** A stake account for one purpose, as of now. */
export interface Stake {
  /** Active stake [MOR-wei]. */
  readonly activeMor: bigint;
  /** Stake that counts today [MOR-wei]. */
  readonly countedMor: bigint;
  /** Allowance used today [MOR-wei]. */
  readonly usedMor: bigint;
  /** Allowance left today [MOR-wei]. */
  readonly remainingMor: bigint;
}

/** Unstaked MOR on its way out. */
export interface Unstaking {
  /** Due now: `withdrawStake` pays it [MOR-wei]. */
  readonly dueMor: bigint;
  /** Due later, the earlier first; at most two. */
  readonly pending: readonly { readonly amountMor: bigint; readonly withdrawableAt: bigint }[];
}

export function toStake(raw: StakeViewStructOutput): Stake {
  return Object.freeze({
    activeMor: raw.activeMor,
    countedMor: raw.countedMor,
    usedMor: raw.usedMor,
    remainingMor: raw.remainingMor,
  });
}

export function toUnstaking(raw: UnstakingStructOutput): Unstaking {
  const pending = [
    Object.freeze({ amountMor: raw.firstMor, withdrawableAt: raw.firstAt }),
    Object.freeze({ amountMor: raw.secondMor, withdrawableAt: raw.secondAt }),
  ].filter(({ amountMor }) => amountMor > 0n);
  return Object.freeze({ dueMor: raw.dueMor, pending: Object.freeze(pending) });
}
