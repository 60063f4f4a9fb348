import {
  type Address,
  type MessageDomain,
  recover,
  type SessionApproval,
  sessionApproval,
  type SessionReceipt,
  sessionReceipt,
  type TypedMessage,
} from '@yellowstone/protocol';
import type { ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { ApprovalRequest } from '../provider-client.js';

interface CheckDeps {
  readonly domain: MessageDomain;
  readonly reads: Pick<ChainReads, 'isDelegate'>;
}

/**
 * An approval must be what was asked for, and the provider's or its delegate's word. The contract checks the same;
 * here it costs nothing.
 * @throws approval_mismatch, approval_expired, approval_signature_invalid
 */
export async function requireApproval(
  deps: CheckDeps,
  {
    ask,
    approval,
    signature,
    now,
  }: { ask: ApprovalRequest; approval: SessionApproval; signature: string; now: bigint },
): Promise<void> {
  const expected = {
    bidId: ask.bid.bidId,
    user: ask.user,
    pricePerSecondMor: ask.bid.priceMor,
    payment: ask.payment,
  } as const;
  for (const field of Object.keys(expected) as (keyof typeof expected)[]) {
    if (approval[field] !== expected[field]) {
      throw nodeError('approval_mismatch', { field, approved: approval[field], expected: expected[field] });
    }
  }
  const { maxDurationSeconds, deadline } = approval;
  if (maxDurationSeconds < ask.durationSeconds) {
    throw nodeError('approval_mismatch', {
      field: 'maxDurationSeconds',
      approved: maxDurationSeconds,
      expected: ask.durationSeconds,
    });
  }
  if (deadline <= now) {
    const { endpoint } = ask.bid;
    throw nodeError('approval_expired', { endpoint, deadline, now, seconds: now - deadline });
  }
  const isGood = await isSignedBy(deps, ask.bid.provider, sessionApproval(deps.domain, approval), signature);
  if (!isGood) throw nodeError('approval_signature_invalid', { provider: ask.bid.provider });
}

/** True if a receipt is of this session and the provider's or its delegate's word. */
export async function isGoodReceipt(
  deps: CheckDeps,
  question: { provider: Address; sessionId: string; receipt: SessionReceipt; signature: string },
): Promise<boolean> {
  const { provider, sessionId, receipt, signature } = question;
  if (receipt.sessionId !== sessionId) return false;
  return isSignedBy(deps, provider, sessionReceipt(deps.domain, receipt), signature);
}

async function isSignedBy(
  { reads }: CheckDeps,
  provider: Address,
  message: TypedMessage,
  signature: string,
): Promise<boolean> {
  const signer = recoverOrNothing(signature, message);
  if (signer === undefined || signer === provider) return signer !== undefined;
  return reads.isDelegate({ delegate: signer, account: provider, rights: 'provider' });
}

function recoverOrNothing(signature: string, message: TypedMessage): Address | undefined {
  try {
    return recover(signature, message);
  } catch {
    return undefined;
  }
}
