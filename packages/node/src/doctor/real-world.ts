import { existsSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReads } from '@yellowstone/client';
import { parseAddress } from '@yellowstone/protocol';
import { createApiKeys, listIntents, loadKey, type Log, lookIntoDatabase, readPrivateFile } from '@yellowstone/service';
import { API_SCOPES } from '../api-access.js';
import { connectChain } from '../chain/connect-chain.js';
import type { Clock } from '../clock.js';
import { requireLlamaServer } from '../backends/llama-server.js';
import { loadModelsFile } from '../backends/models-file.js';
import type { DoctorWorld, PathFacts } from './world.js';

interface WorldDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const ASK_TIMEOUT_MS = 5_000;
const LOOKED_AT_INTENTS = 1_000;
const OTHERS = 0o077;

/** The machine, the network and the chain as they are. */
export function realWorld({ env, clock, log, signal }: WorldDeps): DoctorWorld {
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]);
    const answer = await fetch(url, { redirect: 'error', ...init, signal: limit }).catch(throwReason);
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    return answer;
  };
  return {
    now: clock.now,
    pathFacts,
    async freeBytes(path) {
      const { bavail, bsize } = await statfs(await nearestFolder(resolve(path)), { bigint: true });
      return bavail * bsize;
    },
    unlock: async (source) => (await loadKey(source)).address,
    async accountIn(keystore) {
      const { address } = JSON.parse(await readPrivateFile(keystore)) as { address?: unknown };
      return parseAddress(`0x${String(address).toLowerCase().replace(/^0x/, '')}`);
    },
    async rpc(url) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
      const answer = await ask(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const { result } = (await answer.json()) as { result?: unknown };
      if (typeof result !== 'string') throw new Error('it does not tell its chain id');
      const date = Date.parse(answer.headers.get('date') ?? '');
      return { chainId: BigInt(result), date: Number.isNaN(date) ? undefined : date };
    },
    async connect(place) {
      const connection = await connectChain(place, signal);
      return { chainId: connection.chainId, reads: createReads(connection), close: connection.close };
    },
    async store({ dataDir, databaseUrl }) {
      const database = await lookIntoDatabase({ log }, databaseUrl === undefined ? { dataDir } : { url: databaseUrl });
      if (database === undefined) return undefined;
      try {
        const { kind, applied, pending, unknown } = database;
        if (pending.length > 0) return { kind, applied, pending, unknown, apiKeys: [], intents: [] };
        const apiKeys = await createApiKeys({ database, clock }, { scopes: API_SCOPES }).list();
        const intents = await listIntents(database, { limit: LOOKED_AT_INTENTS });
        return { kind, applied, pending, unknown, apiKeys, intents };
      } finally {
        await database.close();
      }
    },
    resolve: async (host) => (await lookup(host, { all: true }).catch(throwReason)).map(({ address }) => address),
    async providerAt(baseUrl) {
      const { provider } = (await (await ask(`${baseUrl}/yellowstone/info`)).json()) as { provider?: unknown };
      if (typeof provider !== 'string') throw new Error('it is not a provider node');
      return provider;
    },
    modelsFile: (file) => loadModelsFile({ env }, file),
    async modelsOf({ url, apiKey }) {
      const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` };
      const { data } = (await (await ask(`${url}/models`, { headers })).json()) as { data?: unknown };
      if (!Array.isArray(data)) throw new Error('it answers without a list of models');
      return data.map((model: { id?: unknown } | null) => String(model?.id));
    },
    requireLlamaServer,
    hasLlama() {
      try {
        // A package that was linked and not built has a place, and nothing there.
        return existsSync(fileURLToPath(import.meta.resolve('@yellowstone/llama')));
      } catch {
        return false;
      }
    },
  };
}

async function pathFacts(path: string): Promise<PathFacts | undefined> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return undefined;
  const isWritable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  return {
    isFolder: status.isDirectory(),
    mode: (status.mode & 0o777).toString(8).padStart(4, '0'),
    isOpenToOthers: process.platform !== 'win32' && (status.mode & OTHERS) !== 0,
    isWritable,
  };
}

/** The folder itself, or the closest one above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  if ((await pathFacts(path)) !== undefined || dirname(path) === path) return path;
  return nearestFolder(dirname(path));
}

/** `fetch failed` says less than its cause: ECONNREFUSED, for instance. */
function throwReason(error: unknown): never {
  const reasons = [error, (error as { cause?: unknown } | undefined)?.cause];
  const codes = reasons.map((one) => (one as { code?: unknown } | undefined)?.code);
  const code = codes.find((one): one is string => typeof one === 'string');
  if (code !== undefined) throw new Error(code, { cause: error });
  throw error;
}
