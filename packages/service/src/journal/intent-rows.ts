import { ChainError, type ChainErrorArgs, type Receipt } from '@yellowstone/client';
import type { Selectable } from 'kysely';
import type { ChainIntents, ChainTransactions } from '../database/schema.js';
import { fromExactJson, toExactJson } from './exact-json.js';
import type { ChainIntent, IntentTransaction } from './intent.js';

interface StoredFailure {
  readonly code: string;
  readonly message: string;
  readonly args: ChainErrorArgs;
}

export function intentOf(row: Selectable<ChainIntents>): ChainIntent {
  return {
    id: row.id,
    idempotencyKey: row.idempotency_key,
    kind: row.kind,
    to: row.to_address,
    data: row.call_data,
    value: BigInt(row.value_wei),
    state: row.state,
    nonce: row.nonce === null ? undefined : Number(row.nonce),
    receipt: row.receipt === null ? undefined : (fromExactJson(row.receipt) as Receipt),
    failure: row.failure === null ? undefined : failureOf(row.failure),
    expiresAt: row.expires_at?.getTime(),
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  };
}

export function transactionOf(row: Selectable<ChainTransactions>): IntentTransaction {
  return {
    hash: row.hash,
    nonce: Number(row.nonce),
    attempt: row.attempt,
    rawTransaction: row.raw_transaction,
    signedAt: row.signed_at.getTime(),
    sentAt: row.sent_at?.getTime(),
  };
}

/** The part of a receipt that proves and tells what happened. */
export function receiptText({ hash, blockNumber, blockHash, gasUsed, logs }: Receipt): string {
  const facts = logs.map(({ address, topics, data, index }) => {
    return { address, topics, data, index, blockNumber, blockHash, transactionHash: hash };
  });
  return toExactJson({ hash, blockNumber, blockHash, gasUsed, logs: facts });
}

/** The cause is left out: it is for the log, where it happened. */
export function failureText({ code, message, args }: ChainError): string {
  return toExactJson({ code, message, args } satisfies StoredFailure);
}

function failureOf(text: string): ChainError {
  const { code, message, args } = fromExactJson(text) as StoredFailure;
  return new ChainError(code as ChainError['code'], message, args);
}
