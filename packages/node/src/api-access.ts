import type { ApiKey, ApiKeys } from '@yellowstone/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nodeError } from './errors.js';

/** What an API key may do: use models, everything else a node's API has, or look at its metrics only. */
export const API_SCOPES = ['infer', 'operate', 'observe'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** The API key that a request came with. */
export type Caller = Pick<ApiKey<ApiScope>, 'id' | 'limits'>;

/**
 * Says who comes, and throws for who may not; asked before a body is read. Who is let in without being anybody has no
 * limits but those of the node.
 */
export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<Caller | undefined>;

interface AccessDeps {
  readonly apiKeys: Pick<ApiKeys<ApiScope>, 'check'>;
  /** Routes that need no key; none by default. */
  readonly isPublic?: (request: FastifyRequest) => boolean;
  /** What a request needs one of: `infer` on OpenAI's paths, `observe` or `operate` for metrics, else `operate`. */
  readonly scopesOf?: (request: FastifyRequest) => readonly ApiScope[];
}

/** Who came with which request; forgotten with the request. */
const callers = new WeakMap<FastifyRequest, Caller>();

/** Remembers who came, for the handlers of the request. */
export function rememberCaller(request: FastifyRequest, caller: Caller | undefined): void {
  if (caller !== undefined) callers.set(request, caller);
}

/** The API key that a request was let in with, if it was one. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Lets in who sends `Authorization: Bearer …` with a key that was made here, was not revoked, has not expired and has the
 * scope. Everybody else gets a typed 401 or 403.
 */
export function createAuthenticate({
  apiKeys,
  isPublic = () => false,
  scopesOf = scopesOfPath,
}: AccessDeps): Authenticate {
  return async (request, reply) => {
    if (isPublic(request)) return undefined;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const key = token === undefined ? undefined : await apiKeys.check(token);
    if (key === undefined) {
      void reply.header('www-authenticate', 'Bearer realm="yellowstone"');
      throw nodeError(token === undefined ? 'api_key_missing' : 'invalid_api_key');
    }
    const scopes = scopesOf(request);
    if (!scopes.some((scope) => key.scopes.includes(scope))) {
      throw nodeError('api_key_scope_missing', { scope: scopes[0], key: key.id });
    }
    return key;
  };
}

function scopesOfPath({ routeOptions, url }: FastifyRequest): readonly ApiScope[] {
  const path = routeOptions.url ?? url;
  if (path.startsWith('/v1/')) return ['infer'];
  return path === '/metrics' ? ['observe', 'operate'] : ['operate'];
}
