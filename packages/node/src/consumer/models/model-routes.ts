import type { HttpServer } from '@yellowstone/service';
import { type Caller, callerOf } from '../../api-access.js';
import { nodeError } from '../../errors.js';
import type { MarketModel } from '../market-model.js';

/** A bid as it is judged for whoever asks. */
export interface ShownBid {
  readonly bidId: string;
  readonly provider: string;
  readonly pricePerSecondMor: string;
  readonly pricePerMillionTokensMor: string | null;
  readonly health: { readonly state: string };
  readonly refusal: { readonly reason: string } | null;
}

interface ModelDeps {
  readonly market: {
    models(): Promise<readonly MarketModel[]>;
    find(name: string): Promise<MarketModel | undefined>;
  };
  /** The bids of a model, the one to be taken first. */
  readonly judge: (model: MarketModel, caller: Caller | undefined) => readonly ShownBid[];
  readonly local: LocalModels;
}

/** Models of this machine, which need no session. */
interface LocalModels {
  list(): readonly { readonly name: string; readonly isHealthy: boolean }[];
}

const HOUR_SECONDS = 3_600n;

/** The market as OpenAI lists models; prices and health are extra fields, amounts decimal strings of MOR-wei. */
export function modelRoutes({ market, judge, local }: ModelDeps) {
  return async (server: HttpServer): Promise<void> => {
    const schema = { tags: ['chat'], summary: 'Models with active bids, what they cost, and local ones' };
    server.get('/v1/models', { schema }, async (request) => {
      const caller = callerOf(request);
      const own = local.list();
      const offered = (await market.models()).filter(({ id }) => own.every(({ name }) => name !== id));
      return {
        object: 'list',
        data: [...own.map(localModel), ...offered.map((one) => marketModel(one, judge(one, caller)))],
      };
    });
    // Names may contain slashes, which OpenAPI cannot say.
    server.get<{ Params: { '*': string } }>('/v1/models/*', async (request) => {
      const name = request.params['*'];
      const own = local.list().find((one) => one.name === name);
      if (own !== undefined) return localModel(own);
      const found = await market.find(name);
      if (found === undefined) throw nodeError('model_not_found', { model: name, param: 'model' });
      return marketModel(found, judge(found, callerOf(request)));
    });
  };
}

function marketModel({ id, model, bids }: MarketModel, judged: readonly ShownBid[]) {
  const cheapestMor = bids[0]?.priceMor;
  const usable = judged.filter(({ refusal }) => refusal === null);
  return {
    id,
    object: 'model',
    created: Number(model.createdAt),
    owned_by: model.owner,
    modelId: model.modelId,
    name: model.name,
    tags: model.tags,
    isLocal: false,
    // Of the best bid; null when all are passed over.
    health: usable[0]?.health.state ?? null,
    pricePerSecondMor: cheapestMor?.toString() ?? null,
    pricePerHourMor: cheapestMor === undefined ? null : (cheapestMor * HOUR_SECONDS).toString(),
    pricePerMillionTokensMor: usable[0]?.pricePerMillionTokensMor ?? null,
    bids: judged.map(({ bidId, provider, pricePerSecondMor, pricePerMillionTokensMor, health, refusal }) => ({
      bidId,
      provider,
      pricePerSecondMor,
      pricePerMillionTokensMor,
      health: health.state,
      refusal: refusal?.reason ?? null,
    })),
  };
}

function localModel({ name, isHealthy }: { readonly name: string; readonly isHealthy: boolean }) {
  return {
    id: name,
    object: 'model',
    created: 0,
    owned_by: 'local',
    modelId: null,
    name,
    tags: [],
    isLocal: true,
    health: isHealthy ? 'ready' : null,
    pricePerSecondMor: '0',
    pricePerHourMor: '0',
    pricePerMillionTokensMor: '0',
    bids: [],
  };
}
