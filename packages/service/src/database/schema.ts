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
}
