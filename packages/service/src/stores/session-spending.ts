import { type Kysely, sql as raw, type Transaction } from 'kysely';
import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';
import type { Schema } from '../database/schema.js';

/** Who had a session opened: requests by a policy, somebody by hand, or somebody past this program. */
export type SpendingOrigin = 'requests' | 'hand' | 'elsewhere';

/** What opening a session will cost. */
export interface Spending {
  /** UTC day it is charged to, since 1970-01-01. */
  readonly day: bigint;
  /** Of the API key that pays; undefined = the operator. */
  readonly keyId: string | undefined;
  readonly bidId: string;
  readonly payment: string;
  /** [MOR-wei] */
  readonly costMor: bigint;
}

/** What a session cost that was found on the chain. */
export interface FoundSpending extends Omit<Spending, 'keyId'> {
  /** The first day on which its cost may have been reserved: midnight may have passed before it was opened. */
  readonly reservedFrom: bigint;
  /** Who had it opened, if nothing is written of it. */
  readonly unknownIs: Exclude<SpendingOrigin, 'hand'>;
}

/** The most that may be spent on one day: by everybody, or by one key. */
export interface SpendingCap {
  readonly keyId?: string | undefined;
  /** [MOR-wei] */
  readonly maxMor: bigint;
}

/** A cap that does not cover a cost. */
export interface Overdrawn {
  readonly cap: SpendingCap;
  /** Spent before [MOR-wei]. */
  readonly spentMor: bigint;
}

/** A session whose cost is written down. */
export interface SpentSession {
  readonly keyId: string | undefined;
  readonly origin: SpendingOrigin;
  /** To a minute [ms]; undefined if it was not used. */
  readonly lastUsedAt: number | undefined;
}

/** What sessions of one account cost. Processes that share a database share its days. */
export interface SessionSpending {
  /** Writes a cost down before it is made, all caps at once; undefined caps nothing. */
  reserve(
    spending: Spending & {
      readonly origin: Exclude<SpendingOrigin, 'elsewhere'>;
      readonly caps: readonly SpendingCap[];
    },
  ): Promise<{ readonly id: bigint } | { readonly overdrawn: Overdrawn }>;
  /** The cost was made, for this session, on this day: midnight may have passed since it was reserved. */
  attach(id: bigint, session: { readonly sessionId: string; readonly day: bigint }): Promise<void>;
  /** The cost was not made. */
  cancel(id: bigint): Promise<void>;
  /** What a session cost in the end, when part of it came back [MOR-wei]. */
  settle(sessionId: string, costMor: bigint): Promise<void>;
  /** True if nothing was ever written: the books are new, or those of before are lost. */
  isEmpty(): Promise<boolean>;
  /**
   * What is written of a session that was found. One that is not written belongs to a cost whose outcome nobody knew, or
   * else to whom the finder says.
   */
  recognise(sessionId: string, spending: FoundSpending): Promise<SpentSession>;
  /** Tells that a session is in use. */
  touch(sessionId: string): Promise<void>;
  find(sessionId: string): Promise<SpentSession | undefined>;
  /** What a day cost; of one key if it is named [MOR-wei]. */
  spentOn(day: bigint, keyId?: string): Promise<bigint>;
}

interface StoreDeps {
  readonly database: Pick<Database, 'sql'>;
  readonly clock: WallClock;
}

/** Longer than anybody asks back. */
const KEPT_DAYS = 400n;

/** @param owner whose money it is */
export function createSessionSpending({ database: { sql }, clock }: StoreDeps, owner: string): SessionSpending {
  const ours = (db: Kysely<Schema>) => db.selectFrom('session_spending').where('owner', '=', owner);

  const spentOn = async (db: Kysely<Schema>, day: bigint, keyId: string | undefined): Promise<bigint> => {
    const ofDay = ours(db).where('day', '=', day);
    const asked = keyId === undefined ? ofDay : ofDay.where('key_id', '=', keyId);
    const row = await asked.select((all) => all.fn.sum<string | null>('cost_mor').as('spent')).executeTakeFirst();
    return BigInt(row?.spent ?? 0);
  };
  const firstOverdrawn = async (
    db: Kysely<Schema>,
    { day, costMor }: Pick<Spending, 'day' | 'costMor'>,
    caps: readonly SpendingCap[],
  ): Promise<Overdrawn | undefined> => {
    for (const cap of caps) {
      const spentMor = await spentOn(db, day, cap.keyId);
      if (spentMor + costMor > cap.maxMor) return { cap, spentMor };
    }
    return undefined;
  };
  const insert = (
    db: Kysely<Schema>,
    { day, keyId, bidId, payment, costMor }: Spending,
    how: { readonly origin: SpendingOrigin; readonly sessionId: string | null },
  ) =>
    db.insertInto('session_spending').values({
      owner,
      day,
      key_id: keyId ?? null,
      origin: how.origin,
      bid_id: bidId,
      payment,
      cost_mor: String(costMor),
      session_id: how.sessionId,
      last_used_at: null,
      created_at: new Date(clock.now()),
    });
  const find = async (db: Kysely<Schema>, sessionId: string): Promise<SpentSession | undefined> => {
    const asked = ours(db).select(['key_id', 'origin', 'last_used_at']).where('session_id', '=', sessionId);
    const row = await asked.executeTakeFirst();
    return row && { keyId: row.key_id ?? undefined, origin: row.origin, lastUsedAt: row.last_used_at?.getTime() };
  };
  /** One at a time: two that check a cap together would both pass it. */
  const alone = <Value>(act: (db: Transaction<Schema>) => Promise<Value>): Promise<Value> =>
    sql.transaction().execute(async (db) => {
      await raw`select pg_advisory_xact_lock(hashtextextended(${`session_spending ${owner}`}, 0))`.execute(db);
      return act(db);
    });

  return {
    reserve: ({ origin, caps, ...spending }) =>
      alone(async (db) => {
        const overdrawn = await firstOverdrawn(db, spending, caps);
        if (overdrawn !== undefined) return { overdrawn };
        const old = db.deleteFrom('session_spending').where('owner', '=', owner);
        await old.where('day', '<', spending.day - KEPT_DAYS).execute();
        const { id } = await insert(db, spending, { origin, sessionId: null })
          .returning('id')
          .executeTakeFirstOrThrow();
        return { id };
      }),

    async attach(id, { sessionId, day }) {
      await alone(async (db) => {
        // Found on chain before its opener heard of it: then it was taken for somebody else's.
        const twin = db.deleteFrom('session_spending').where('owner', '=', owner).where('session_id', '=', sessionId);
        await twin.where('id', '!=', id).execute();
        await db.updateTable('session_spending').set({ session_id: sessionId, day }).where('id', '=', id).execute();
      });
    },

    async cancel(id) {
      await sql.deleteFrom('session_spending').where('id', '=', id).where('session_id', 'is', null).execute();
    },

    async settle(sessionId, costMor) {
      const change = sql.updateTable('session_spending').set({ cost_mor: String(costMor) });
      await change.where('owner', '=', owner).where('session_id', '=', sessionId).execute();
    },

    async isEmpty() {
      return (await ours(sql).select('id').limit(1).executeTakeFirst()) === undefined;
    },

    recognise: (sessionId, spending) =>
      alone(async (db) => {
        const known = await find(db, sessionId);
        if (known !== undefined) return known;
        const { day, bidId, payment, costMor, reservedFrom, unknownIs } = spending;
        const waiting = await ours(db)
          .select('id')
          .where('session_id', 'is', null)
          .where('day', '>=', reservedFrom)
          .where('day', '<=', day)
          .where('bid_id', '=', bidId)
          .where('payment', '=', payment)
          .where('cost_mor', '=', String(costMor))
          .orderBy('day', 'desc')
          .orderBy('id')
          .limit(1)
          .executeTakeFirst();
        const write =
          waiting === undefined
            ? insert(db, { ...spending, keyId: undefined }, { origin: unknownIs, sessionId })
            : db.updateTable('session_spending').set({ session_id: sessionId, day }).where('id', '=', waiting.id);
        await write.execute();
        return (await find(db, sessionId))!; // it was just written
      }),

    async touch(sessionId) {
      const change = sql.updateTable('session_spending').set({ last_used_at: new Date(clock.now()) });
      await change.where('owner', '=', owner).where('session_id', '=', sessionId).execute();
    },

    find: (sessionId) => find(sql, sessionId),
    spentOn: (day, keyId) => spentOn(sql, day, keyId),
  };
}
