import { type RawBuilder, sql as text } from 'kysely';
import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';
import type { Schema } from '../database/schema.js';

/** Sums of answers. */
export interface ServedSums {
  /** Answers that came, whole or as far as their reader wanted. */
  readonly answers: bigint;
  /** Requests that failed at the backend, before or within their answer. */
  readonly failures: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  /** From asking the backend to the end, all together [µs]. */
  readonly durationUs: bigint;
  /** Answers with a first token, and how long those took together [µs]. */
  readonly firstTokens: bigint;
  readonly firstTokenUs: bigint;
}

/** What is added for one session of one model. */
export interface ServedPart extends ServedSums {
  readonly sessionId: string;
  readonly modelId: string;
  /** UTC day, in days since 1970. */
  readonly day: number;
}

export interface ServedDay extends ServedSums {
  readonly modelId: string;
  readonly day: number;
}

/** What a provider served, added up over all processes of its database. */
export interface ServedAnswers {
  /** Adds all of it or nothing. */
  add(parts: readonly ServedPart[]): Promise<void>;
  /** Undefined if nothing was added, or it was forgotten. */
  ofSession(sessionId: string): Promise<ServedSums | undefined>;
  /** By day and model, in that order; both ends belong to it. */
  byDay(range: { readonly from: number; readonly to: number }): Promise<readonly ServedDay[]>;
  /** Forgets sessions that were not used since [ms]; days are kept for ever. @returns how many */
  forgetSessions(since: number): Promise<number>;
}

interface StoreDeps {
  readonly database: Pick<Database, 'sql'>;
  readonly clock: WallClock;
}

const SUMS = [
  'answers',
  'failures',
  'input_tokens',
  'output_tokens',
  'duration_us',
  'first_tokens',
  'first_token_us',
] as const;
/** Rows deleted by one statement. */
const FORGET_BATCH = 5_000;

/** @param owner whose answers: chain, diamond and provider */
export function createServedAnswers({ database: { sql }, clock }: StoreDeps, owner: string): ServedAnswers {
  return {
    async add(parts) {
      if (parts.length === 0) return;
      // Always in the same order, so that two processes never wait for each other.
      const sessions = addUp(parts, ({ sessionId }) => sessionId);
      const days = addUp(parts, ({ day, modelId }) => `${day} ${modelId}`);
      await sql.transaction().execute(async (transaction) => {
        const updated_at = new Date(clock.now());
        await transaction
          .insertInto('served_sessions')
          .values(sessions.map((part) => ({ owner, session_id: part.sessionId, ...toColumns(part), updated_at })))
          .onConflict((conflict) =>
            conflict.columns(['owner', 'session_id']).doUpdateSet({ ...added('served_sessions'), updated_at }),
          )
          .execute();
        await transaction
          .insertInto('served_days')
          .values(days.map((part) => ({ owner, day: part.day, model_id: part.modelId, ...toColumns(part) })))
          .onConflict((conflict) => conflict.columns(['owner', 'day', 'model_id']).doUpdateSet(added('served_days')))
          .execute();
      });
    },
    async ofSession(sessionId) {
      const ours = sql.selectFrom('served_sessions').select(SUMS).where('owner', '=', owner);
      const found = await ours.where('session_id', '=', sessionId).executeTakeFirst();
      return found === undefined ? undefined : toSums(found);
    },
    async byDay({ from, to }) {
      const rows = await sql
        .selectFrom('served_days')
        .select([...SUMS, 'day', 'model_id'])
        .where('owner', '=', owner)
        .where('day', '>=', from)
        .where('day', '<=', to)
        .orderBy('day')
        .orderBy('model_id')
        .execute();
      return rows.map((row) => ({ day: row.day, modelId: row.model_id, ...toSums(row) }));
    },
    async forgetSessions(since) {
      const old = sql
        .selectFrom('served_sessions')
        .select('session_id')
        .where('owner', '=', owner)
        .where('updated_at', '<', new Date(since));
      const { numDeletedRows } = await sql
        .deleteFrom('served_sessions')
        .where('owner', '=', owner)
        .where('session_id', 'in', old.limit(FORGET_BATCH))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

type SumColumns = Pick<Schema['served_days'], (typeof SUMS)[number]>;

/** One part for each key, in the order of the keys. */
function addUp(parts: readonly ServedPart[], keyOf: (part: ServedPart) => string): readonly ServedPart[] {
  const sums = new Map<string, ServedPart>();
  for (const part of parts) {
    const before = sums.get(keyOf(part));
    sums.set(keyOf(part), before === undefined ? part : { ...part, ...sumOfServed(before, part) });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

/** Adds what one answer, or several, came to. */
export function sumOfServed(a: ServedSums, b: ServedSums): ServedSums {
  return {
    answers: a.answers + b.answers,
    failures: a.failures + b.failures,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    durationUs: a.durationUs + b.durationUs,
    firstTokens: a.firstTokens + b.firstTokens,
    firstTokenUs: a.firstTokenUs + b.firstTokenUs,
  };
}

function toColumns(sums: ServedSums): SumColumns {
  return {
    answers: sums.answers,
    failures: sums.failures,
    input_tokens: sums.inputTokens,
    output_tokens: sums.outputTokens,
    duration_us: sums.durationUs,
    first_tokens: sums.firstTokens,
    first_token_us: sums.firstTokenUs,
  };
}

function toSums(row: SumColumns): ServedSums {
  return {
    answers: row.answers,
    failures: row.failures,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    durationUs: row.duration_us,
    firstTokens: row.first_tokens,
    firstTokenUs: row.first_token_us,
  };
}

/** Every sum with what comes on top of it. */
function added(table: 'served_sessions' | 'served_days') {
  const sums = SUMS.map((sum) => [sum, text`${text.ref(`${table}.${sum}`)} + ${text.ref(`excluded.${sum}`)}`]);
  return Object.fromEntries(sums) as Record<(typeof SUMS)[number], RawBuilder<bigint>>;
}
