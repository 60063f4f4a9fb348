import { ProtocolError } from './errors.js';
import { requireSameFacts } from './message-match.js';
import { digestOf, type MessageDomain, type MessageField, type TypedMessage } from './typed-data.js';
import type { Address, Bytes32 } from './units.js';

/** Head of an inference block in a router's public feed (DESIGN 8). Signed by a registered key of the router. */
export interface BlockHeader {
  readonly router: Address;
  /** UTC day of every answer in it. */
  readonly day: bigint;
  /** Place in the feed. */
  readonly number: bigint;
  /** `blockHashOf` the block before. */
  readonly previousHash: Bytes32;
  /** Hash over the receipts that are published with it. */
  readonly receiptsHash: Bytes32;
  /** Credited in it [MOR-wei]. */
  readonly totalMor: bigint;
  /** Credited in it [tokens]. */
  readonly totalTokens: bigint;
  /** Credited answers in it. */
  readonly answers: bigint;
  /** Commitment to the seed of draws to come. */
  readonly seedCommitment: Bytes32;
  /** A seed that was committed to before. */
  readonly revealedSeed: Bytes32;
  /** [s] */
  readonly closedAt: bigint;
}

/** EIP-712 type of `BlockHeader`. */
export const BLOCK_HEADER_FIELDS: readonly MessageField[] = [
  { name: 'router', type: 'address' },
  { name: 'day', type: 'uint24' },
  { name: 'number', type: 'uint64' },
  { name: 'previousHash', type: 'bytes32' },
  { name: 'receiptsHash', type: 'bytes32' },
  { name: 'totalMor', type: 'uint128' },
  { name: 'totalTokens', type: 'uint64' },
  { name: 'answers', type: 'uint32' },
  { name: 'seedCommitment', type: 'bytes32' },
  { name: 'revealedSeed', type: 'bytes32' },
  { name: 'closedAt', type: 'uint40' },
];

/** A block header, ready for `digestOf`, `sign` and `recover`. */
export function blockHeader(domain: MessageDomain, header: BlockHeader): TypedMessage {
  return { domain, primaryType: 'BlockHeader', fields: BLOCK_HEADER_FIELDS, value: { ...header } };
}

/**
 * What the next block names as `previousHash`: the digest that is signed.
 * @throws MESSAGE_FIELD_INVALID if a value does not fit its type.
 */
export function blockHashOf(domain: MessageDomain, header: BlockHeader): Bytes32 {
  return digestOf(blockHeader(domain, header));
}

/**
 * Refuses a block that does not continue the feed: same router, next number, hash of the block before, a day and a
 * closing time that do not step back (DESIGN 8).
 * @throws BLOCK_NOT_NEXT with the field that breaks the chain.
 */
export function requireNextBlock(domain: MessageDomain, previous: BlockHeader, next: BlockHeader): void {
  const { router, number } = previous;
  const expected = { router, number: number + 1n, previousHash: blockHashOf(domain, previous) };
  requireSameFacts('BLOCK_NOT_NEXT', expected, { ...next });
  for (const field of ['day', 'closedAt'] as const) {
    if (next[field] >= previous[field]) continue;
    throw new ProtocolError('BLOCK_NOT_NEXT', { field, expected: previous[field], actual: next[field] });
  }
}
