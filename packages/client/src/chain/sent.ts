import type { TransactionReceipt } from 'ethers';

/** A transaction that was accepted by the RPC endpoint. */
export interface Sent<Facts> {
  readonly hash: string;
  /**
   * Waits until it is in a block and says what it did.
   * @throws ChainError decoded, if it reverted; CHAIN_TIMEOUT, CHAIN_ABORTED while it may still be included later
   */
  wait(options?: WaitOptions): Promise<Outcome<Facts>>;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** 120,000 by default. */
  readonly timeoutMs?: number;
}

/** What a transaction did, and what it cost. */
export type Outcome<Facts> = Readonly<Facts> & { readonly gasUsed: bigint; readonly blockNumber: bigint };

/** The proof that a transaction is in a block: the part of a receipt that writes read. */
export type Receipt = Pick<TransactionReceipt, 'hash' | 'blockNumber' | 'blockHash' | 'gasUsed'> & {
  readonly logs: readonly ReceiptLog[];
};

export type ReceiptLog = Pick<
  TransactionReceipt['logs'][number],
  'address' | 'topics' | 'data' | 'blockNumber' | 'blockHash' | 'transactionHash' | 'index'
>;

/** A call that was sent. */
export interface SentCall {
  readonly hash: string;
  /** Waits until it is in a block. @throws ChainError decoded if it reverted; CHAIN_TIMEOUT, CHAIN_ABORTED */
  receipt(options?: WaitOptions): Promise<Receipt>;
}
