import type { ChainError, Receipt } from '@yellowstone/client';
import type { IntentState } from './intent-state.js';

/** What shall happen on chain, once. */
export interface IntentRequest {
  /** What it does, for people and error messages: the name of a function, for instance. */
  readonly kind: string;
  readonly to: string;
  readonly data: string;
  /** ETH that goes along [wei]; 0 by default. */
  readonly value?: bigint;
  /** Submitting again under the same key gives the same intent; random by default. */
  readonly idempotencyKey?: string;
  /** From then on it is not signed any more [ms]; never by default. What was signed cannot be called back. */
  readonly expiresAt?: number;
}

/** A transaction that was signed for an intent. */
export interface IntentTransaction {
  readonly hash: string;
  readonly nonce: number;
  /** Counted from 1 within the nonce: later ones offer more for gas. */
  readonly attempt: number;
  readonly rawTransaction: string;
  /** [ms] */
  readonly signedAt: number;
  /** Last broadcast [ms]. */
  readonly sentAt: number | undefined;
}

/** A chain write as the journal knows it. */
export interface ChainIntent {
  readonly id: bigint;
  readonly idempotencyKey: string;
  readonly kind: string;
  readonly to: string;
  readonly data: string;
  /** [wei] */
  readonly value: bigint;
  readonly state: IntentState;
  readonly nonce: number | undefined;
  /** Proof that it happened; also of a transaction that reverted. */
  readonly receipt: Receipt | undefined;
  /** Why it did not happen. */
  readonly failure: ChainError | undefined;
  /** [ms] */
  readonly expiresAt: number | undefined;
  /** [ms] */
  readonly createdAt: number;
  /** [ms] */
  readonly updatedAt: number;
}

/** An intent with everything that was signed for it, oldest first. */
export interface SignedIntent extends ChainIntent {
  readonly nonce: number;
  readonly transactions: readonly IntentTransaction[];
}
