import type { Bid, Model, Page, PageRequest } from '@yellowstone/client';
import type { ModelId } from '@yellowstone/protocol';
import type { ChainReads } from '../../chain/chain.js';
import type { Clock } from '../../clock.js';
import type { MarketModel } from '../market-model.js';

/** What is for sale, a few seconds old at most. */
export interface Market {
  /** Active models with active per-second bids. */
  models(): Promise<readonly MarketModel[]>;
  /** By what clients write as `model`; the full id on chain works too. Undefined = not for sale. */
  find(name: string): Promise<MarketModel | undefined>;
  /** Per-second bids that a model lists now, the cheapest first; some may not be active. */
  bids(modelId: ModelId): Promise<readonly Bid[]>;
}

interface MarketDeps {
  readonly reads: Pick<ChainReads, 'models' | 'modelBids'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface MarketOptions {
  readonly cacheMs?: number;
}

const PAGE_SIZE = 100;
/** A page more than anybody scrolls; the rest is left out. */
const MAX_ENTRIES = 2_000;
const SHORT_ID_CHARACTERS = 10;

export function createMarket({ reads, clock }: MarketDeps, { cacheMs = 10_000 }: MarketOptions = {}): Market {
  let kept: Promise<readonly MarketModel[]> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const bids = async (modelId: ModelId): Promise<readonly Bid[]> => {
    const all = await readAll((page) => reads.modelBids(modelId, 'second', page));
    return all.sort((left, right) => (left.priceMor < right.priceMor ? -1 : 1));
  };
  const read = async (): Promise<readonly MarketModel[]> => {
    const active = await readAll((page) => reads.models(page));
    const offered = active.filter(({ isActive, secondBids }) => isActive && secondBids > 0);
    const listed = offered.map(async (model) => ({
      id: clientId(model, offered),
      model,
      bids: (await bids(model.modelId)).filter(({ isActive }) => isActive),
    }));
    return (await Promise.all(listed)).filter((entry) => entry.bids.length > 0);
  };
  const models = (): Promise<readonly MarketModel[]> => {
    if (kept !== undefined && clock.monotonic() - readAt < cacheMs) return kept;
    readAt = clock.monotonic();
    kept = read();
    kept.catch(() => (kept = undefined));
    return kept;
  };
  const findKept = async (name: string): Promise<MarketModel | undefined> =>
    (await models()).find(({ id, model }) => id === name || model.modelId === name.toLowerCase());

  return {
    models,
    bids,
    async find(name) {
      const found = await findKept(name);
      if (found !== undefined || clock.monotonic() - readAt < 1_000) return found;
      // Perhaps it was registered a moment ago.
      kept = undefined;
      return findKept(name);
    },
  };
}

async function readAll<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const page = await read({ offset: items.length, limit: PAGE_SIZE });
    items.push(...page.items);
    const isDone = page.items.length === 0 || items.length >= page.total || items.length >= MAX_ENTRIES;
    if (isDone) return items;
  }
}

function clientId({ modelId, name }: Model, offered: readonly Model[]): string {
  const isUnique = offered.filter((other) => other.name === name).length === 1;
  return isUnique ? name : `${name}-${modelId.slice(2, SHORT_ID_CHARACTERS)}`;
}
