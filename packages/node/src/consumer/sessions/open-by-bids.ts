import { type Bid, isChainError } from '@yellowstone/client';
import type { Address, BidId, ModelId } from '@yellowstone/protocol';
import { AppError, type Log } from '@yellowstone/service';
import { nodeError } from '../../errors.js';
import type { OpenSession } from '../open-session.js';
import type { BuySession } from './buy-session.js';

/** A model somebody wants to use. */
export interface Want {
  readonly modelId: ModelId;
  /** For messages. */
  readonly name: string;
  /** Bids that failed this request. */
  readonly tried: ReadonlySet<BidId>;
}

/** The bids of a model to try, in order. @throws if there is none, with the reason. */
export type CandidatesOf = (want: Want, cooling: ReadonlySet<Address>) => Promise<readonly Bid[]>;

/** Failures that say something of this bid alone: the next one may do. */
const NEXT_BID_MAY_DO: readonly string[] = ['CHAIN_BidNotActive', 'CHAIN_AllowanceTooLow', 'CHAIN_StakeMissing'];

interface OpenDeps {
  readonly candidatesOf: CandidatesOf;
  readonly buy: BuySession;
  /** Told of bids whose provider failed. */
  readonly cool: (bid: Bid) => void;
  readonly log: Log;
}

export interface Opening {
  readonly want: Want;
  readonly cooling: ReadonlySet<Address>;
  readonly signal: AbortSignal;
}

/**
 * Opens a session on the first bid that works.
 * @throws the chain's failures at once; else what the user can change, or no_provider_answered.
 */
export async function openByBids(deps: OpenDeps, { want, cooling, signal }: Opening): Promise<OpenSession> {
  const { candidatesOf, buy, cool, log } = deps;
  const failures: unknown[] = [];
  for (const bid of await candidatesOf(want, cooling)) {
    try {
      return await buy(bid, signal);
    } catch (error) {
      const isFinal = signal.aborted || (isChainError(error) && !NEXT_BID_MAY_DO.includes(error.code));
      if (isFinal) throw error;
      log.warn({ bidId: bid.bidId, provider: bid.provider, err: error }, 'session not opened');
      if (error instanceof AppError && error.httpStatus >= 500) cool(bid);
      failures.push(error);
    }
  }
  throw summaryOf(want, failures);
}

/** What a request hears when no bid could be opened: what the user can change first, then the providers' failures. */
function summaryOf({ name }: Want, failures: readonly unknown[]): unknown {
  const ours = failures.find((error) => error instanceof AppError && error.httpStatus === 402);
  const chains = failures.find((error) => isChainError(error));
  const only = failures.length === 1 ? failures[0] : undefined;
  const attempts = failures.map((error) => (error instanceof AppError ? error.code : 'unknown'));
  return ours ?? chains ?? only ?? nodeError('no_provider_answered', { model: name, attempts });
}
