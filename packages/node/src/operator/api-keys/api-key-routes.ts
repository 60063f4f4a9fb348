import type { ApiKey, ApiKeys, HttpServer, KeyUsage } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import { API_SCOPES, type ApiScope } from '../../api-access.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import { body, fieldError } from '../fields.js';
import { KeyLimits, limitsBody, limitsOf } from './key-limits.js';

interface ApiKeyDeps {
  readonly apiKeys: Pick<ApiKeys<ApiScope>, 'create' | 'list' | 'revoke'>;
  readonly usage: Pick<KeyUsage, 'ofAll'>;
  readonly clock: Pick<Clock, 'now'>;
}

const MS_PER_SECOND = 1_000;
const DAY_MS = 86_400_000;
/** A hundred years: more is a mistake. */
const MAX_SECONDS = 3_153_600_000;

const KeyId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'id of an API key, 16 hex digits' });
const Scopes = Type.Array(Type.Enum([...API_SCOPES]), {
  minItems: 1,
  maxItems: API_SCOPES.length,
  uniqueItems: true,
  description: 'infer: /v1; operate: everything else, these routes too',
});
const At = (what: string) => Type.Union([Type.Integer(), Type.Null()], { description: `${what} [s since 1970]` });
const UsageBody = Type.Object(
  {
    requests: Type.Integer(),
    tokens: Type.Integer(),
    spentMor: Type.String({ description: 'what sessions cost that were opened for it [MOR-wei]' }),
  },
  { description: 'on this UTC day' },
);
const KeyFields = {
  id: KeyId,
  name: Type.String(),
  scopes: Type.Array(Type.Enum([...API_SCOPES])),
  limits: KeyLimits,
  usedToday: UsageBody,
  createdAt: Type.Integer({ description: '[s since 1970]' }),
  lastUsedAt: At('to the minute; null if never'),
  expiresAt: At('from then on it is refused; null = never'),
  revokedAt: At('null if it was not'),
};
/** What everybody who may operate may know about a key. */
export const ApiKeyBody = Type.Object(KeyFields);
/** A key that was just made. */
export const MadeApiKeyBody = Type.Object({
  ...KeyFields,
  token: Type.String({ description: 'the key itself, for `Authorization: Bearer`; shown this once and kept nowhere' }),
});
export const ApiKeyListBody = Type.Object({ keys: Type.Array(ApiKeyBody) });
export const RevokedBody = Type.Object({ id: KeyId, isRevoked: Type.Literal(true) });

const Wanted = body({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f]+$', description: 'for people' }),
  scopes: Type.Optional(Scopes),
  limits: Type.Optional(KeyLimits),
  expiresInSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_SECONDS, description: 'after which it is refused; never by default' }),
  ),
});

const tags = ['keys'];

/** The keys that open this API, while the node runs. Who may operate the node may make keys. */
export function apiKeyRoutes({ apiKeys, usage, clock }: ApiKeyDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/api-keys',
      { schema: { tags, summary: 'Make an API key', body: Wanted, response: { 200: MadeApiKeyBody } } },
      async (request) => {
        const { name, scopes = ['infer'], limits = {}, expiresInSeconds } = request.body;
        if (name.trim() === '') throw fieldError('name', 'must not be blank');
        const expiry =
          expiresInSeconds === undefined ? {} : { expiresAt: clock.now() + expiresInSeconds * MS_PER_SECOND };
        const { key, token } = await apiKeys.create({ name, scopes, limits: limitsOf(limits), ...expiry });
        return { ...apiKeyBody(key, NOTHING_USED), token: token.reveal() };
      },
    );
    server.get(
      '/api-keys',
      { schema: { tags, summary: 'All API keys, but not the keys themselves', response: { 200: ApiKeyListBody } } },
      async () => {
        const used = await usage.ofAll(BigInt(Math.floor(clock.now() / DAY_MS)));
        return { keys: (await apiKeys.list()).map((key) => apiKeyBody(key, used.get(key.id) ?? NOTHING_USED)) };
      },
    );
    server.delete(
      '/api-keys/:id',
      {
        schema: {
          tags,
          summary: 'Refuse an API key from now on; your own too',
          params: Type.Object({ id: KeyId }),
          response: { 200: RevokedBody },
        },
      },
      async ({ params: { id } }) => {
        if (!(await apiKeys.revoke(id))) throw nodeError('api_key_not_found', { id });
        return { id, isRevoked: true as const };
      },
    );
  };
}

/** What a key used on a day. */
export interface UsedToday {
  readonly requests: bigint;
  readonly tokens: bigint;
  /** [MOR-wei] */
  readonly spentMor: bigint;
}

export const NOTHING_USED: UsedToday = { requests: 0n, tokens: 0n, spentMor: 0n };

/** A key as it is shown; times in seconds. */
export function apiKeyBody(key: ApiKey<ApiScope>, used: UsedToday): Static<typeof ApiKeyBody> {
  const { id, name, scopes, createdAt, lastUsedAt, expiresAt, revokedAt } = key;
  return {
    id,
    name,
    scopes: [...scopes],
    limits: limitsBody(key.limits),
    usedToday: {
      requests: Number(used.requests),
      tokens: Number(used.tokens),
      spentMor: used.spentMor.toString(),
    },
    createdAt: secondsOf(createdAt),
    lastUsedAt: lastUsedAt === undefined ? null : secondsOf(lastUsedAt),
    expiresAt: expiresAt === undefined ? null : secondsOf(expiresAt),
    revokedAt: revokedAt === undefined ? null : secondsOf(revokedAt),
  };
}

function secondsOf(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND);
}
