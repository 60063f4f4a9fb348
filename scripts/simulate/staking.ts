import { accountOf, type Address, stakeInBook, type StakeBook, unstakeInBook } from '@yellowstone/protocol';
import type { Random } from './random';
import type { StakeChange } from './record';

/** One user in this many takes a tenth of the stake out on a day. */
const LEAVING = 20n;

/** Every user moves towards its part of what is staked; some take a tenth out. */
export function planStakes(
  random: Random,
  plan: {
    readonly book: StakeBook;
    readonly users: readonly Address[];
    /** What all users together want to have staked [MOR-wei]. */
    readonly targetMor: bigint;
    readonly at: bigint;
  },
): readonly StakeChange[] {
  const { book, users, targetMor, at } = plan;
  // The i-th of n users wants a part of 2 (i + 1) / (n (n + 1)): all together one whole.
  const parts = (BigInt(users.length) * BigInt(users.length + 1)) / 2n;
  return users.flatMap((user, i): StakeChange[] => {
    const { activeMor } = accountOf(book, user, 'Access');
    const wantedMor = (targetMor * BigInt(i + 1)) / parts;
    const change = { at, user, purpose: 'Access' } as const;
    if (random.below(LEAVING) === 0n && activeMor >= 10n) {
      return [{ ...change, kind: 'unstake', amountMor: activeMor / 10n }];
    }
    return wantedMor > activeMor ? [{ ...change, kind: 'stake', amountMor: wantedMor - activeMor }] : [];
  });
}

/** Applies stake changes of an opened day. */
export function applyStakes(book: StakeBook, changes: readonly StakeChange[], daySupplyMor: bigint): StakeBook {
  return changes.reduce(
    (state, { at: now, kind, ...change }) =>
      kind === 'stake'
        ? stakeInBook(state, { ...change, now, daySupplyMor })
        : unstakeInBook(state, { ...change, now }),
    book,
  );
}
