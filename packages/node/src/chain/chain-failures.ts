import { type ChainError, isChainError } from '@yellowstone/client';
import { AppError, scrub } from '@yellowstone/service';
import { nodeError } from '../errors.js';

/** Status of chain failures that are not simply a conflict with the state of the chain. */
const CHAIN_STATUS: Readonly<Record<string, number>> = {
  CHAIN_UNREACHABLE: 503,
  CHAIN_TIMEOUT: 503,
  CHAIN_ABORTED: 503,
  CHAIN_RPC_FAILED: 503,
  CHAIN_QUEUE_FULL: 503,
  CHAIN_OperationPaused: 503,
  CHAIN_NO_GAS_MONEY: 402,
  CHAIN_AllowanceTooLow: 402,
  CHAIN_StakeMissing: 402,
  CHAIN_PayTooHigh: 402,
  CHAIN_ERC20InsufficientBalance: 402,
  CHAIN_ERC20InsufficientAllowance: 402,
  CHAIN_INVALID_ARGUMENT: 400,
  CHAIN_InsufficientRightsForOperation: 403,
  CHAIN_SessionNotFound: 404,
};

/** A failure of the chain as an answer: its own code, its values, a true status, nothing about the RPC endpoint. */
export function fromChainError(error: ChainError): AppError {
  const { code, message, args } = error;
  // Only who waited for a transaction knows its hash.
  if (code === 'CHAIN_TIMEOUT' && typeof args['hash'] === 'string') {
    return nodeError('transaction_pending', { tx: args['hash'] }, { cause: error });
  }
  const httpStatus = CHAIN_STATUS[code] ?? 409;
  return new AppError({ code, httpStatus, message: scrub(message), details: scrubbed(args), cause: error });
}

function scrubbed(args: ChainError['args']): ChainError['args'] {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]),
  );
}

/** What a node's server knows of errors that are not its own. */
export function translateError(error: unknown): AppError | undefined {
  if (isChainError(error)) return fromChainError(error);
  const isAbort = error instanceof DOMException && error.name === 'AbortError';
  return isAbort ? nodeError('request_aborted', {}, { cause: error }) : undefined;
}
