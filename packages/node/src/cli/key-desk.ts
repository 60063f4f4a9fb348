import type { ApiKeyLimits } from '@yellowstone/service';
import type { Static } from 'typebox';
import type { ApiScope } from '../api-access.js';
import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';
import {
  type ApiKeyBody,
  apiKeyBody,
  ApiKeyListBody,
  MadeApiKeyBody,
  NOTHING_USED,
  RevokedBody,
} from '../operator/api-keys/api-key-routes.js';
import { limitsBody } from '../operator/api-keys/key-limits.js';
import type { NodeStore } from '../state/open-node-store.js';
import type { NodeClient } from './node-client.js';

export type ShownKey = Static<typeof ApiKeyBody>;

export interface AskedKey {
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly limits: ApiKeyLimits;
  readonly expiresInSeconds?: number;
}

/** Where the API keys of a node are managed. */
export interface KeyDesk {
  create(asked: AskedKey): Promise<ShownKey & { readonly token: string }>;
  list(): Promise<readonly ShownKey[]>;
  /** @throws api_key_not_found */
  revoke(id: string): Promise<void>;
}

const MS_PER_SECOND = 1_000;
const DAY_MS = 86_400_000;

/** In the database of a node that stands still, or that shares it. */
export function storedKeyDesk(
  { apiKeys, keyUsage }: Pick<NodeStore, 'apiKeys' | 'keyUsage'>,
  clock: Pick<Clock, 'now'>,
): KeyDesk {
  return {
    async create({ name, scopes, limits, expiresInSeconds }) {
      const expiry =
        expiresInSeconds === undefined ? {} : { expiresAt: clock.now() + expiresInSeconds * MS_PER_SECOND };
      const { key, token } = await apiKeys.create({ name, scopes, limits, ...expiry });
      return { ...apiKeyBody(key, NOTHING_USED), token: token.reveal() };
    },
    async list() {
      const used = await keyUsage.ofAll(BigInt(Math.floor(clock.now() / DAY_MS)));
      return (await apiKeys.list()).map((key) => apiKeyBody(key, used.get(key.id) ?? NOTHING_USED));
    },
    async revoke(id) {
      if (!(await apiKeys.revoke(id))) throw nodeError('api_key_not_found', { id });
    },
  };
}

/** At a node that runs. */
export function remoteKeyDesk(node: NodeClient, signal: AbortSignal): KeyDesk {
  return {
    create({ limits, ...asked }) {
      const body = { ...asked, limits: limitsBody(limits) };
      return node.askFor(MadeApiKeyBody, { method: 'POST', path: '/api-keys', body }, signal);
    },
    list: async () => (await node.askFor(ApiKeyListBody, { method: 'GET', path: '/api-keys' }, signal)).keys,
    async revoke(id) {
      const path = `/api-keys/${encodeURIComponent(id)}`;
      await node.askFor(RevokedBody, { method: 'DELETE', path }, signal);
    },
  };
}
