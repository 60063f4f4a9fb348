import { isChainError, type Outcome, type Sent } from '@yellowstone/client';
import type { FastifyRequest } from 'fastify';
import type { Chain, ChainWrites } from '../chain/chain.js';
import { nodeError } from '../errors.js';
import type { RequestKeyOf } from './request-key.js';

/** What a transaction did, and which one it was. */
export type Settled<Facts> = Outcome<Facts> & { readonly tx: string };

/** Sends what a request asks for, once under its key if it has one, waits until it is in a block, and says what it did. */
export type Settle = <Facts>(
  request: FastifyRequest,
  send: (writes: ChainWrites) => Promise<Sent<Facts>>,
) => Promise<Settled<Facts>>;

interface SettleDeps {
  readonly chain: Pick<Chain, 'writes' | 'writesFor'>;
  readonly requestKeyOf: RequestKeyOf;
}

interface SettleOptions {
  /** How long a request waits for its transaction [ms]. */
  readonly timeoutMs?: number | undefined;
}

export function createSettle({ chain, requestKeyOf }: SettleDeps, options: SettleOptions = {}): Settle {
  return async (request, send) => {
    const key = await requestKeyOf(request);
    return settled(await send(key === undefined ? chain.writes : chain.writesFor(key)), options);
  };
}

/**
 * Waiting is bounded: a transaction that is in no block in time is answered as `transaction_pending` with its hash. The
 * client's leaving does not end the waiting, because what was sent will happen.
 */
export async function settled<Facts>(
  sent: Sent<Facts>,
  { timeoutMs = 60_000 }: SettleOptions = {},
): Promise<Settled<Facts>> {
  try {
    return { ...(await sent.wait({ timeoutMs })), tx: sent.hash };
  } catch (error) {
    if (isChainError(error, 'CHAIN_TIMEOUT'))
      throw nodeError('transaction_pending', { tx: sent.hash }, { cause: error });
    throw error;
  }
}
