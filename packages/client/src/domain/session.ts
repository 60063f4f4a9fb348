import type { SessionQuoteStructOutput, SessionViewStructOutput } from '@yellowstone/contracts';
import {
  parseAddress,
  parseBidId,
  parseModelId,
  parseSessionId,
  type Address,
  type BidId,
  type ModelId,
  type SessionId,
} from '@yellowstone/protocol';
import { PAYMENTS, VERDICTS, wordOf, type Payment, type Verdict } from './codes.js';

/** A provider for a time window. */
export interface Session {
  readonly sessionId: SessionId;
  readonly user: Address;
  readonly provider: Address;
  readonly bidId: BidId;
  readonly modelId: ModelId;
  /** [MOR-wei per second] */
  readonly pricePerSecondMor: bigint;
  /** [s] */
  readonly openedAt: bigint;
  /** When it ends by itself [s]. */
  readonly endsAt: bigint;
  /** Length that counted when it was closed [s]; 0 while open. */
  readonly usedSeconds: bigint;
  readonly payment: Payment;
  /** True if the verdict `fail` in time takes the pay back. */
  readonly isDisputable: boolean;
  readonly isClosed: boolean;
  readonly verdict: Verdict;
}

/** What a user asks for when opening a session. */
export interface SessionRequest {
  readonly bidId: BidId;
  /** Length to book, 300 to 86,400 [s]. */
  readonly durationSeconds: bigint;
  readonly payment: Payment;
  /** The most that may be pulled from the wallet as stake [MOR-wei]. */
  readonly maxStakeMor: bigint;
  /** The most that may be pulled from the wallet into escrow [MOR-wei]. */
  readonly maxPayMor: bigint;
}

/** What `openSession` would do now. */
export interface SessionQuote {
  /** Price x duration [MOR-wei]. */
  readonly costMor: bigint;
  /** Stake that would be pulled from the wallet [MOR-wei]; 0 for direct payment. */
  readonly missingStakeMor: bigint;
  /** Active session stake of the user now [MOR-wei]. */
  readonly activeStakeMor: bigint;
  /** Allowance left today before this session [MOR-wei]. */
  readonly remainingMor: bigint;
  /** When stake that is unstaked now can leave [s]. */
  readonly withdrawableAt: bigint;
}

export function toSession(raw: SessionViewStructOutput): Session {
  return Object.freeze({
    sessionId: parseSessionId(raw.sessionId),
    user: parseAddress(raw.user),
    provider: parseAddress(raw.provider),
    bidId: parseBidId(raw.bidId),
    modelId: parseModelId(raw.modelId),
    pricePerSecondMor: raw.pricePerSecondMor,
    openedAt: raw.openedAt,
    endsAt: raw.endsAt,
    usedSeconds: raw.usedSeconds,
    payment: wordOf(PAYMENTS, raw.payment),
    isDisputable: raw.isDisputable,
    isClosed: raw.isClosed,
    verdict: wordOf(VERDICTS, raw.verdict),
  });
}

export function toSessionQuote(raw: SessionQuoteStructOutput): SessionQuote {
  return Object.freeze({
    costMor: raw.costMor,
    missingStakeMor: raw.missingStakeMor,
    activeStakeMor: raw.activeStakeMor,
    remainingMor: raw.remainingMor,
    withdrawableAt: raw.withdrawableAt,
  });
}
