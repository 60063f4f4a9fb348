import type { HttpServer } from '@yellowstone/service';
import { nodeError } from '../../errors.js';
import type { MarketModel } from '../market-model.js';

const HOUR_SECONDS = 3_600n;

interface ModelDeps {
  readonly market: {
    models(): Promise<readonly MarketModel[]>;
    find(name: string): Promise<MarketModel | undefined>;
  };
}

/** The market as OpenAI lists models; prices are extra fields, decimal strings of MOR-wei. */
export function modelRoutes({ market }: ModelDeps) {
  return async (server: HttpServer): Promise<void> => {
    const schema = { tags: ['chat'], summary: 'Models with active bids, and what they cost' };
    server.get('/v1/models', { schema }, async () => ({
      object: 'list',
      data: (await market.models()).map(toOpenAiModel),
    }));
    // Names may contain slashes, which OpenAPI cannot say.
    server.get<{ Params: { '*': string } }>('/v1/models/*', async ({ params }) => {
      const found = await market.find(params['*']);
      if (found === undefined) throw nodeError('model_not_found', { model: params['*'], param: 'model' });
      return toOpenAiModel(found);
    });
  };
}

function toOpenAiModel({ id, model, bids }: MarketModel) {
  const cheapestMor = bids[0]?.priceMor;
  return {
    id,
    object: 'model',
    created: Number(model.createdAt),
    owned_by: model.owner,
    modelId: model.modelId,
    name: model.name,
    tags: model.tags,
    pricePerSecondMor: cheapestMor?.toString() ?? null,
    pricePerHourMor: cheapestMor === undefined ? null : (cheapestMor * HOUR_SECONDS).toString(),
    bids: bids.map(({ bidId, provider, priceMor }) => ({ bidId, provider, pricePerSecondMor: priceMor.toString() })),
  };
}
