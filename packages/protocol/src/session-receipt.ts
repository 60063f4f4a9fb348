import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { SessionId } from './units.js';

/** What the provider delivered in a session; feeds the statistics, never the money (DESIGN 5). */
export interface SessionReceipt {
  readonly sessionId: SessionId;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  /** Speed [tokens per 1,000 s]. */
  readonly tokensPerSecondMilli: bigint;
  /** Time to first token [ms]. */
  readonly ttftMs: bigint;
  /** Last second in which it can be used [s]. */
  readonly deadline: bigint;
}

/** EIP-712 type of `SessionReceipt`. */
export const SESSION_RECEIPT_FIELDS: readonly MessageField[] = [
  { name: 'sessionId', type: 'bytes32' },
  { name: 'inputTokens', type: 'uint64' },
  { name: 'outputTokens', type: 'uint64' },
  { name: 'tokensPerSecondMilli', type: 'uint32' },
  { name: 'ttftMs', type: 'uint32' },
  { name: 'deadline', type: 'uint40' },
];

/** A session receipt, ready for `digestOf`, `sign` and `recover`. */
export function sessionReceipt(domain: MessageDomain, receipt: SessionReceipt): TypedMessage {
  return { domain, primaryType: 'SessionReceipt', fields: SESSION_RECEIPT_FIELDS, value: { ...receipt } };
}
