import type { Bid, Payment } from '@yellowstone/client';
import {
  type Address,
  type BidId,
  MAX_SESSION_SECONDS,
  type MessageDomain,
  type MessageSigner,
  MIN_SESSION_SECONDS,
  type SessionApproval,
  sessionApproval,
  sign,
  type Signature,
} from '@yellowstone/protocol';
import type { ChainClock, ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { ServedModels } from '../../backends/served-model.js';
import { unhealthy } from '../../backends/take-turn.js';

export interface SessionAsk {
  readonly bidId: BidId;
  readonly user: Address;
  readonly durationSeconds: bigint;
  readonly payment: Payment;
}

export interface SignedApproval {
  readonly approval: SessionApproval;
  readonly signature: Signature;
}

export type ApproveSession = (ask: SessionAsk) => Promise<SignedApproval>;

interface ApproveDeps {
  readonly reads: Pick<ChainReads, 'bid'>;
  readonly chainClock: ChainClock;
  readonly domain: MessageDomain;
  readonly signer: MessageSigner;
  readonly models: ServedModels;
  /** A random number of 256 bits. */
  readonly randomNonce: () => bigint;
}

interface ApproveOptions {
  readonly provider: Address;
}

/** How long an approval can be used [s], 5 minutes. */
const APPROVAL_SECONDS = 300n;

/** Signs an approval if the bid is ours and active, and the model is served and healthy. */
export function createApproveSession(deps: ApproveDeps, { provider }: ApproveOptions): ApproveSession {
  const { reads, chainClock, domain, signer, models, randomNonce } = deps;
  return async ({ bidId, user, durationSeconds, payment }) => {
    requireDuration(durationSeconds);
    const bid = requireOwn(await reads.bid(bidId), bidId, provider);
    const model = models.get(bid.modelId);
    if (model === undefined) throw nodeError('model_not_served', { modelId: bid.modelId });
    if (!model.backend.isHealthy()) throw unhealthy(model.backend);
    const approval: SessionApproval = {
      bidId,
      user,
      pricePerSecondMor: bid.priceMor,
      maxDurationSeconds: durationSeconds,
      payment,
      nonce: randomNonce(),
      deadline: (await chainClock.now()) + APPROVAL_SECONDS,
    };
    return { approval, signature: await sign(signer, sessionApproval(domain, approval)) };
  };
}

function requireDuration(durationSeconds: bigint): void {
  if (durationSeconds >= MIN_SESSION_SECONDS && durationSeconds <= MAX_SESSION_SECONDS) return;
  const limits = { minSeconds: MIN_SESSION_SECONDS, maxSeconds: MAX_SESSION_SECONDS };
  throw nodeError('duration_out_of_range', { durationSeconds, ...limits, param: 'durationSeconds' });
}

function requireOwn(bid: Bid | undefined, bidId: BidId, provider: Address): Bid {
  if (bid === undefined) throw nodeError('bid_not_found', { bidId });
  if (bid.provider !== provider) throw nodeError('bid_of_another_provider', { bidId, provider: bid.provider });
  if (bid.unit !== 'second') throw nodeError('bid_not_per_second', { bidId, unit: bid.unit });
  if (!bid.isActive) throw nodeError('bid_not_active', { bidId });
  return bid;
}
