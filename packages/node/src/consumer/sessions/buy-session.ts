import { type Bid, CHAIN_ERRORS, isChainError, type Payment, type SessionQuote } from '@yellowstone/client';
import type { MessageDomain } from '@yellowstone/protocol';
import { AppError, type Log } from '@yellowstone/service';
import type { ChainClock, ChainReads, ChainWrites } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { OpenSession } from '../open-session.js';
import type { ProviderClient } from '../provider-client.js';
import { requireApproval } from './check-signatures.js';
import type { OneAtATime } from './one-at-a-time.js';
import type { Reserve } from './reserve.js';

/** What may be spent. */
export interface SpendingLimits {
  readonly payment: Payment;
  /** Length of sessions [s]. */
  readonly sessionSeconds: bigint;
  /** The most session stake there may ever be [MOR-wei]. */
  readonly maxStakeMor: bigint;
  /** The most a directly paid session may cost [MOR-wei]. */
  readonly maxPayMor: bigint;
}

/**
 * Opens a session on a bid, or throws and leaves no stake behind. Whether it is wanted is asked when its turn has come.
 * @throws NotWantedError
 */
export type BuySession = (bid: Bid, signal: AbortSignal, isWanted?: IsWanted) => Promise<OpenSession>;

export type IsWanted = () => Promise<boolean>;

/** While a purchase waited for its turn, somebody else opened what it is for. */
export class NotWantedError extends Error {
  override readonly name = 'NotWantedError';
}

interface BuyDeps {
  readonly domain: MessageDomain;
  readonly reads: Pick<ChainReads, 'isDelegate' | 'morAllowance' | 'morBalance' | 'quoteSession' | 'session'>;
  readonly writes: Pick<ChainWrites, 'address' | 'approveMor' | 'openSession'>;
  readonly chainClock: ChainClock;
  readonly providers: Pick<ProviderClient, 'approval' | 'requireCompatible'>;
  /** Shared by all that buy with one account; at once for who buys alone. */
  readonly inTurn?: OneAtATime;
  readonly log: Log;
}

/** Nothing is written down: for whoever watches what it spends. */
const freely: Reserve = async () => ({ opened: async () => undefined, failed: async () => undefined });

const always: IsWanted = async () => true;

const atOnce: OneAtATime = (act) => act();

/**
 * In this order, so that nothing is spent before everything is known: the provider's word, the quote, our limits, the
 * wallet, the books, the token approval, the opening. The stake is pulled by the opening itself, so that one that fails
 * takes none. From the quote to the opening one at a time, and not while an earlier opening may still be included: what a
 * quote says holds until somebody else takes of the same allowance, and two together would pass the most stake there may be.
 */
export function createBuySession(deps: BuyDeps, limits: SpendingLimits, reserve: Reserve = freely): BuySession {
  const { domain, reads, writes, chainClock, providers, inTurn = atOnce, log } = deps;
  const { payment, sessionSeconds: durationSeconds } = limits;
  const user = writes.address;

  const spend = async ({ bid, slots, approval, signature }: Approved, signal: AbortSignal): Promise<OpenSession> => {
    const quote = await reads.quoteSession({ user, bidId: bid.bidId, durationSeconds, payment });
    const neededMor = requireWithinLimits(quote, limits);
    await requireBalance(reads, user, neededMor);
    const reservation = await reserve({ bid, payment, costMor: quote.costMor });
    /** Books that cannot be written now only make the day look dearer. */
    const failed = () =>
      reservation
        .failed()
        .catch((error: unknown) => log.warn({ bidId: bid.bidId, err: error }, 'spending not taken back'));
    try {
      if ((await reads.morAllowance(user)) < neededMor) {
        await (await writes.approveMor(neededMor)).wait({ signal });
      }
    } catch (error) {
      await failed();
      throw error;
    }
    const [maxStakeMor, maxPayMor] = payment === 'pool' ? [neededMor, 0n] : [0n, neededMor];
    const request = { bidId: bid.bidId, durationSeconds, payment, maxStakeMor, maxPayMor };
    const opening = async () => (await writes.openSession({ request, approval, signature })).wait();
    // From here on money moves: the client's leaving does not stop the waiting.
    const { sessionId, costMor } = await opening().catch(async (error: unknown) => {
      if (!mayStillHappen(error)) {
        await failed();
        throw error;
      }
      throw isChainError(error) ? error : nodeError('opening_uncertain', { bidId: bid.bidId }, { cause: error });
    });
    const session = await reads.session(sessionId).catch(() => undefined);
    log.info({ sessionId, bidId: bid.bidId, provider: bid.provider, costMor: `${costMor}` }, 'session opened');
    // An RPC endpoint that lags behind its own receipts does not lose us what we paid for.
    const openedAt = session?.openedAt ?? (await chainClock.now());
    // Nor do books that cannot be written now; the session is recognised later.
    await reservation
      .opened({ sessionId, openedAt })
      .catch((error: unknown) => log.warn({ sessionId, err: error }, 'spending not written down'));
    return { sessionId, bid, payment, slots, openedAt, endsAt: session?.endsAt ?? openedAt + durationSeconds };
  };

  return async (bid, signal, isWanted = always) => {
    const { slots } = await providers.requireCompatible(bid, signal);
    const ask = { bid, user, durationSeconds, payment };
    const { approval, signature } = await providers.approval(ask, signal);
    await requireApproval({ domain, reads }, { ask, approval, signature, now: await chainClock.now() });
    return inTurn(async () => {
      if (!(await isWanted())) throw new NotWantedError();
      return spend({ bid, slots, approval, signature }, signal);
    }, signal);
  };
}

/** A bid, and its provider's word. */
type Approved = Pick<OpenSession, 'bid' | 'slots'> & Awaited<ReturnType<ProviderClient['approval']>>;

const REFUSALS: readonly string[] = [
  'CHAIN_REVERTED',
  'CHAIN_UNKNOWN_REVERT',
  'CHAIN_INVALID_ARGUMENT',
  // Never sent.
  'CHAIN_NO_GAS_MONEY',
  'CHAIN_QUEUE_FULL',
  'database_full',
];

/** True unless it was refused: what was only not heard of can be in the next block. */
function mayStillHappen(error: unknown): boolean {
  if (!isChainError(error)) return !(error instanceof AppError && REFUSALS.includes(error.code));
  return error.code in CHAIN_ERRORS && !REFUSALS.includes(error.code);
}

/** What would be pulled from the wallet [MOR-wei]. */
function requireWithinLimits(quote: SessionQuote, { payment, maxStakeMor, maxPayMor }: SpendingLimits): bigint {
  const { costMor, activeStakeMor, missingStakeMor } = quote;
  if (payment === 'direct') {
    if (costMor > maxPayMor) throw nodeError('pay_limit_exceeded', { neededMor: costMor, limitMor: maxPayMor });
    return costMor;
  }
  const neededMor = activeStakeMor + missingStakeMor;
  if (missingStakeMor > 0n && neededMor > maxStakeMor) {
    throw nodeError('stake_limit_exceeded', { neededMor, limitMor: maxStakeMor });
  }
  return missingStakeMor;
}

async function requireBalance(
  reads: Pick<ChainReads, 'morBalance'>,
  wallet: ChainWrites['address'],
  neededMor: bigint,
): Promise<void> {
  if (neededMor === 0n) return;
  const balanceMor = await reads.morBalance(wallet);
  if (balanceMor < neededMor) throw nodeError('wallet_too_low', { wallet, balanceMor, neededMor });
}
