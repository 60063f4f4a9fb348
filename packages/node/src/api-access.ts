import type { ApiKeys } from '@yellowstone/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nodeError } from './errors.js';

/** What an API key may do: use models, or everything else a node's API has. */
export const API_SCOPES = ['infer', 'operate'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** Throws for who may not; a hook of Fastify (`onRequest`: before a body is read). */
export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

interface AccessDeps {
  readonly apiKeys: Pick<ApiKeys<ApiScope>, 'check'>;
  /** Routes that need no key; none by default. */
  readonly isPublic?: (request: FastifyRequest) => boolean;
  /** What a request needs: `infer` on OpenAI's paths, else `operate`. */
  readonly scopeOf?: (request: FastifyRequest) => ApiScope;
}

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Lets in who sends `Authorization: Bearer …` with a key that was made here, was not revoked, has not expired and has the
 * scope. Everybody else gets a typed 401 or 403.
 */
export function createAuthenticate({
  apiKeys,
  isPublic = () => false,
  scopeOf = scopeOfPath,
}: AccessDeps): Authenticate {
  return async (request, reply) => {
    if (isPublic(request)) return;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const key = token === undefined ? undefined : await apiKeys.check(token);
    if (key === undefined) {
      void reply.header('www-authenticate', 'Bearer realm="yellowstone"');
      throw nodeError(token === undefined ? 'api_key_missing' : 'invalid_api_key');
    }
    const scope = scopeOf(request);
    if (!key.scopes.includes(scope)) throw nodeError('api_key_scope_missing', { scope, key: key.id });
  };
}

function scopeOfPath({ routeOptions, url }: FastifyRequest): ApiScope {
  return (routeOptions.url ?? url).startsWith('/v1/') ? 'infer' : 'operate';
}
