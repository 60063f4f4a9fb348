import { type CountedStake, NO_COUNTED_STAKE, rollToDay } from './counted-stake.js';
import {
  addStake,
  chargeAccount,
  type DayShare,
  EMPTY_STAKE_ACCOUNT,
  giveBackToAccount,
  removeStake,
  type StakeAccount,
} from './stake-account.js';
import { saturatingSub } from './math.js';
import { addPending, type PendingStake, withdrawPending } from './unstaking.js';
import { type Address, dayOf } from './units.js';

/** What a stake is for; one MOR serves one purpose (DESIGN 4). */
export type StakePurpose = 'Session' | 'Access';

/** All stake accounts and their totals. Never changed in place. */
export interface StakeBook {
  readonly accounts: Readonly<Record<StakePurpose, ReadonlyMap<Address, StakeAccount>>>;
  /** `highestMor` of a total is the sum of the counted stakes: the active total at the day's start and each rise. */
  readonly totals: Readonly<Record<StakePurpose, CountedStake>>;
  /** Unstaked and not withdrawn, both purposes together. */
  readonly pending: ReadonlyMap<Address, readonly PendingStake[]>;
}

interface Change {
  readonly user: Address;
  readonly purpose: StakePurpose;
  /** [MOR-wei] */
  readonly amountMor: bigint;
  /** [s] */
  readonly now: bigint;
}

/** Nobody staked yet. */
export function createStakeBook(): StakeBook {
  return {
    accounts: { Session: new Map(), Access: new Map() },
    totals: { Session: NO_COUNTED_STAKE, Access: NO_COUNTED_STAKE },
    pending: new Map(),
  };
}

/** The account of a person for a purpose as it was last touched. */
export function accountOf(book: StakeBook, user: Address, purpose: StakePurpose): StakeAccount {
  return book.accounts[purpose].get(user) ?? EMPTY_STAKE_ACCOUNT;
}

/**
 * `stake(purpose, amount)` (DESIGN 4).
 * @param change.daySupplyMor the supply of today if the day is open, else undefined [MOR-wei]
 * @throws as `addStake`.
 */
export function stakeInBook(
  book: StakeBook,
  change: Change & { readonly daySupplyMor: bigint | undefined },
): StakeBook {
  const { user, purpose, amountMor, now, daySupplyMor } = change;
  const day = dayOf(now);
  const totals = {
    Session: rollToDay(book.totals.Session, day),
    Access: rollToDay(book.totals.Access, day),
  };
  const totalMor = totals.Session.highestMor + totals.Access.highestMor;
  const headroomMor = daySupplyMor === undefined ? undefined : saturatingSub(daySupplyMor, totalMor);
  const { account, riseMor } = addStake(accountOf(book, user, purpose), { amountMor, day, headroomMor });
  const total = totals[purpose];
  const raised = { ...total, activeMor: total.activeMor + amountMor, highestMor: total.highestMor + riseMor };
  return { ...withAccount(book, change, account), totals: { ...totals, [purpose]: raised } };
}

/**
 * `unstake(purpose, amount)` (DESIGN 4).
 * @throws as `removeStake`.
 */
export function unstakeInBook(book: StakeBook, change: Change): StakeBook {
  const { user, purpose, amountMor, now } = change;
  const day = dayOf(now);
  const account = removeStake(accountOf(book, user, purpose), { amountMor, day });
  const total = rollToDay(book.totals[purpose], day);
  const lowered = { ...total, activeMor: total.activeMor - amountMor };
  const pending = new Map(book.pending).set(user, addPending(book.pending.get(user) ?? [], { amountMor, now }));
  return { ...withAccount(book, change, account), totals: { ...book.totals, [purpose]: lowered }, pending };
}

/** `withdrawStake()`: pays all that is due, of both purposes (DESIGN 4). Never throws. */
export function withdrawFromBook(
  book: StakeBook,
  user: Address,
  now: bigint,
): { readonly book: StakeBook; readonly paidMor: bigint } {
  const { pending, paidMor } = withdrawPending(book.pending.get(user) ?? [], now);
  return { book: { ...book, pending: new Map(book.pending).set(user, pending) }, paidMor };
}

/**
 * Charges `amountMor` to the account's allowance of the day (DESIGN 4).
 * @throws as `chargeAccount`.
 */
export function chargeInBook(book: StakeBook, change: Change & Pick<DayShare, 'budgetMor' | 'supplyMor'>): StakeBook {
  const { user, purpose, amountMor, now, budgetMor, supplyMor } = change;
  const share = { day: dayOf(now), budgetMor, supplyMor };
  return withAccount(book, change, chargeAccount(accountOf(book, user, purpose), amountMor, share));
}

/**
 * Gives `amountMor` back to the allowance if it was charged today (DESIGN 5).
 * @throws as `giveBackToAccount`.
 */
export function giveBackInBook(book: StakeBook, change: Change & { readonly chargedDay: bigint }): StakeBook {
  const { user, purpose, amountMor, now, chargedDay } = change;
  const account = accountOf(book, user, purpose);
  return withAccount(book, change, giveBackToAccount(account, { amountMor, chargedDay, day: dayOf(now) }));
}

function withAccount(
  book: StakeBook,
  { user, purpose }: Pick<Change, 'user' | 'purpose'>,
  account: StakeAccount,
): StakeBook {
  return { ...book, accounts: { ...book.accounts, [purpose]: new Map(book.accounts[purpose]).set(user, account) } };
}
