import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { otherProviderWallet, providerWallet, userWallet } from '../testing/keys.js';
import { findBids } from './find-bid.js';

let chain: FakeChain;
beforeEach(() => {
  chain = createFakeChain();
});
const deps = () => ({ reads: chain.as(userWallet).reads, clock: systemClock });
const codeOf = (promise: Promise<unknown>) => promise.then(() => 'found', (error: { code: string }) => error.code); // prettier-ignore

describe('findBids', () => {
  it('takes the bids of a model as a node would, the best first', async () => {
    const cheap = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm', priceMor: 2n });
    const dear = chain.addBid({ wallet: otherProviderWallet, endpoint: 'b.example:1', name: 'm', priceMor: 3n });
    const found = await findBids(deps(), { model: 'm' });
    expect(found.model).toBe('m');
    expect(found.bids.map(({ bidId }) => bidId)).toEqual([cheap.bidId, dear.bidId]);

    const failed = { ...cheap.statistics, sessions: 1n, earnedMor: 10n, failedMor: 10n };
    chain.changeBid(cheap.bidId, { statistics: failed });
    expect((await findBids(deps(), { model: 'm' })).bids[0].bidId).toBe(dear.bidId);
  });

  it('takes one bid by its id', async () => {
    const bid = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm' });
    expect((await findBids(deps(), { bid: bid.bidId })).bids).toEqual([bid]);
    chain.changeBid(bid.bidId, { isActive: false });
    expect(await codeOf(findBids(deps(), { bid: bid.bidId }))).toBe('bid_not_active');
  });

  it('says why there is none', async () => {
    const bid = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm', priceMor: 5n });
    expect(await codeOf(findBids(deps(), {}))).toBe('usage_wrong');
    expect(await codeOf(findBids(deps(), { bid: bid.bidId, model: 'm' }))).toBe('usage_wrong');
    expect(await codeOf(findBids(deps(), { model: 'n' }))).toBe('model_not_found');
    expect(await codeOf(findBids(deps(), { model: 'm' }, { maxPricePerSecondMor: 4n }))).toBe('model_unavailable');
    expect(await codeOf(findBids(deps(), { model: 'm' }, { isEndpointAllowed: () => false }))).toBe(
      'model_unavailable',
    );
  });
});
