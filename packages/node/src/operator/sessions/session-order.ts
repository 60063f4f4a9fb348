import type { Payment } from '@yellowstone/client';
import { MAX_SESSION_SECONDS, MIN_SESSION_SECONDS } from '@yellowstone/protocol';
import { type Static, Type } from 'typebox';
import { fieldError } from '../fields.js';

/** The fields that say which session is wanted. */
export const SessionOrder = {
  sessionDuration: Type.Union(
    [
      Type.Integer({ minimum: Number(MIN_SESSION_SECONDS), maximum: Number(MAX_SESSION_SECONDS) }),
      Type.String({ pattern: '^[1-9][0-9]{2,4}$' }),
    ],
    {
      description: `length in seconds, ${MIN_SESSION_SECONDS} to ${MAX_SESSION_SECONDS}; a number or a decimal string`,
    },
  ),
  directPayment: Type.Optional(
    Type.Boolean({ description: 'the wallet pays instead of the pool; as the node is set by default' }),
  ),
};

interface Order {
  readonly sessionDuration: Static<(typeof SessionOrder)['sessionDuration']>;
  readonly directPayment?: boolean;
}

/** [s] @throws request_invalid outside of what a session may last */
export function durationOf({ sessionDuration }: Order): bigint {
  const seconds = BigInt(sessionDuration);
  if (seconds >= MIN_SESSION_SECONDS && seconds <= MAX_SESSION_SECONDS) return seconds;
  throw fieldError('sessionDuration', `must be from ${MIN_SESSION_SECONDS} to ${MAX_SESSION_SECONDS} seconds`);
}

/** undefined = as the node is set. */
export function paymentOf({ directPayment }: Order): Payment | undefined {
  if (directPayment === undefined) return undefined;
  return directPayment ? 'direct' : 'pool';
}
