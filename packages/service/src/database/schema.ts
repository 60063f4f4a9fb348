import type { ColumnType, Generated } from 'kysely';
import type { IntentState } from '../journal/intent-state.js';

/** A column that is written once. */
type Fixed<Value> = ColumnType<Value, Value, never>;

/** One chain write, see journal/. */
export interface ChainIntents {
  readonly id: Generated<bigint>;
  readonly chain_id: Fixed<bigint>;
  readonly key_address: Fixed<string>;
  readonly diamond: Fixed<string>;
  readonly idempotency_key: Fixed<string>;
  readonly kind: Fixed<string>;
  readonly to_address: Fixed<string>;
  readonly call_data: Fixed<string>;
  /** [wei], decimal */
  readonly value_wei: Fixed<string>;
  readonly state: IntentState;
  readonly nonce: bigint | null;
  /** Of the transaction that is in a block. */
  readonly transaction_hash: string | null;
  readonly block_number: bigint | null;
  /** `Receipt` as exact JSON. */
  readonly receipt: string | null;
  /** `ChainError` as exact JSON. */
  readonly failure: string | null;
  readonly expires_at: Fixed<Date | null>;
  readonly created_at: Fixed<Date>;
  readonly updated_at: Date;
}

/** What was signed for an intent: one transaction, and one more for each time it was priced again or renumbered. */
export interface ChainTransactions {
  readonly hash: Fixed<string>;
  readonly intent_id: Fixed<bigint>;
  readonly nonce: Fixed<bigint>;
  /** Counted from 1 within the nonce. */
  readonly attempt: Fixed<number>;
  readonly raw_transaction: Fixed<string>;
  readonly signed_at: Fixed<Date>;
  readonly sent_at: Date | null;
}

/** Chains by their first block: a chain that was started anew has the same id and must not get old transactions. */
export interface Chains {
  readonly chain_id: Fixed<bigint>;
  readonly genesis_hash: Fixed<string>;
}

/** The next nonce of a key; its row is the lock under which nonces are given out. */
export interface ChainKeys {
  readonly chain_id: Fixed<bigint>;
  readonly key_address: Fixed<string>;
  readonly next_nonce: bigint;
}

/** Requests that were served and may not be served again. */
export interface UsedRequestIdTable {
  readonly id: Fixed<string>;
  readonly expires_at: Date;
}

/** Bearer keys of an API; the keys themselves are not here. */
export interface ApiKeyTable {
  readonly id: Fixed<string>;
  readonly name: Fixed<string>;
  /** SHA-256 of the token, hex. */
  readonly token_hash: Fixed<string>;
  readonly scopes: Fixed<string[]>;
  /** `ApiKeyLimits` as JSON; written as text. */
  readonly limits: ColumnType<unknown, string, string>;
  readonly created_at: Fixed<Date>;
  readonly expires_at: Fixed<Date | null>;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Which request a key stands for; see `Idempotency-Key`. */
export interface RequestKeyTable {
  /** Whose key: accounts do not share them. */
  readonly owner: Fixed<string>;
  readonly key: Fixed<string>;
  /** Hash of the request. */
  readonly fingerprint: Fixed<string>;
  readonly created_at: Fixed<Date>;
}

/** Keys of a provider's node, see `stores/node-keys.ts`. */
export interface NodeKeyTable {
  /** Whose keys: chain, diamond, wallet. */
  readonly owner: Fixed<string>;
  /** Which endpoint they speak for. */
  readonly endpoint_hash: Fixed<string>;
  /** Number of the rotation. */
  readonly period: Fixed<bigint>;
  /** Under which they are known. */
  readonly public_key: Fixed<string>;
  /** The private halves, sealed, base64. */
  readonly sealed_keys: Fixed<string>;
  /** [s] */
  readonly valid_until: Fixed<bigint>;
}

/** What an API key used on one day. */
export interface KeyUsageTable {
  readonly key_id: Fixed<string>;
  /** Days since 1970-01-01 UTC. */
  readonly day: Fixed<bigint>;
  readonly requests: bigint;
  readonly tokens: bigint;
}

/** What one session costs, from before it is opened. */
export interface SessionSpendingTable {
  readonly id: Generated<bigint>;
  /** Whose money: chain, diamond and account. */
  readonly owner: Fixed<string>;
  /** Days since 1970-01-01 UTC. */
  readonly day: bigint;
  readonly key_id: Fixed<string | null>;
  readonly origin: Fixed<'requests' | 'hand' | 'elsewhere'>;
  readonly bid_id: Fixed<string>;
  readonly payment: Fixed<string>;
  /** [MOR-wei], decimal */
  readonly cost_mor: string;
  /** Null until the opening is known to have happened. */
  readonly session_id: string | null;
  readonly last_used_at: Date | null;
  readonly created_at: Fixed<Date>;
}

/** Sums of served answers; they only grow. */
export interface ServedSumColumns {
  /** Whose: chain, diamond and provider. */
  readonly owner: Fixed<string>;
  /** Answers that came, whole or as far as their reader wanted. */
  readonly answers: bigint;
  /** Requests that failed at the backend, before or within their answer. */
  readonly failures: bigint;
  readonly input_tokens: bigint;
  readonly output_tokens: bigint;
  /** From asking the backend to the end [µs]. */
  readonly duration_us: bigint;
  /** Answers with a first token, and how long those took together [µs]. */
  readonly first_tokens: bigint;
  readonly first_token_us: bigint;
}

/** What a session got, for its receipt. */
export interface ServedSessionTable extends ServedSumColumns {
  readonly session_id: Fixed<string>;
  readonly updated_at: Date;
}

/** What was served of a model on a UTC day. */
export interface ServedDayTable extends ServedSumColumns {
  readonly model_id: Fixed<string>;
  /** Days since 1970-01-01 UTC. */
  readonly day: Fixed<number>;
}

/** Sessions that were closed, as the chain tells it. */
export interface EarnedSessionTable {
  /** Whose: chain, diamond and provider. */
  readonly owner: Fixed<string>;
  readonly session_id: Fixed<string>;
  readonly model_id: Fixed<string>;
  /** UTC day of the closing. */
  readonly day: Fixed<number>;
  readonly is_direct: Fixed<boolean>;
  /** Length that counted [s]. */
  readonly used_seconds: Fixed<bigint>;
  /** What the provider earned [MOR-wei], decimal. */
  readonly credited_mor: Fixed<string>;
  /** The part of it that is direct and could not be paid out [MOR-wei], decimal. */
  readonly kept_mor: Fixed<string>;
  /** UTC day at whose start a credit vests. */
  readonly vest_day: Fixed<number>;
  readonly block_number: Fixed<bigint>;
}

/** What was paid out later than at a closing: vested credits, and direct earnings that had been kept. */
export interface EarnedPaymentTable {
  readonly owner: Fixed<string>;
  readonly transaction_hash: Fixed<string>;
  readonly log_index: Fixed<number>;
  readonly is_direct: Fixed<boolean>;
  readonly day: Fixed<number>;
  /** [MOR-wei], decimal. */
  readonly paid_mor: Fixed<string>;
  readonly block_number: Fixed<bigint>;
}

/** How far the chain was read. */
export interface EarnedCursorTable {
  readonly owner: Fixed<string>;
  /** Where reading began. */
  readonly first_block: Fixed<bigint>;
  readonly next_block: bigint;
  /** Of the block before `next_block`: if the chain has another one there, it was reorganised. */
  readonly parent_hash: string | null;
  /** Timestamp of the last block that was read. */
  readonly read_to_at: Date | null;
}

/** All tables; the migrations make them. */
export interface Schema {
  readonly chain_intents: ChainIntents;
  readonly chain_transactions: ChainTransactions;
  readonly chain_keys: ChainKeys;
  readonly chains: Chains;
  readonly used_request_ids: UsedRequestIdTable;
  readonly api_keys: ApiKeyTable;
  readonly request_keys: RequestKeyTable;
  readonly node_keys: NodeKeyTable;
  readonly key_usage: KeyUsageTable;
  readonly session_spending: SessionSpendingTable;
  readonly served_sessions: ServedSessionTable;
  readonly served_days: ServedDayTable;
  readonly earned_sessions: EarnedSessionTable;
  readonly earned_payments: EarnedPaymentTable;
  readonly earned_cursors: EarnedCursorTable;
}
