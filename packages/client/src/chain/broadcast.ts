import { keccak256, type JsonRpcProvider } from 'ethers';
import { chainError } from '../errors.js';
import type { Connection } from './connection.js';
import { decodeError, isAlreadyKnown, isUnanswered } from './decode-error.js';
import { pause } from './pause.js';
import { findRevertData } from './revert-data.js';

export interface BroadcastOptions {
  /** What the transaction does, for error messages. */
  readonly doing: string;
  /** How often to try while nobody answers; 3 by default. */
  readonly attempts?: number;
}

/**
 * Sends a signed transaction; the same bytes may be sent again, because they are included once.
 * @returns its hash. @throws ChainError decoded; after CHAIN_UNREACHABLE it may have been sent all the same
 */
export async function broadcast(
  { provider, pollingIntervalMs }: Connection,
  rawTransaction: string,
  { doing, attempts = 3 }: BroadcastOptions,
): Promise<string> {
  const hash = keccak256(rawTransaction);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await provider.send('eth_sendRawTransaction', [rawTransaction]);
      return hash;
    } catch (error) {
      if (findRevertData(error) !== undefined) throw decodeError(error, doing);
      // It arrived although the answer got lost, or an earlier attempt did.
      if (isAlreadyKnown(error) || (await isKnown(provider, hash))) return hash;
      if (!isUnanswered(error)) throw decodeError(error, doing);
      if (attempt >= attempts) {
        const cause = decodeError(error, doing);
        const advice = 'it may have been sent all the same: look for its hash before trying again';
        throw chainError('CHAIN_UNREACHABLE', { ...cause.args, hash }, advice, { cause });
      }
      await pause(pollingIntervalMs);
    }
  }
}

/** False also while the endpoint cannot be asked. */
async function isKnown(provider: JsonRpcProvider, hash: string): Promise<boolean> {
  try {
    return (await provider.getTransaction(hash)) !== null;
  } catch {
    return false;
  }
}
