export { deploymentOf, type Deployment } from '@yellowstone/contracts';
export { chainIdOf, connect, type ConnectOptions, type Connection } from './chain/connection.js';
export type { RpcEndpointHealth, RpcEndpointState, RpcEvent, RpcHealth } from './chain/rpc/rpc-health.js';
export type { Deadline, Timing } from './chain/rpc/timing.js';
export { createReads } from './create-reads.js';
export type { DelegateRights, Reads } from './reads.js';
export type {
  BookedSession,
  PostedBid,
  RegisteredModel,
  RegisteredProvider,
  SettledSession,
  Writes,
} from './writes.js';
export { createWrites } from './create-writes.js';
export { bookedSessionOf } from './writes/sessions.js';
export type { Outcome, Receipt, ReceiptLog, Sent, SentCall, WaitOptions } from './chain/sent.js';
export type { Sender } from './chain/sender.js';
export { createSigningKey, type SignedTransaction, type SigningKey, type WalletSource } from './chain/signing-key.js';
export { estimateGas, suggestFees, type Call, type GasFees, type TransactionDraft } from './chain/transaction-draft.js';
export { broadcast, type BroadcastOptions } from './chain/broadcast.js';
export { explainRevert, type PendingTransaction } from './chain/receipt.js';
export { decodeError } from './chain/decode-error.js';
export type { DiamondEvent, EventArgs, EventName } from './chain/diamond-events.js';
export { followEventBatches, followEvents, type EventBatch, type FollowOptions } from './follow-events.js';
export {
  firstBlockSince,
  readBlockPoint,
  readProviderMoney,
  type BlockPoint,
  type MoneyRange,
  type ProviderMoney,
  type ProviderPayment,
  type SessionClosing,
} from './provider-money.js';
export {
  CHAIN_ERRORS,
  chainError,
  ChainError,
  isChainError,
  type ChainErrorArgs,
  type ChainErrorCode,
} from './errors.js';
export { PAYMENTS, PURPOSES, UNITS, VERDICTS } from './domain/codes.js';
export type { Payment, Purpose, Unit, Verdict } from './domain/codes.js';
export type { Bid } from './domain/bid.js';
export type { Model } from './domain/model.js';
export type { Page, PageRequest } from './domain/page.js';
export type { Day, Fees, Pool, PriceRange, Treasury } from './domain/pool.js';
export type { Provider, SessionCredits } from './domain/provider.js';
export type { Session, SessionQuote, SessionRequest } from './domain/session.js';
export type { Stake, Unstaking } from './domain/stake.js';
export type { Statistics } from './domain/statistics.js';
