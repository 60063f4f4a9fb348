import { broadcast, decodeError, type ChainError, type Connection } from '@yellowstone/client';
import type { Log } from '../log.js';
import type { ChainIntent, IntentTransaction } from './intent.js';
import type { IntentStore } from './intent-store.js';
import { isOutage } from './outage.js';

interface PushDeps {
  readonly store: IntentStore;
  readonly connection: Connection;
  readonly log: Log;
  readonly tell: (id: bigint) => void;
}

/**
 * Sends the bytes of a signed transaction, for the first time or again.
 * @returns whether the endpoint has it. @throws ChainError CHAIN_UNREACHABLE, CHAIN_TIMEOUT
 */
export type PushTransaction = (
  intent: ChainIntent,
  transaction: Pick<IntentTransaction, 'hash' | 'rawTransaction'>,
) => Promise<boolean>;

export function createPushTransaction({ store, connection, log, tell }: PushDeps): PushTransaction {
  /** The last complaint about each hash, so that it is logged once. */
  const complaints = new Map<string, string>();

  return async (intent, { hash, rawTransaction }) => {
    const { id, kind } = intent;
    const refusal = await refusalOf(rawTransaction, kind);
    if (refusal !== undefined && (await isUnknown(hash))) {
      if (isOutage(refusal)) throw refusal;
      if (complaints.get(hash) !== refusal.code) {
        log.warn({ intentId: String(id), kind, hash, err: refusal }, 'chain transaction refused, trying again later');
      }
      complaints.set(hash, refusal.code);
      return false;
    }
    complaints.delete(hash);
    await store.markSent(intent, hash);
    log.debug({ intentId: String(id), kind, hash }, 'chain transaction sent');
    tell(id);
    return true;
  };

  async function refusalOf(rawTransaction: string, kind: string): Promise<ChainError | undefined> {
    try {
      // One attempt: the journal comes back by itself.
      await broadcast(connection, rawTransaction, { doing: kind, attempts: 1 });
      return undefined;
    } catch (error) {
      return decodeError(error, kind);
    }
  }

  /** Development nodes answer with the revert of a transaction that they included all the same. */
  async function isUnknown(hash: string): Promise<boolean> {
    try {
      return (await connection.provider.getTransaction(hash)) === null;
    } catch (error) {
      throw decodeError(error, 'getTransaction');
    }
  }
}
