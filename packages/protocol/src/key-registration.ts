import { ProtocolError } from './errors.js';
import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import { type Address, DAY_SECONDS } from './units.js';

/** A key agrees to sign for an owner; handed to `registerKey` by the owner (DESIGN 8). Signed by the key itself. */
export interface KeyRegistration {
  readonly owner: Address;
  readonly key: Address;
  /** Last second in which its messages are good [s]. */
  readonly validUntil: bigint;
}

/** EIP-712 type of `KeyRegistration`. */
export const KEY_REGISTRATION_FIELDS: readonly MessageField[] = [
  { name: 'owner', type: 'address' },
  { name: 'key', type: 'address' },
  { name: 'validUntil', type: 'uint40' },
];

/** The longest time a key is registered for [s], 90 days (DESIGN 8). */
export const MAX_KEY_SECONDS = 90n * DAY_SECONDS;

/** A key's registration, ready for `digestOf`, `sign` and `recover`. */
export function keyRegistration(domain: MessageDomain, registration: KeyRegistration): TypedMessage {
  return { domain, primaryType: 'KeyRegistration', fields: KEY_REGISTRATION_FIELDS, value: { ...registration } };
}

/**
 * Refuses a registration that has ended or lasts too long (DESIGN 8).
 * @param now [s]
 * @throws KEY_VALIDITY_INVALID if `validUntil` does not lie ahead or lies more than 90 days ahead.
 */
export function requireKeyValidity({ validUntil }: Pick<KeyRegistration, 'validUntil'>, now: bigint): void {
  if (now < validUntil && validUntil <= now + MAX_KEY_SECONDS) return;
  throw new ProtocolError('KEY_VALIDITY_INVALID', { validUntil, now });
}
