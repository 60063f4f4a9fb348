import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { Address, Bytes32 } from './units.js';

/** The keys of a provider's node and where it listens (DESIGN 11). Signed by the provider or its delegate. */
export interface NodeKeys {
  readonly provider: Address;
  /** X25519 public key that prompts are encrypted to. */
  readonly hpkeKey: Bytes32;
  /** Ed25519 public key of its hot signatures. */
  readonly signingKey: Bytes32;
  /** keccak256 of the endpoint's text as it stands on chain. */
  readonly endpointHash: Bytes32;
  /** Last second in which they are used [s]. */
  readonly validUntil: bigint;
}

/** EIP-712 type of `NodeKeys`. */
export const NODE_KEYS_FIELDS: readonly MessageField[] = [
  { name: 'provider', type: 'address' },
  { name: 'hpkeKey', type: 'bytes32' },
  { name: 'signingKey', type: 'bytes32' },
  { name: 'endpointHash', type: 'bytes32' },
  { name: 'validUntil', type: 'uint40' },
];

/** The keys of a node, ready for `digestOf`, `sign` and `recover`. */
export function nodeKeys(domain: MessageDomain, keys: NodeKeys): TypedMessage {
  return { domain, primaryType: 'NodeKeys', fields: NODE_KEYS_FIELDS, value: { ...keys } };
}
