import type { Bid } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { formatNodeKeys, type InfoBody, PROTOCOL_VERSION } from '../../carriage/provider-api.js';
import type { ChainReads } from '../../chain/chain.js';
import type { Clock } from '../../clock.js';
import type { NodeKeyRing } from '../node-key-ring.js';
import type { ServedModels } from '../../backends/served-model.js';

interface InfoDeps {
  readonly reads: Pick<ChainReads, 'providerBids'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly models: ServedModels;
  readonly ring: Pick<NodeKeyRing, 'current'>;
}

interface InfoOptions {
  readonly provider: Address;
  readonly signer: Address;
}

const BIDS_CACHE_MS = 10_000;

/** Tells what this node is and serves. */
export function infoRoutes({ reads, clock, models, ring }: InfoDeps, { provider, signer }: InfoOptions) {
  let bids: Promise<readonly Bid[]> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  const readBids = (): Promise<readonly Bid[]> => {
    if (bids !== undefined && clock.monotonic() - readAt < BIDS_CACHE_MS) return bids;
    readAt = clock.monotonic();
    bids = reads.providerBids(provider);
    bids.catch(() => (bids = undefined));
    return bids;
  };
  return async (server: HttpServer): Promise<void> => {
    server.get('/yellowstone/info', async (): Promise<InfoBody> => {
      const { keys, signature } = await ring.current();
      const active = (await readBids()).filter(({ isActive, unit }) => isActive && unit === 'second');
      return {
        protocolVersion: PROTOCOL_VERSION,
        provider,
        signer,
        keys: formatNodeKeys(keys, signature),
        models: [...models.values()].map(({ backend, slots }) => {
          const bid = active.find(({ modelId }) => modelId === backend.entry.modelId);
          const { busy, waiting } = slots.load();
          const { ttftMs, tokensPerSecond } = backend.measured();
          return {
            modelId: backend.entry.modelId,
            name: backend.entry.name,
            bidId: bid?.bidId ?? null,
            pricePerSecondMor: bid?.priceMor.toString() ?? null,
            slots: backend.entry.slots,
            busy,
            waiting,
            queue: backend.entry.queue,
            isHealthy: backend.isHealthy(),
            ttftMs: ttftMs ?? null,
            tokensPerSecond: tokensPerSecond ?? null,
          };
        }),
      };
    });
  };
}
