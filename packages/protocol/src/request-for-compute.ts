import { digestOf, type MessageDomain, type MessageField, type TypedMessage } from './typed-data.js';
import type { Address, Bytes32, ModelId, RfcId } from './units.js';

/** A user asks a router for tokens of a model (DESIGN 8, step 2). Signed by a registered key of the user. */
export interface RequestForCompute {
  readonly user: Address;
  readonly router: Address;
  readonly modelId: ModelId;
  /** The most the answer may be charged [tokens]. */
  readonly tokenMax: bigint;
  /** Ed25519 public key of the user for this request. */
  readonly sessionKey: Bytes32;
  /** Makes two requests of one user differ. */
  readonly nonce: bigint;
  /** UTC day whose access pays for it. */
  readonly day: bigint;
  /** Last second in which it can be used [s]. */
  readonly deadline: bigint;
}

/** EIP-712 type of `RequestForCompute`. */
export const REQUEST_FOR_COMPUTE_FIELDS: readonly MessageField[] = [
  { name: 'user', type: 'address' },
  { name: 'router', type: 'address' },
  { name: 'modelId', type: 'bytes32' },
  { name: 'tokenMax', type: 'uint64' },
  { name: 'sessionKey', type: 'bytes32' },
  { name: 'nonce', type: 'uint256' },
  { name: 'day', type: 'uint24' },
  { name: 'deadline', type: 'uint40' },
];

/** A request for compute, ready for `digestOf`, `sign` and `recover`. */
export function requestForCompute(domain: MessageDomain, request: RequestForCompute): TypedMessage {
  const value = { ...request };
  return { domain, primaryType: 'RequestForCompute', fields: REQUEST_FOR_COMPUTE_FIELDS, value };
}

/**
 * Id of a request for compute: the digest that is signed. Every later message of the request names it.
 * @throws MESSAGE_FIELD_INVALID if a value does not fit its type.
 */
export function rfcIdOf(domain: MessageDomain, request: RequestForCompute): RfcId {
  return digestOf(requestForCompute(domain, request)) as RfcId;
}
