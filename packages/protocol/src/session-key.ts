import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { Address, Bytes32 } from './units.js';

/** The user's keys for one session or request (DESIGN 11). Signed by the user or the delegate. */
export interface SessionKey {
  readonly user: Address;
  /** Which session or request for compute the keys are for. */
  readonly sessionOrRfcId: Bytes32;
  /** Ed25519 public key of its hot signatures. */
  readonly signingKey: Bytes32;
  /** X25519 public key that answers are encrypted to. */
  readonly hpkeKey: Bytes32;
  /** Last second in which they are used [s]. */
  readonly deadline: bigint;
}

/** EIP-712 type of `SessionKey`. */
export const SESSION_KEY_FIELDS: readonly MessageField[] = [
  { name: 'user', type: 'address' },
  { name: 'sessionOrRfcId', type: 'bytes32' },
  { name: 'signingKey', type: 'bytes32' },
  { name: 'hpkeKey', type: 'bytes32' },
  { name: 'deadline', type: 'uint40' },
];

/** The keys of a session, ready for `digestOf`, `sign` and `recover`. */
export function sessionKey(domain: MessageDomain, key: SessionKey): TypedMessage {
  return { domain, primaryType: 'SessionKey', fields: SESSION_KEY_FIELDS, value: { ...key } };
}
