import type { Bid, Payment } from '@yellowstone/client';
import type { SessionId } from '@yellowstone/protocol';
import type { Overdrawn, SessionSpending } from '@yellowstone/service';
import type { ChainClock } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { Payer } from '../want.js';

/** Writes a cost down before it is made. @throws day_limit_exceeded, key_budget_exceeded */
export type Reserve = (cost: SessionCost) => Promise<Reservation>;

export interface SessionCost {
  readonly bid: Bid;
  readonly payment: Payment;
  /** [MOR-wei] */
  readonly costMor: bigint;
}

/** A cost that is written down; one of the two is called, or neither while nobody knows what became of it. */
export interface Reservation {
  opened(session: { readonly sessionId: SessionId; readonly openedAt: bigint }): Promise<void>;
  failed(): Promise<void>;
}

interface ReserveDeps {
  readonly spending: Pick<SessionSpending, 'reserve' | 'attach' | 'cancel'>;
  readonly chainClock: ChainClock;
}

interface ReserveOptions {
  /** The most that all sessions opened on one UTC day may cost [MOR-wei]; undefined = no such limit. */
  readonly maxMorPerDay: bigint | undefined;
}

const DAY_SECONDS = 86_400n;

/** What the node and the payer may spend on a day, held to the same books. */
export function createReserve({ spending, chainClock }: ReserveDeps, { maxMorPerDay }: ReserveOptions) {
  return (payer: Payer, origin: 'requests' | 'hand'): Reserve => {
    const { keyId } = payer;
    const caps = [
      ...(maxMorPerDay === undefined ? [] : [{ maxMor: maxMorPerDay }]),
      ...(keyId === undefined || payer.maxMorPerDay === undefined ? [] : [{ keyId, maxMor: payer.maxMorPerDay }]),
    ];
    return async ({ bid, payment, costMor }) => {
      const now = await chainClock.now();
      const cost = { day: now / DAY_SECONDS, keyId, origin, bidId: bid.bidId, payment, costMor };
      const made = await spending.reserve({ ...cost, caps });
      if ('overdrawn' in made) throw overdrawnError(made.overdrawn, { costMor, now });
      return {
        opened: ({ sessionId, openedAt }) => spending.attach(made.id, { sessionId, day: openedAt / DAY_SECONDS }),
        failed: () => spending.cancel(made.id),
      };
    };
  };
}

function overdrawnError(
  { cap, spentMor }: Overdrawn,
  { costMor, now }: { readonly costMor: bigint; readonly now: bigint },
): Error {
  const amounts = { costMor, spentMor, limitMor: cap.maxMor };
  if (cap.keyId === undefined) return nodeError('day_limit_exceeded', amounts);
  const details = { key: cap.keyId, limit: 'maxMorPerDay', used: spentMor, allowed: cap.maxMor, costMor };
  return nodeError('key_budget_exceeded', details, { retryAfterSeconds: Number(DAY_SECONDS - (now % DAY_SECONDS)) });
}
