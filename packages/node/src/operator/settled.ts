import type { Outcome, Sent } from '@yellowstone/client';

/** Sends a transaction, waits until it is in a block, and says what it did. */
export type Settle = <Facts>(sending: Promise<Sent<Facts>>) => Promise<Outcome<Facts> & { readonly tx: string }>;

/**
 * Waiting is bounded: a transaction that is in no block in time is answered as `transaction_pending` with its hash. The
 * client's leaving does not end the waiting, because what was sent will happen.
 */
export function createSettle({ timeoutMs = 60_000 }: { readonly timeoutMs?: number | undefined } = {}): Settle {
  return async (sending) => {
    const sent = await sending;
    return { ...(await sent.wait({ timeoutMs })), tx: sent.hash };
  };
}
