import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { DAY } from '../../../fixtures/market';
import type { Dice } from '../dice';
import { dayOf } from '../moves';
import { act, type World } from '../world';
import type { Days, WalkBook } from './books';
import type { BookState, RouterState } from './state';

// What the moves through day books have in common.

/** The day books of a walk that has them. */
export function daysIn(world: World): Days {
  if (world.days === undefined) throw new Error('this walk has no day books');
  return world.days;
}

/** A book with what the chain says of it. */
export interface SeenBook extends WalkBook {
  readonly seen: BookState;
  /** The book itself, which goes on changing. */
  readonly book: WalkBook;
}

export function booksIn(world: World, status: bigint): SeenBook[] {
  return daysIn(world).books.flatMap((book, i) => {
    const seen = world.state.books[i]!; // read after every call
    return seen.status === status ? [{ ...book, seen, book }] : [];
  });
}

/** A router with what the chain says of it. */
export interface SeenRouter extends RouterState {
  readonly signer: HardhatEthersSigner;
}

export function routersOf(world: World, state?: bigint): SeenRouter[] {
  const all = world.state.routers.map((seen, i) => ({ ...seen, signer: daysIn(world).routers[i]! }));
  return state === undefined ? all : all.filter((router) => router.state === state);
}

export const routerOf = (world: World, { router }: WalkBook): SeenRouter =>
  routersOf(world).find(({ signer }) => signer === router)!; // books are of routers of the walk

/** The router's clock at the next second. */
export const nextClock = ({ clock, heldAt }: RouterState): bigint => (heldAt === 0n ? clock + 1n : clock);

/** One of a list, undefined if there is none. */
export const one = <T>(dice: Dice, list: readonly T[]): T | undefined =>
  list.length === 0 ? undefined : dice.pick(list);

/** True if nothing ends within the next calls that a move makes. */
export const isQuiet = (world: World, seconds: number): boolean => dayOf(world.now) === dayOf(world.now + seconds);

/** Opens today unless it is open; false if the pool is too small for it. */
export async function openToday(world: World): Promise<boolean> {
  const day = dayOf(world.now);
  if (world.openedDays.has(day)) return true;
  if ((await world.diamond.getDay(day)).openedAt === 0n) return false;
  await act(world, world.stranger, 'openDay', []);
  return true;
}

/** The last second on which a book takes commits, as far as no pause of commits moves it. */
export const lastCommitAt = ({ day }: WalkBook): number => (day + 2) * DAY - 1;
