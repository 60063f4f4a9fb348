import type { ModelsFileStatus } from '../../backends/open-models-file.js';
import type { Chain } from '../../chain/chain.js';
import { isDevelopmentChain } from '../../chain/development-chains.js';
import type { Clock } from '../../clock.js';

/** What a node needs for serving, beside the chain. */
export interface ReadyParts {
  /** Throws if the database does not answer. */
  readonly database?: { ping(): Promise<void> } | undefined;
  /** For nodes that serve models; they change while the node runs. */
  readonly models?: ReadonlyMap<unknown, { readonly backend: { isHealthy(): boolean } }> | undefined;
  /** Where the list of models comes from. */
  readonly modelsFile?: { status(): Pick<ModelsFileStatus, 'problems' | 'notStarted'> } | undefined;
}

/** One part of a node, and what was measured of it. */
export interface PartReport {
  readonly isReady: boolean;
  readonly [fact: string]: boolean | number | readonly string[];
}

export type ReadinessReport = Readonly<Record<string, PartReport>>;

interface ReadinessDeps extends ReadyParts {
  readonly chain: { readonly domain: Pick<Chain['domain'], 'chainId'>; readonly reads: Pick<Chain['reads'], 'now'> };
  readonly clock: Pick<Clock, 'monotonic'> & Partial<Pick<Clock, 'now'>>;
}

interface ReadinessOptions {
  /** An older head is that of an RPC endpoint that has stopped following [s]. */
  readonly maxHeadAgeSeconds?: number;
  /** The longest one part may take to answer [ms]. */
  readonly partTimeoutMs?: number;
  /** Strangers may ask, so that the parts are asked no more often than this [ms]. */
  readonly cacheMs?: number;
}

const MS_PER_SECOND = 1_000;

/** Measures whether a node can serve now. */
export function createReadiness(
  { chain, database, models, modelsFile, clock }: ReadinessDeps,
  { maxHeadAgeSeconds = 120, partTimeoutMs = 3_000, cacheMs = 1_000 }: ReadinessOptions = {},
): () => Promise<ReadinessReport> {
  const now = clock.now ?? Date.now;
  let measured: Promise<ReadinessReport> | undefined;
  let measuredAt = Number.NEGATIVE_INFINITY;

  const chainPart = async (): Promise<PartReport> => {
    const headAgeSeconds = Math.floor(now() / MS_PER_SECOND) - Number(await chain.reads.now());
    // An old head says nothing on a chain that makes no blocks by itself.
    return {
      isReady: isDevelopmentChain(BigInt(chain.domain.chainId)) || headAgeSeconds <= maxHeadAgeSeconds,
      headAgeSeconds,
    };
  };
  const databasePart = async (): Promise<PartReport> => {
    await database?.ping();
    return { isReady: true };
  };
  const backendPart = async (): Promise<PartReport> => {
    const all = [...(models?.values() ?? [])];
    const healthy = all.filter(({ backend }) => backend.isHealthy()).length;
    return { isReady: healthy > 0, healthy, total: all.length };
  };
  /** Ready with a wrong file too: the models of before are served. */
  const modelsFilePart = async (): Promise<PartReport> => {
    const { problems = [], notStarted = [] } = modelsFile?.status() ?? {};
    return { isReady: true, isCurrent: problems.length === 0, problems: [...problems, ...notStarted] };
  };
  const measure = async (): Promise<ReadinessReport> => {
    const parts = {
      chain: chainPart,
      ...(database === undefined ? {} : { database: databasePart }),
      ...(models === undefined ? {} : { backends: backendPart }),
      ...(modelsFile === undefined ? {} : { modelsFile: modelsFilePart }),
    };
    const reports = Object.entries(parts).map(async ([name, part]) => [name, await inTime(part(), partTimeoutMs)]);
    return Object.fromEntries(await Promise.all(reports)) as ReadinessReport;
  };
  return async () => {
    if (measured === undefined || clock.monotonic() - measuredAt >= cacheMs) {
      measuredAt = clock.monotonic();
      measured = measure();
    }
    return measured;
  };
}

/** A part that fails, or takes too long, is not ready; why is for the log of that part. */
async function inTime(asking: Promise<PartReport>, timeoutMs: number): Promise<PartReport> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartReport>((resolve) => {
    timer = setTimeout(() => resolve({ isReady: false }), timeoutMs);
  });
  return Promise.race([asking.catch(() => ({ isReady: false })), late]).finally(() => clearTimeout(timer));
}
