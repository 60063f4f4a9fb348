import { must, same } from './assert';
import type { State } from '../state';
import { eventsOf, type Check } from './check';

export const MARKET: readonly Check[] = [
  {
    name: 'I27 an active bid has an active provider and an active model',
    holds: (_, __, { bids, providers, models }) => {
      for (const { bidId, provider, modelId } of bids.filter(({ isActive }) => isActive)) {
        must(providers.find(({ address }) => address === provider)!.isActive, `provider of ${bidId}`);
        must(models.find((model) => model.modelId === modelId)!.isActive, `model of ${bidId}`);
      }
    },
  },
  {
    name: 'I28 a provider has one active bid per model and kind, and no price changes under an id',
    holds: (world, _, { bids, models }) => {
      const active = bids.filter(({ isActive }) => isActive);
      const kinds = active.map(({ provider, modelId, unit }) => `${provider} ${modelId} ${unit}`);
      same(new Set(kinds).size, kinds.length, 'kinds');
      const listed = models.flatMap((model) => model.listed);
      listed.forEach(({ bidId, priceMor }) => same(priceMor, world.bids.get(bidId)!.priceMor, bidId));
    },
  },
  {
    name: 'I29 the active list of a model holds exactly its active bids',
    holds: (_, __, { bids, models }) => {
      for (const { modelId, listed } of models) {
        const active = bids.filter((bid) => bid.isActive && bid.modelId === modelId).map(({ bidId }) => bidId);
        same([...listed.map(({ bidId }) => bidId)].sort(), [...active].sort(), modelId);
        same(new Set(listed.map(({ bidId }) => bidId)).size, listed.length);
      }
    },
  },
  {
    name: 'I30 a slash takes at most the stake, and all of it goes to the pool',
    holds: (world, before, after) => {
      for (const { args } of eventsOf(world, 'ProviderSlashed')) {
        const { provider, amountMor } = args.toObject();
        const stakeOf = (state: State): bigint => state.providers.find(({ address }) => address === provider)!.stakeMor;
        must(amountMor <= stakeOf(before), 'at most the stake');
        same(stakeOf(before) - stakeOf(after), amountMor, 'stake');
        same(after.buckets.Pool - before.buckets.Pool, amountMor, 'pool');
      }
    },
  },
];
