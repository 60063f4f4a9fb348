import { requireSameFacts } from './message-match.js';
import type { Ticket } from './ticket.js';
import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { Bytes32, RfcId } from './units.js';

/** What the provider answered; ends the stream (DESIGN 8, step 8). Signed by a registered key of the provider. */
export interface ProviderReceipt {
  readonly rfcId: RfcId;
  /** Hash of the request as the provider decrypted it. */
  readonly requestHash: Bytes32;
  /** Hash of the answer as the provider sent it. */
  readonly responseHash: Bytes32;
  /** What the provider counted; charged at most up to the ticket's `tokenMax` [tokens]. */
  readonly tokens: bigint;
  /** From the request to the last token [ms]. */
  readonly durationMs: bigint;
  /** Time to first token [ms]. */
  readonly ttftMs: bigint;
}

/** EIP-712 type of `ProviderReceipt`. */
export const PROVIDER_RECEIPT_FIELDS: readonly MessageField[] = [
  { name: 'rfcId', type: 'bytes32' },
  { name: 'requestHash', type: 'bytes32' },
  { name: 'responseHash', type: 'bytes32' },
  { name: 'tokens', type: 'uint64' },
  { name: 'durationMs', type: 'uint32' },
  { name: 'ttftMs', type: 'uint32' },
];

/** A provider's receipt, ready for `digestOf`, `sign` and `recover`. */
export function providerReceipt(domain: MessageDomain, receipt: ProviderReceipt): TypedMessage {
  return { domain, primaryType: 'ProviderReceipt', fields: PROVIDER_RECEIPT_FIELDS, value: { ...receipt } };
}

/**
 * Refuses a receipt for another request (DESIGN 8). Who signed it is for `recover` and the provider's registered keys.
 * @throws RECEIPT_NOT_FOR_TICKET if the ids differ.
 */
export function requireReceiptFor({ rfcId }: Pick<Ticket, 'rfcId'>, receipt: ProviderReceipt): void {
  requireSameFacts('RECEIPT_NOT_FOR_TICKET', { rfcId }, { ...receipt });
}
