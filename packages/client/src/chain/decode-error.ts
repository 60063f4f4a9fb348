import { isError } from 'ethers';
import { chainError, ChainError } from '../errors.js';
import { decodeRevert } from './decode-revert.js';
import { findRevertData } from './revert-data.js';

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  'NETWORK_ERROR',
  'SERVER_ERROR',
]);

/**
 * Whatever ethers threw as a `ChainError`. The one place where errors of the chain are told apart.
 * @param doing what was tried, for the args: the name of a function, for instance
 */
export function decodeError(error: unknown, doing: string): ChainError {
  if (error instanceof ChainError) return error;
  const data = findRevertData(error);
  if (data !== undefined) return decodeRevert(data, error);

  const args = { doing, reason: reasonOf(error) };
  const options = { cause: error };
  if (isError(error, 'TIMEOUT')) return chainError('CHAIN_TIMEOUT', args, 'try again', options);
  if (isError(error, 'CANCELLED')) return chainError('CHAIN_ABORTED', args, undefined, options);
  if (isGasMoneyError(error)) return chainError('CHAIN_NO_GAS_MONEY', args, 'send ETH to it', options);
  if (isError(error, 'NONCE_EXPIRED') || isError(error, 'REPLACEMENT_UNDERPRICED') || isNonceError(error)) {
    return chainError('CHAIN_NONCE_CONFLICT', args, 'use one program per key', options);
  }
  if (isError(error, 'CALL_EXCEPTION')) return chainError('CHAIN_REVERTED', args, undefined, options);
  if (isError(error, 'BAD_DATA')) return chainError('CHAIN_NOT_A_DIAMOND', args, 'check address and chain', options);
  if (isArgumentError(error)) return chainError('CHAIN_INVALID_ARGUMENT', args, undefined, options);
  if (isNetworkError(error)) return chainError('CHAIN_UNREACHABLE', args, 'check the RPC endpoint', options);
  return chainError('CHAIN_RPC_FAILED', args, undefined, options);
}

function isArgumentError(error: unknown): boolean {
  return (
    isError(error, 'INVALID_ARGUMENT') ||
    isError(error, 'NUMERIC_FAULT') ||
    isError(error, 'MISSING_ARGUMENT') ||
    isError(error, 'UNEXPECTED_ARGUMENT') ||
    error instanceof TypeError ||
    error instanceof RangeError
  );
}

function isGasMoneyError(error: unknown): boolean {
  // Nodes agree on the words, not on a code.
  return isError(error, 'INSUFFICIENT_FUNDS') || /insufficient funds|doesn't have enough funds/i.test(textOf(error));
}

function isNonceError(error: unknown): boolean {
  return /nonce too (low|high)|nonce has already been used|replacement transaction underpriced/i.test(textOf(error));
}

/** True if the node has this very transaction already. */
export function isAlreadyKnown(error: unknown): boolean {
  return /already known|known transaction|already imported/i.test(textOf(error));
}

/** True if nobody answered: the call may or may not have arrived. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof ChainError) return error.code === 'CHAIN_UNREACHABLE' || error.code === 'CHAIN_TIMEOUT';
  return isError(error, 'TIMEOUT') || isNetworkError(error);
}

function isNetworkError(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && NETWORK_CODES.has(code);
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === undefined && error instanceof AggregateError) return codeOf(error.errors[0]);
  return typeof code === 'string' ? code : undefined;
}

/** Own message and the message of the node's answer inside it. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = 'error' in error && typeof error.error === 'object' && error.error !== null ? error.error : {};
  return `${error.message} ${'message' in inner ? String(inner.message) : ''}`;
}

/** The shortest true text: ethers puts whole requests into `message`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = 'error' in error && typeof error.error === 'object' && error.error !== null ? error.error : {};
  if ('message' in inner) return String(inner.message);
  if ('shortMessage' in error) return String(error.shortMessage);
  return error.message || codeOf(error) || error.name;
}
