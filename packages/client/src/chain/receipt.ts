import type { TransactionReceipt } from 'ethers';
import type { Connection } from './connection.js';
import { chainError, isChainError, type ChainError } from '../errors.js';
import type { WaitOptions } from './sent.js';
import { decodeError } from './decode-error.js';
import { pause } from './pause.js';
import type { Call } from './transaction-draft.js';

export interface PendingTransaction extends Call {
  readonly hash: string;
  readonly from: string;
  /** What it does, for error messages. */
  readonly doing: string;
}

const DEFAULT_TIMEOUT_MS = 120_000;

/**
 * Waits until a transaction is in a block.
 * @throws ChainError decoded if it reverted; CHAIN_TIMEOUT or CHAIN_ABORTED while it may still be included later
 */
export async function waitForReceipt(
  connection: Connection,
  transaction: PendingTransaction,
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: WaitOptions = {},
): Promise<TransactionReceipt> {
  const { hash, doing } = transaction;
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  for (;;) {
    const receipt = await findReceipt(connection, transaction);
    if (receipt?.status === 1) return receipt;
    if (receipt !== null) throw await explainRevert(connection, transaction, receipt);
    try {
      await pause(connection.pollingIntervalMs, stop);
    } catch (cause) {
      const code = signal?.aborted === true ? 'CHAIN_ABORTED' : 'CHAIN_TIMEOUT';
      const advice = 'it can still be included later: look for its hash before trying again';
      throw chainError(code, { doing, hash }, advice, { cause });
    }
  }
}

/** null while there is none, also while the endpoint cannot be reached: the transaction is on its way all the same. */
async function findReceipt(
  { provider }: Connection,
  { hash, doing }: PendingTransaction,
): Promise<TransactionReceipt | null> {
  try {
    return await provider.getTransactionReceipt(hash);
  } catch (error) {
    const decoded = decodeError(error, doing);
    if (isChainError(decoded, 'CHAIN_UNREACHABLE') || isChainError(decoded, 'CHAIN_TIMEOUT')) return null;
    throw decoded;
  }
}

/** Why a transaction reverted. Receipts carry no reason, so the call is repeated on the state of its block. */
export async function explainRevert(
  { provider }: Connection,
  { hash, from, to, data, value, doing }: PendingTransaction,
  { blockNumber, gasUsed }: Pick<TransactionReceipt, 'blockNumber' | 'gasUsed'>,
): Promise<ChainError> {
  try {
    await provider.call({ from, to, data, value: value ?? 0n, blockTag: blockNumber });
  } catch (error) {
    return decodeError(error, doing);
  }
  return chainError('CHAIN_REVERTED', { doing, hash, blockNumber, gasUsed }, 'it would succeed now: try again');
}
