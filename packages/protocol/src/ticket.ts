import { ProtocolError } from './errors.js';
import { requireSameFacts } from './message-match.js';
import { type RequestForCompute, rfcIdOf } from './request-for-compute.js';
import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import { type Address, type BidId, type Bytes32, HOUR_SECONDS, type ModelId, type RfcId } from './units.js';

/** The router sends a request to a provider (DESIGN 8, step 6). Signed by a registered key of the router. */
export interface Ticket {
  readonly rfcId: RfcId;
  /** Equal to the request's. */
  readonly sessionKey: Bytes32;
  readonly provider: Address;
  /** The active token bid that was drawn. */
  readonly bidId: BidId;
  /** Equal to the request's. */
  readonly modelId: ModelId;
  /** The most that is credited, not above the request's [tokens]. */
  readonly tokenMax: bigint;
  /** Price of the bid [MOR-wei per token]. */
  readonly pricePerTokenMor: bigint;
  /** Equal to the request's: the UTC day whose book credits it. */
  readonly day: bigint;
  /** Last second in which the answer can be receipted [s]. */
  readonly deadline: bigint;
}

/** EIP-712 type of `Ticket`. */
export const TICKET_FIELDS: readonly MessageField[] = [
  { name: 'rfcId', type: 'bytes32' },
  { name: 'sessionKey', type: 'bytes32' },
  { name: 'provider', type: 'address' },
  { name: 'bidId', type: 'bytes32' },
  { name: 'modelId', type: 'bytes32' },
  { name: 'tokenMax', type: 'uint64' },
  { name: 'pricePerTokenMor', type: 'uint128' },
  { name: 'day', type: 'uint24' },
  { name: 'deadline', type: 'uint40' },
];

/** How far ahead the deadline of a ticket may lie [s], one hour (DESIGN 8). */
export const MAX_TICKET_SECONDS = HOUR_SECONDS;

/** A ticket, ready for `digestOf`, `sign` and `recover`. */
export function ticket(domain: MessageDomain, value: Ticket): TypedMessage {
  return { domain, primaryType: 'Ticket', fields: TICKET_FIELDS, value: { ...value } };
}

/**
 * Refuses a ticket that answers another request, or grants more tokens than were asked for (DESIGN 8).
 * @throws TICKET_NOT_FOR_REQUEST with the field that differs.
 */
export function requireTicketFor(domain: MessageDomain, request: RequestForCompute, answer: Ticket): void {
  const { sessionKey, modelId, day, tokenMax } = request;
  requireSameFacts(
    'TICKET_NOT_FOR_REQUEST',
    { rfcId: rfcIdOf(domain, request), sessionKey, modelId, day },
    { ...answer },
  );
  if (answer.tokenMax <= tokenMax) return;
  throw new ProtocolError('TICKET_NOT_FOR_REQUEST', {
    field: 'tokenMax',
    expected: tokenMax,
    actual: answer.tokenMax,
  });
}

/**
 * Refuses a ticket that has ended or lasts too long (DESIGN 8). The deadline is its last second.
 * @param now [s]
 * @throws TICKET_DEADLINE_INVALID if the deadline has passed or lies more than an hour ahead.
 */
export function requireTicketDeadline({ deadline }: Pick<Ticket, 'deadline'>, now: bigint): void {
  if (now <= deadline && deadline <= now + MAX_TICKET_SECONDS) return;
  throw new ProtocolError('TICKET_DEADLINE_INVALID', { deadline, now });
}
