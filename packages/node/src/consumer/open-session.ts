import type { Bid, Payment } from '@yellowstone/client';
import type { SessionId } from '@yellowstone/protocol';

/** A session that is paid for and can be used. */
export interface OpenSession {
  readonly sessionId: SessionId;
  readonly bid: Bid;
  readonly payment: Payment;
  /** Requests that the provider serves at the same time; undefined = not known. */
  readonly slots: number | undefined;
  /** [s] */
  readonly openedAt: bigint;
  /** When it ends by itself [s]. */
  readonly endsAt: bigint;
}
