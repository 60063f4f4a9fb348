import { healthOf } from './endpoint-health.js';
import type { Endpoint } from './endpoint.js';
import { lagOf, type LagLimits } from './head.js';
import type { ReportRpc, RpcHealth } from './rpc-health.js';
import type { Timing } from './timing.js';

/** Endpoints in order of preference, and which of them may be used for what. */
export interface EndpointGroup {
  readonly endpoints: readonly Endpoint[];
  /** The chain, once it is known. */
  expected(): bigint | undefined;
  /** Serves another chain: never asked again. */
  isExcluded(endpoint: Endpoint): boolean;
  /** May be asked something now. */
  isOpen(endpoint: Endpoint): boolean;
  /**
   * Where to read: the first that is well, on the chain and not behind.
   * @param tried those that failed a moment ago
   * @param orOlder rather one that has not yet reached what was read before than none
   */
  choose(tried: ReadonlySet<Endpoint>, orOlder: boolean): Promise<Endpoint | undefined>;
  /** Something was read that speaks of this block. */
  hasRead(endpoint: Endpoint, block: bigint): void;
  /** Asks all that may be asked for chain and head. */
  lookAround(): Promise<void>;
  /** Looks around when that was long ago, without waiting. */
  keepLooking(): void;
  health(): RpcHealth;
}

export interface GroupOptions extends LagLimits {
  /** Any chain if left out: that of the first endpoint in order which answers at the start. */
  readonly expectedChainId?: bigint | undefined;
  /** How often the heads of several endpoints are compared while they are used [ms]. */
  readonly lookEveryMs: number;
}

interface GroupDeps {
  readonly endpoints: readonly Endpoint[];
  readonly timing: Timing;
  readonly report: ReportRpc;
}

export function createEndpointGroup(
  { endpoints, timing, report }: GroupDeps,
  { expectedChainId, lookEveryMs, ...limits }: GroupOptions,
): EndpointGroup {
  let expected = expectedChainId;
  let lastUsed: Endpoint | undefined;
  let highestRead = 0n;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const told = new Map<Endpoint, 'excluded' | 'behind'>();

  function isExcluded({ chainId }: Endpoint): boolean {
    return expected !== undefined && chainId !== undefined && chainId !== expected;
  }

  const isOpen = (endpoint: Endpoint): boolean => !isExcluded(endpoint) && endpoint.restsForMs() === 0;

  const isUsable = (endpoint: Endpoint): boolean => isOpen(endpoint) && endpoint.isReady();

  function lag(endpoint: Endpoint): number {
    const others = endpoints.filter((other) => other !== endpoint && !isExcluded(other));
    const heads = others.flatMap(({ head }) => head ?? []);
    return endpoint.head === undefined ? 0 : lagOf(endpoint.head, heads, limits);
  }

  /** An endpoint that is known to be behind need not be asked at every read whether it still is. */
  function isKnownBehind(endpoint: Endpoint): boolean {
    const { head } = endpoint;
    return head !== undefined && timing.now() - head.seenAt < lookEveryMs && lag(endpoint) > 0;
  }

  function tellChanges(): void {
    for (const endpoint of endpoints) {
      const { state, reason = '' } = healthOf(endpoint, { expected, lag: lag(endpoint) });
      const before = told.get(endpoint);
      if (state === before) continue;
      const { host } = endpoint;
      if (state === 'excluded' || state === 'behind') {
        told.set(endpoint, state);
        report({ kind: state, host, reason });
      } else if (state === 'ready' && before === 'behind') {
        told.delete(endpoint);
        report({ kind: 'caught up', host });
      }
    }
  }

  async function check(endpoint: Endpoint): Promise<void> {
    await endpoint.check();
    expected ??= endpoint.chainId;
    tellChanges();
  }

  async function lookAround(): Promise<void> {
    lookedAt = timing.now();
    await Promise.all(endpoints.filter(isOpen).map((endpoint) => endpoint.check()));
    // The first in order decides, not the fastest.
    expected ??= endpoints.find(({ chainId }) => chainId !== undefined)?.chainId;
    tellChanges();
  }

  return {
    endpoints,
    expected: () => expected,
    isExcluded,
    isOpen,
    lookAround,
    async choose(tried, orOlder) {
      const open = endpoints.filter((endpoint) => !tried.has(endpoint) && isOpen(endpoint));
      const probes = open.filter((endpoint) => !endpoint.isReady()).map(check);
      // The probe of one that may hang holds up nobody while another is well.
      if (probes.length === open.length) await firstReady(open, probes);
      let older: Endpoint | undefined;
      for (const endpoint of open) {
        if (!isUsable(endpoint) || isKnownBehind(endpoint)) continue;
        if (endpoint !== lastUsed) await check(endpoint);
        if (!isUsable(endpoint) || lag(endpoint) > 0) continue;
        // What somebody has seen must not be undone because another endpoint answers now.
        if (endpoint === lastUsed || (endpoint.head?.number ?? 0n) >= highestRead) return endpoint;
        older ??= endpoint;
      }
      if (!orOlder || older === undefined) return undefined;
      // It stays there: the chain itself went back.
      highestRead = older.head?.number ?? 0n;
      return older;
    },
    hasRead(endpoint, block) {
      if (block > highestRead) highestRead = block;
      lastUsed = endpoint;
    },
    keepLooking() {
      if (endpoints.length > 1 && timing.now() - lookedAt >= lookEveryMs) void lookAround();
    },
    health() {
      const all = endpoints.map((endpoint) => Object.freeze(healthOf(endpoint, { expected, lag: lag(endpoint) })));
      return Object.freeze({ isReady: all.some(({ state }) => state === 'ready'), endpoints: Object.freeze(all) });
    },
  };
}

/** Resolves when one of them is ready, or none will be. */
function firstReady(endpoints: readonly Endpoint[], probes: readonly Promise<void>[]): Promise<void> {
  return new Promise((resolve) => {
    probes.forEach((probe, index) => void probe.then(() => endpoints[index]?.isReady() && resolve()));
    void Promise.all(probes).then(() => resolve());
  });
}
