import type { ChainError, Receipt, SignedTransaction } from '@yellowstone/client';
import type { Kysely, Transaction, Updateable } from 'kysely';
import type { WallClock } from '../clock.js';
import type { ChainIntents, Schema } from '../database/schema.js';
import { serviceError } from '../errors.js';
import { failureText, intentOf, receiptText, transactionOf } from './intent-rows.js';
import { requireStep, type IntentState } from './intent-state.js';
import type { ChainIntent, IntentRequest, SignedIntent } from './intent.js';

/** Whose intents: one key on one chain. Nonces belong to these two, whatever is called. */
export interface JournalKey {
  readonly chainId: bigint;
  readonly address: string;
  readonly diamond: string;
}

/** The journal's tables for one key. Every step is one transaction of the database and happens in one state only. */
export interface IntentStore {
  /** Writes an intent down, or finds the one of the same idempotency key. @throws AppError intent_differs */
  add(request: IntentRequest & { readonly idempotencyKey: string }): Promise<ChainIntent>;
  find(id: bigint): Promise<ChainIntent | undefined>;
  findByKey(idempotencyKey: string): Promise<ChainIntent | undefined>;
  /** Not yet signed, oldest first. */
  intended(limit: number): Promise<readonly ChainIntent[]>;
  /** Signed or sent, lowest nonce first. */
  signed(limit: number): Promise<readonly SignedIntent[]>;
  withTransactions(intent: ChainIntent): Promise<SignedIntent | undefined>;
  /** Intended, signed and sent ones, oldest first. */
  unfinished(limit: number): Promise<readonly ChainIntent[]>;
  countUnfinished(): Promise<number>;
  /** Finished ones whose nonce the chain says is not used. */
  finishedFrom(nonce: number): Promise<readonly ChainIntent[]>;
  /**
   * Gives an intent the next nonce and keeps what was signed with it, under the lock of the key.
   * @returns undefined if another process was faster
   */
  sign(
    id: bigint,
    knownCount: number,
    signWith: (nonce: number) => Promise<SignedTransaction>,
  ): Promise<SignedTransaction | undefined>;
  /** Keeps a dearer transaction of the same nonce. @returns false if another process was faster */
  addAttempt(intent: SignedIntent, signed: SignedTransaction): Promise<boolean>;
  markSent(intent: ChainIntent, hash: string): Promise<void>;
  markMined(intent: ChainIntent, receipt: Receipt): Promise<void>;
  markFailed(intent: ChainIntent, failure: ChainError, receipt?: Receipt): Promise<void>;
  /** Its nonce was taken by another program: it needs a new one. */
  takeNonceAway(intent: ChainIntent): Promise<void>;
  /** Its block is gone: it is sent again. */
  reopen(intent: ChainIntent): Promise<void>;
  /** Remembers the first block of the chain. @returns the one that is remembered */
  rememberGenesis(hash: string): Promise<string>;
}

interface StoreDeps {
  readonly sql: Kysely<Schema>;
  readonly clock: WallClock;
}

export function createIntentStore({ sql, clock }: StoreDeps, key: JournalKey): IntentStore {
  const chain_id = key.chainId;
  const key_address = key.address;
  const now = (): Date => new Date(clock.now());

  const ours = () =>
    sql.selectFrom('chain_intents').selectAll().where('chain_id', '=', chain_id).where('key_address', '=', key_address);
  const findByKey = async (idempotencyKey: string): Promise<ChainIntent | undefined> => {
    const mine = ours().where('diamond', '=', key.diamond);
    const row = await mine.where('idempotency_key', '=', idempotencyKey).executeTakeFirst();
    return row && intentOf(row);
  };

  /** Changes the state if it is still the expected one; another process may have been faster with the same step. */
  async function step(
    db: Kysely<Schema> | Transaction<Schema>,
    { id, state: from }: Pick<ChainIntent, 'id' | 'state'>,
    to: IntentState,
    facts: Updateable<ChainIntents> = {},
  ): Promise<void> {
    requireStep(from, to);
    const change = { ...facts, state: to, updated_at: now() };
    await db.updateTable('chain_intents').set(change).where('id', '=', id).where('state', '=', from).execute();
  }

  async function withTransactions(intents: readonly ChainIntent[]): Promise<readonly SignedIntent[]> {
    if (intents.length === 0) return [];
    const ids = intents.map(({ id }) => id);
    const all = sql.selectFrom('chain_transactions').selectAll().where('intent_id', 'in', ids);
    const rows = await all.orderBy('nonce').orderBy('attempt').execute();
    return intents.flatMap((intent) => {
      const transactions = rows.filter((row) => row.intent_id === intent.id).map(transactionOf);
      return intent.nonce === undefined ? [] : [{ ...intent, nonce: intent.nonce, transactions }];
    });
  }

  function addTransaction(
    db: Kysely<Schema>,
    intentId: bigint,
    { hash, nonce, rawTransaction }: SignedTransaction,
    attempt: number,
  ) {
    const row = { hash, intent_id: intentId, nonce: BigInt(nonce), attempt, raw_transaction: rawTransaction };
    return db.insertInto('chain_transactions').values({ ...row, signed_at: now(), sent_at: null });
  }

  return {
    findByKey,

    async add({ kind, to, data, value = 0n, idempotencyKey, expiresAt }) {
      const row = await sql
        .insertInto('chain_intents')
        .values({
          chain_id,
          key_address,
          diamond: key.diamond,
          idempotency_key: idempotencyKey,
          kind,
          to_address: to,
          call_data: data,
          value_wei: String(value),
          state: 'intended',
          expires_at: expiresAt === undefined ? null : new Date(expiresAt),
          created_at: now(),
          updated_at: now(),
        })
        .onConflict((conflict) =>
          conflict.columns(['chain_id', 'key_address', 'diamond', 'idempotency_key']).doNothing(),
        )
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) return intentOf(row);
      const known = await findByKey(idempotencyKey);
      if (known === undefined || known.to !== to || known.data !== data || known.value !== value) {
        throw serviceError('intent_differs', { idempotencyKey });
      }
      return known;
    },

    async find(id) {
      const row = await ours().where('id', '=', id).executeTakeFirst();
      return row && intentOf(row);
    },

    async intended(limit) {
      return (await ours().where('state', '=', 'intended').orderBy('id').limit(limit).execute()).map(intentOf);
    },

    async signed(limit) {
      const rows = ours().where('state', 'in', ['signed', 'sent']).orderBy('nonce').limit(limit);
      return withTransactions((await rows.execute()).map(intentOf));
    },

    async withTransactions(intent) {
      return (await withTransactions([intent]))[0];
    },

    async unfinished(limit) {
      const rows = ours().where('state', 'in', ['intended', 'signed', 'sent']).orderBy('id').limit(limit);
      return (await rows.execute()).map(intentOf);
    },

    async countUnfinished() {
      const counted = await sql
        .selectFrom('chain_intents')
        .select((expression) => expression.fn.countAll<bigint>().as('count'))
        .where('chain_id', '=', chain_id)
        .where('key_address', '=', key_address)
        .where('state', 'in', ['intended', 'signed', 'sent'])
        .executeTakeFirstOrThrow();
      return Number(counted.count);
    },

    async finishedFrom(nonce) {
      const rows = ours().where('state', 'in', ['mined', 'failed']).where('nonce', '>=', BigInt(nonce));
      return (await rows.execute()).map(intentOf);
    },

    sign(id, knownCount, signWith) {
      return sql.transaction().execute(async (db) => {
        const first = { chain_id, key_address, next_nonce: BigInt(knownCount) };
        await db
          .insertInto('chain_keys')
          .values(first)
          .onConflict((conflict) => conflict.columns(['chain_id', 'key_address']).doNothing())
          .execute();
        const keys = db.selectFrom('chain_keys').select('next_nonce').where('chain_id', '=', chain_id);
        const { next_nonce } = await keys.where('key_address', '=', key_address).forUpdate().executeTakeFirstOrThrow();
        const intent = await db.selectFrom('chain_intents').select('state').where('id', '=', id).executeTakeFirst();
        if (intent?.state !== 'intended') return undefined;

        // The chain is ahead when another program used the key, or when this database is younger than the key.
        const nonce = Math.max(Number(next_nonce), knownCount);
        const signed = await signWith(nonce);
        await addTransaction(db, id, signed, 1).execute();
        await step(db, { id, state: 'intended' }, 'signed', { nonce: BigInt(nonce) });
        await db
          .updateTable('chain_keys')
          .set({ next_nonce: BigInt(nonce + 1) })
          .where('chain_id', '=', chain_id)
          .where('key_address', '=', key_address)
          .execute();
        return signed;
      });
    },

    async addAttempt({ id, transactions }, signed) {
      const attempt = (transactions.at(-1)?.attempt ?? 0) + 1;
      const added = await addTransaction(sql, id, signed, attempt)
        .onConflict((conflict) => conflict.doNothing())
        .returning('hash')
        .executeTakeFirst();
      return added !== undefined;
    },

    markSent: (intent, hash) =>
      sql.transaction().execute(async (db) => {
        await db.updateTable('chain_transactions').set({ sent_at: now() }).where('hash', '=', hash).execute();
        if (intent.state === 'signed') await step(db, intent, 'sent');
      }),

    markMined: (intent, receipt) => {
      const block_number = BigInt(receipt.blockNumber);
      const facts = { receipt: receiptText(receipt), block_number, transaction_hash: receipt.hash };
      return step(sql, intent, 'mined', facts);
    },

    markFailed: (intent, failure, receipt) => {
      const proof =
        receipt === undefined
          ? {}
          : {
              receipt: receiptText(receipt),
              block_number: BigInt(receipt.blockNumber),
              transaction_hash: receipt.hash,
            };
      return step(sql, intent, 'failed', { ...proof, failure: failureText(failure) });
    },

    takeNonceAway: (intent) => step(sql, intent, 'intended', { nonce: null }),

    reopen: (intent) => {
      const facts = { receipt: null, failure: null, block_number: null, transaction_hash: null };
      return step(sql, intent, 'signed', facts);
    },

    async rememberGenesis(hash) {
      const row = { chain_id, genesis_hash: hash };
      await sql
        .insertInto('chains')
        .values(row)
        .onConflict((conflict) => conflict.column('chain_id').doNothing())
        .execute();
      const known = sql.selectFrom('chains').select('genesis_hash').where('chain_id', '=', chain_id);
      return (await known.executeTakeFirstOrThrow()).genesis_hash;
    },
  };
}
