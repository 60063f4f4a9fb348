import { type Bid, isChainError } from '@yellowstone/client';
import { AppError, type Log } from '@yellowstone/service';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import type { Want } from '../want.js';
import { type BuySession, type IsWanted, NotWantedError } from './buy-session.js';

/** The bids of a model to try, in order. @throws if there is none, with the reason. */
export type CandidatesOf = (want: Want) => Promise<readonly Bid[]>;

/** Who keeps in mind how providers behave. */
export interface ProviderWatch {
  /** A provider is asked now. */
  begin(bid: Bid): void;
  failed(bid: Bid): void;
  answered(bid: Bid, answer: AnswerSummary): void;
}

/** Failures that say something of this bid alone: the next one may do. */
const NEXT_BID_MAY_DO: readonly string[] = ['CHAIN_BidNotActive', 'CHAIN_AllowanceTooLow', 'CHAIN_StakeMissing'];

const OURS_ALONE: readonly string[] = ['opening_uncertain', 'database_full'];

/** What says nothing of the bid, or leaves open whether it was paid for: the next one would be paid as well. */
function isFinal(error: unknown): boolean {
  if (error instanceof NotWantedError) return true;
  if (isChainError(error)) return !NEXT_BID_MAY_DO.includes(error.code);
  return error instanceof AppError && OURS_ALONE.includes(error.code);
}

interface OpenDeps {
  readonly candidatesOf: CandidatesOf;
  readonly buy: BuySession;
  readonly watch: Pick<ProviderWatch, 'begin' | 'failed'>;
  readonly log: Log;
}

export interface Opening {
  readonly want: Want;
  readonly signal: AbortSignal;
  /** Asked once more before money is spent. */
  readonly isWanted?: IsWanted;
}

/**
 * Opens a session on the first bid that works.
 * @throws the chain's failures and opening_uncertain at once; else what the user can change, or no_provider_answered.
 */
export async function openByBids(deps: OpenDeps, { want, signal, isWanted }: Opening): Promise<OpenSession> {
  const { candidatesOf, buy, watch, log } = deps;
  const failures: unknown[] = [];
  for (const bid of await candidatesOf(want)) {
    try {
      watch.begin(bid);
      return await buy(bid, signal, isWanted);
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error;
      log.warn({ bidId: bid.bidId, provider: bid.provider, err: error }, 'session not opened');
      if (error instanceof AppError && error.httpStatus >= 500) watch.failed(bid);
      failures.push(error);
    }
  }
  throw summaryOf(want, failures);
}

/** Statuses of limits that the user set. */
const OURS: readonly number[] = [402, 429];

/** What a request hears when no bid could be opened: what the user can change first, then the providers' failures. */
function summaryOf({ name }: Want, failures: readonly unknown[]): unknown {
  const ours = failures.find((error) => error instanceof AppError && OURS.includes(error.httpStatus));
  const chains = failures.find((error) => isChainError(error));
  const only = failures.length === 1 ? failures[0] : undefined;
  const attempts = failures.map((error) => (error instanceof AppError ? error.code : 'unknown'));
  return ours ?? chains ?? only ?? nodeError('no_provider_answered', { model: name, attempts });
}
