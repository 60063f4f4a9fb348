import type { LogDescription } from 'ethers';
import type { State } from '../state';
import type { World } from '../world';

/** A promise: its name as in README.md, and what must hold after a call. */
export interface Check {
  readonly name: string;
  readonly holds: (world: World, before: State, after: State) => void;
}

export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
export const least = (...amounts: readonly bigint[]): bigint => amounts.reduce((x, y) => (x < y ? x : y));

/** Events of the last call. */
export const eventsOf = (world: World, name: string): LogDescription[] =>
  world.last.filter((event) => event.name === name);
