import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import { type Caller, callerOf } from '../../api-access.js';
import { nodeError } from '../../errors.js';
import type { SessionPolicy } from '../session-policy.js';
import { JudgedBidsBody, toJudgedBidsBody } from './bid-body.js';
import type { BidChooser } from './bid-chooser.js';
import type { Market } from './market.js';

interface MarketDeps {
  readonly market: Pick<Market, 'find' | 'bids'>;
  readonly chooser: Pick<BidChooser, 'judge'>;
  /** What whoever asks may have opened. */
  readonly policyOf: (caller: Caller | undefined) => SessionPolicy;
}

const Params = Type.Object({
  id: Type.String({
    pattern: '^[^\\u0000-\\u001f]{1,200}$',
    description: 'id of a model, or its name as /v1/models lists it',
  }),
});

/** The bids of a model, as this node judges them now under the limits of node and key. */
export function marketRoutes({ market, chooser, policyOf }: MarketDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.get(
      '/market/models/:id/bids',
      {
        schema: {
          tags: ['market'],
          summary: 'Every bid of a model: prices, health, score, why it is passed over, which one would be taken now',
          params: Params,
          response: { 200: JudgedBidsBody },
        },
      },
      async (request) => {
        const { id } = request.params;
        const found = await market.find(id);
        if (found === undefined) throw nodeError('model_not_found', { model: id });
        const { modelId } = found.model;
        const nothing = new Set<never>();
        const policy = policyOf(callerOf(request));
        const judged = chooser.judge(await market.bids(modelId), { policy, tried: nothing, full: nothing });
        return toJudgedBidsBody({ id: found.id, modelId }, judged);
      },
    );
  };
}
