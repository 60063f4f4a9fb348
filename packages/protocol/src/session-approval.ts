import { PAYMENT_CODES, type Payment } from './session.js';
import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { Address, BidId } from './units.js';

/** The provider's word that a user may open a session of its bid (DESIGN 5). */
export interface SessionApproval {
  readonly bidId: BidId;
  readonly user: Address;
  /** Equal to the bid's price [MOR-wei per s]. */
  readonly pricePerSecondMor: bigint;
  readonly maxDurationSeconds: bigint;
  readonly payment: Payment;
  /** Bit in the provider's nonce bitmap; used once. */
  readonly nonce: bigint;
  /** Last second in which it can be used [s]. */
  readonly deadline: bigint;
}

/** EIP-712 type of `SessionApproval`; payment is 0 for pool, 1 for direct. */
export const SESSION_APPROVAL_FIELDS: readonly MessageField[] = [
  { name: 'bidId', type: 'bytes32' },
  { name: 'user', type: 'address' },
  { name: 'pricePerSecondMor', type: 'uint128' },
  { name: 'maxDurationSeconds', type: 'uint32' },
  { name: 'payment', type: 'uint8' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint40' },
];

/** A session approval, ready for `digestOf`, `sign` and `recover`. */
export function sessionApproval(domain: MessageDomain, approval: SessionApproval): TypedMessage {
  const value = { ...approval, payment: PAYMENT_CODES[approval.payment] };
  return { domain, primaryType: 'SessionApproval', fields: SESSION_APPROVAL_FIELDS, value };
}
