import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { Address, Bytes32 } from './units.js';

/** The credits of a router and a day as they are committed on chain (DESIGN 8). */
export interface DayBook {
  readonly router: Address;
  readonly day: bigint;
  /** Root of the sum tree over the provider leaves. */
  readonly root: Bytes32;
  /** Sum of the root [MOR-wei]. */
  readonly totalMor: bigint;
  /** Credited [tokens]. */
  readonly totalTokens: bigint;
  /** Receipt leaves under all provider leaves. */
  readonly answers: bigint;
  /** Levels of the provider tree above its leaves. */
  readonly depth: bigint;
}

/** EIP-712 type of `DayBook`. */
export const DAY_BOOK_FIELDS: readonly MessageField[] = [
  { name: 'router', type: 'address' },
  { name: 'day', type: 'uint24' },
  { name: 'root', type: 'bytes32' },
  { name: 'totalMor', type: 'uint128' },
  { name: 'totalTokens', type: 'uint64' },
  { name: 'answers', type: 'uint32' },
  { name: 'depth', type: 'uint8' },
];

/** A day book, ready for `digestOf`, `sign` and `recover`. */
export function dayBook(domain: MessageDomain, book: DayBook): TypedMessage {
  return { domain, primaryType: 'DayBook', fields: DAY_BOOK_FIELDS, value: { ...book } };
}
