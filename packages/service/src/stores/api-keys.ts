import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';
import type { Schema } from '../database/schema.js';
import { serviceError } from '../errors.js';
import { secret, type Secret } from '../secret.js';
import { type ApiKeyLimits, limitsFromJson, limitsToJson } from './api-key-limits.js';

/** What is known about a key; the key itself is shown once and kept nowhere. */
export interface ApiKey<Scope extends string = string> {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly limits: ApiKeyLimits;
  /** [ms] */
  readonly createdAt: number;
  /** To the minute [ms]. */
  readonly lastUsedAt: number | undefined;
  /** From then on it is refused; never if undefined [ms]. */
  readonly expiresAt: number | undefined;
  /** [ms] */
  readonly revokedAt: number | undefined;
}

/** A key to be made. */
export interface WantedApiKey<Scope extends string = string> {
  /** For people, such as who gets it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** None by default. */
  readonly limits?: ApiKeyLimits;
  /** Never by default [ms]. */
  readonly expiresAt?: number;
}

/** Bearer keys that the operator makes; none exists by default. */
export interface ApiKeys<Scope extends string = string> {
  /** @returns the key and, for this one time, its token. @throws AppError scope_unknown */
  create(wanted: WantedApiKey<Scope>): Promise<{
    readonly key: ApiKey<Scope>;
    readonly token: Secret;
  }>;
  /**
   * The key of a token; undefined if there is none, or if it was revoked or has expired. What another process of the
   * database revokes is refused a second later at most.
   */
  check(token: string): Promise<ApiKey<Scope> | undefined>;
  /** @returns false if there is no such key, or if it was revoked before */
  revoke(id: string): Promise<boolean>;
  list(): Promise<readonly ApiKey<Scope>[]>;
}

interface KeyDeps {
  readonly database: Pick<Database, 'sql'>;
  readonly clock: WallClock;
}

type KeyRow = Selectable<Schema['api_keys']>;

interface Believed {
  readonly row: Promise<KeyRow | undefined>;
  /** [ms] */
  readonly readAt: number;
}

interface KeyOptions<Scope extends string> {
  /** All scopes there are. */
  readonly scopes: readonly Scope[];
}

const PREFIX = 'ysk';
const ID_BYTES = 8;
const TOKEN_BYTES = 32;
const TOKEN = new RegExp(`^${PREFIX}_[0-9a-f]{${2 * ID_BYTES}}_[A-Za-z0-9_-]{43}$`);
const MINUTE_MS = 60_000;
/** What unknown keys are compared with. */
const NOBODY = hashOf('');
/** How long a row is believed before the database is asked again. */
const BELIEVED_MS = 1_000;
/** Strangers can name as many keys as they like. */
const MAX_BELIEVED = 10_000;

export function createApiKeys<Scope extends string>(
  { database: { sql }, clock }: KeyDeps,
  { scopes: allScopes }: KeyOptions<Scope>,
): ApiKeys<Scope> {
  const isScope = (text: string): text is Scope => (allScopes as readonly string[]).includes(text);
  const believed = new Map<string, Believed>();

  const readRow = async (id: string): Promise<KeyRow | undefined> =>
    sql.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();

  /** Requests that come together ask the database once. */
  function rowOf(id: string, now: number): Promise<KeyRow | undefined> {
    const known = believed.get(id);
    if (known !== undefined && now - known.readAt < BELIEVED_MS && now >= known.readAt) return known.row;
    if (believed.size >= MAX_BELIEVED) believed.clear();
    const row = readRow(id);
    believed.set(id, { row, readAt: now });
    row.catch(() => believed.delete(id));
    return row;
  }

  return {
    async create({ name, scopes, limits = {}, expiresAt }) {
      const unknown = scopes.find((scope) => !isScope(scope));
      if (unknown !== undefined) throw serviceError('scope_unknown', { scope: unknown, scopes: allScopes.join(', ') });
      const id = randomBytes(ID_BYTES).toString('hex');
      const token = `${PREFIX}_${id}_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
      const createdAt = clock.now();
      const row = { id, name, token_hash: hashOf(token), scopes: [...scopes], created_at: new Date(createdAt) };
      await sql
        .insertInto('api_keys')
        .values({
          ...row,
          limits: limitsToJson(limits),
          expires_at: expiresAt === undefined ? null : new Date(expiresAt),
          last_used_at: null,
          revoked_at: null,
        })
        .execute();
      const times = { createdAt, expiresAt, lastUsedAt: undefined, revokedAt: undefined };
      return { key: { id, name, scopes: [...scopes], limits, ...times }, token: secret(token) };
    },

    async check(token) {
      if (!TOKEN.test(token)) return undefined;
      const id = token.split('_')[1]!; // the pattern has it
      const row = await rowOf(id, clock.now());
      const isRight = timingSafeEqual(Buffer.from(row?.token_hash ?? NOBODY), Buffer.from(hashOf(token)));
      const now = clock.now();
      if (row === undefined || !isRight || row.revoked_at !== null) return undefined;
      if (row.expires_at !== null && row.expires_at.getTime() <= now) return undefined;
      // Not for every request: a key in use would otherwise write all the time.
      if (now - (row.last_used_at?.getTime() ?? 0) >= MINUTE_MS) {
        await sql
          .updateTable('api_keys')
          .set({ last_used_at: new Date(now) })
          .where('id', '=', id)
          .execute();
        believed.delete(id);
      }
      return keyOf(row);
    },

    async revoke(id) {
      const change = sql.updateTable('api_keys').set({ revoked_at: new Date(clock.now()) });
      const revoked = await change
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      believed.delete(id);
      return revoked !== undefined;
    },

    async list() {
      return (await sql.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute()).map(keyOf);
    },
  };

  /** A scope that an older version knew is left out. */
  function keyOf(row: KeyRow): ApiKey<Scope> {
    return {
      id: row.id,
      name: row.name,
      scopes: row.scopes.filter(isScope),
      limits: limitsFromJson(row.limits),
      createdAt: row.created_at.getTime(),
      expiresAt: row.expires_at?.getTime(),
      lastUsedAt: row.last_used_at?.getTime(),
      revokedAt: row.revoked_at?.getTime(),
    };
  }
}

/**
 * SHA-256 is enough here: a token has 256 random bits, so there is nothing to guess that a slow hash could protect, and
 * a slow one would be paid at every request. Passwords are another matter; keystores use scrypt.
 */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
