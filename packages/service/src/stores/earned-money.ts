import type { Transaction } from 'kysely';
import type { Database } from '../database/open-database.js';
import type { Schema } from '../database/schema.js';

/** A session that was closed. */
export interface EarnedSession {
  readonly sessionId: string;
  readonly modelId: string;
  /** UTC day of the closing, in days since 1970. */
  readonly day: number;
  readonly isDirect: boolean;
  /** Length that counted [s]. */
  readonly usedSeconds: bigint;
  /** What the provider earned [MOR-wei]. */
  readonly creditedMor: bigint;
  /** The part of it that is direct and could not be paid out [MOR-wei]. */
  readonly keptMor: bigint;
  /** UTC day at whose start a credit vests; of no meaning for direct payment. */
  readonly vestDay: number;
  readonly blockNumber: bigint;
}

/** What was paid out later than at a closing. */
export interface EarnedPayment {
  readonly transactionHash: string;
  readonly logIndex: number;
  /** Direct earnings that had been kept; else vested credits. */
  readonly isDirect: boolean;
  readonly day: number;
  /** [MOR-wei] */
  readonly paidMor: bigint;
  readonly blockNumber: bigint;
}

/** How far the chain was read. */
export interface EarnedCursor {
  readonly firstBlock: bigint;
  readonly nextBlock: bigint;
  /** Of the block before `nextBlock`; undefined if none was read. */
  readonly parentHash: string | undefined;
  /** Timestamp of the last block that was read [ms]. */
  readonly readToAt: number | undefined;
}

/** What some blocks told. */
export interface EarnedBlocks {
  readonly sessions: readonly EarnedSession[];
  readonly payments: readonly EarnedPayment[];
  /** Where to go on. */
  readonly cursor: EarnedCursor;
}

export interface EarnedRange {
  /** UTC days; both belong to it. */
  readonly from: number;
  readonly to: number;
}

/** What a provider earned, as the chain tells it; several processes may write it at the same time. */
export interface EarnedMoney {
  /** Undefined before the first blocks. */
  cursor(): Promise<EarnedCursor | undefined>;
  /**
   * Writes down what the blocks from a place on told, all or nothing.
   * @param before where they begin; undefined = nothing was read yet
   * @returns false if another process has gone on from there already
   */
  append(before: EarnedCursor | undefined, blocks: EarnedBlocks): Promise<boolean>;
  /** Forgets what blocks from `nextBlock` on told: they are no longer in the chain. */
  goBack(cursor: EarnedCursor): Promise<void>;
  /** By day, then as the chain had it. */
  sessions(range: EarnedRange): Promise<readonly EarnedSession[]>;
  payments(range: EarnedRange): Promise<readonly EarnedPayment[]>;
}

/** Rows written by one statement. */
const WRITE_BATCH = 1_000;

/** @param owner whose money: chain, diamond and provider */
export function createEarnedMoney(
  { database: { sql } }: { database: Pick<Database, 'sql'> },
  owner: string,
): EarnedMoney {
  return {
    async cursor() {
      const row = await sql.selectFrom('earned_cursors').selectAll().where('owner', '=', owner).executeTakeFirst();
      if (row === undefined) return undefined;
      const { first_block: firstBlock, next_block: nextBlock, parent_hash, read_to_at } = row;
      return { firstBlock, nextBlock, parentHash: parent_hash ?? undefined, readToAt: read_to_at?.getTime() };
    },
    append: (before, { sessions, payments, cursor }) =>
      sql.transaction().execute(async (transaction) => {
        if (!(await moveOn(transaction, owner, before, cursor))) return false;
        for (const batch of batchesOf(sessions)) {
          const rows = transaction.insertInto('earned_sessions').values(batch.map((one) => sessionRow(owner, one)));
          await rows.onConflict((conflict) => conflict.doNothing()).execute();
        }
        for (const batch of batchesOf(payments)) {
          const rows = transaction.insertInto('earned_payments').values(batch.map((one) => paymentRow(owner, one)));
          await rows.onConflict((conflict) => conflict.doNothing()).execute();
        }
        return true;
      }),
    goBack: (cursor) =>
      sql.transaction().execute(async (transaction) => {
        for (const table of ['earned_sessions', 'earned_payments'] as const) {
          const ours = transaction.deleteFrom(table).where('owner', '=', owner);
          await ours.where('block_number', '>=', cursor.nextBlock).execute();
        }
        await transaction.updateTable('earned_cursors').set(cursorRow(cursor)).where('owner', '=', owner).execute();
      }),
    async sessions({ from, to }) {
      const ours = sql.selectFrom('earned_sessions').selectAll().where('owner', '=', owner);
      const rows = ours.where('day', '>=', from).where('day', '<=', to);
      return (await rows.orderBy('day').orderBy('block_number').orderBy('session_id').execute()).map(toSession);
    },
    async payments({ from, to }) {
      const ours = sql.selectFrom('earned_payments').selectAll().where('owner', '=', owner);
      const rows = ours.where('day', '>=', from).where('day', '<=', to);
      return (await rows.orderBy('day').orderBy('block_number').orderBy('log_index').execute()).map(toPayment);
    },
  };
}

/** The cursor is the lock: of two processes that read the same blocks one writes them. */
async function moveOn(
  transaction: Transaction<Schema>,
  owner: string,
  before: EarnedCursor | undefined,
  cursor: EarnedCursor,
): Promise<boolean> {
  if (before === undefined) {
    const first = { owner, first_block: cursor.firstBlock, ...cursorRow(cursor) };
    const { numInsertedOrUpdatedRows: inserted } = await transaction
      .insertInto('earned_cursors')
      .values(first)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return inserted === 1n;
  }
  const { numUpdatedRows: updated } = await transaction
    .updateTable('earned_cursors')
    .set(cursorRow(cursor))
    .where('owner', '=', owner)
    .where('next_block', '=', before.nextBlock)
    .executeTakeFirst();
  return updated === 1n;
}

function cursorRow({ nextBlock, parentHash, readToAt }: EarnedCursor) {
  const read_to_at = readToAt === undefined ? null : new Date(readToAt);
  return { next_block: nextBlock, parent_hash: parentHash ?? null, read_to_at };
}

function sessionRow(owner: string, session: EarnedSession) {
  return {
    owner,
    session_id: session.sessionId,
    model_id: session.modelId,
    day: session.day,
    is_direct: session.isDirect,
    used_seconds: session.usedSeconds,
    credited_mor: session.creditedMor.toString(),
    kept_mor: session.keptMor.toString(),
    vest_day: session.vestDay,
    block_number: session.blockNumber,
  };
}

function toSession(row: ReturnType<typeof sessionRow>): EarnedSession {
  return {
    sessionId: row.session_id,
    modelId: row.model_id,
    day: row.day,
    isDirect: row.is_direct,
    usedSeconds: row.used_seconds,
    creditedMor: BigInt(row.credited_mor),
    keptMor: BigInt(row.kept_mor),
    vestDay: row.vest_day,
    blockNumber: row.block_number,
  };
}

function paymentRow(owner: string, payment: EarnedPayment) {
  return {
    owner,
    transaction_hash: payment.transactionHash,
    log_index: payment.logIndex,
    is_direct: payment.isDirect,
    day: payment.day,
    paid_mor: payment.paidMor.toString(),
    block_number: payment.blockNumber,
  };
}

function toPayment(row: ReturnType<typeof paymentRow>): EarnedPayment {
  return {
    transactionHash: row.transaction_hash,
    logIndex: row.log_index,
    isDirect: row.is_direct,
    day: row.day,
    paidMor: BigInt(row.paid_mor),
    blockNumber: row.block_number,
  };
}

function batchesOf<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const count = Math.ceil(rows.length / WRITE_BATCH);
  return Array.from({ length: count }, (_, at) => rows.slice(at * WRITE_BATCH, (at + 1) * WRITE_BATCH));
}
