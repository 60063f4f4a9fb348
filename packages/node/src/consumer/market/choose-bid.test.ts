import type { Bid } from '@yellowstone/client';
import type { Address, BidId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { providerWallet } from '../../testing/keys.js';
import { type BidPolicy, judgeBids, pickBids } from './choose-bid.js';

const template = createFakeChain().addBid({ wallet: providerWallet, endpoint: 'p.example:1', name: 'm' });

function bid(name: string, change: Partial<Bid> = {}): Bid {
  return {
    ...template,
    bidId: name as BidId,
    provider: `provider of ${name}` as unknown as Address,
    priceMor: 100n,
    ...change,
  };
}

const policy: BidPolicy = {
  maxPricePerSecondMor: 1_000n,
  cooling: new Set(),
  tried: new Set(),
  isEndpointAllowed: (endpoint) => endpoint !== 'inside:1',
};
const order = (bids: readonly Bid[], change: Partial<BidPolicy> = {}): string[] =>
  pickBids(judgeBids(bids, { ...policy, ...change })).map(({ bidId }) => bidId);

describe('judgeBids', () => {
  it('puts the cheapest first and breaks ties by id, whatever the order it gets', () => {
    const bids = [bid('c'), bid('b', { priceMor: 99n }), bid('a')];
    expect(order(bids)).toEqual(['b', 'a', 'c']);
    expect(order([...bids].reverse())).toEqual(['b', 'a', 'c']);
  });

  it('weighs failures: half failed is 2.5 times the price', () => {
    const statistics = { ...template.statistics, earnedMor: 10n, failedMor: 5n };
    const judged = judgeBids([bid('failing', { statistics }), bid('good', { priceMor: 249n })], policy);
    expect(judged.map(({ bid: { bidId }, scoreMor }) => [bidId, scoreMor])).toEqual([
      ['good', 249n],
      ['failing', 250n],
    ]);
  });

  it('puts providers that just failed last', () => {
    const cooling = new Set([bid('a').provider]);
    expect(order([bid('a'), bid('b', { priceMor: 900n })], { cooling })).toEqual(['b', 'a']);
  });

  it.each([
    ['not_active', { isActive: false }],
    ['not_per_second', { unit: 'token' }],
    ['price_above_limit', { priceMor: 1_001n }],
    ['endpoint_refused', { endpoint: 'inside:1' }],
  ] as const)('passes over a bid that is %s and says so', (refusal, change) => {
    const [judged] = judgeBids([bid('a', change)], policy);
    expect(judged?.refusal).toBe(refusal);
    expect(order([bid('a', change)])).toEqual([]);
  });

  it('does not try a bid twice for one request', () => {
    expect(order([bid('a'), bid('b')], { tried: new Set(['a' as BidId]) })).toEqual(['b']);
  });
});
