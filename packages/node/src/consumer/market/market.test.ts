import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeChain, type FakeChain } from '../../testing/fake-chain.js';
import { otherProviderWallet, providerWallet } from '../../testing/keys.js';
import { createMarket } from './market.js';

let chain: FakeChain;
let nowMs: number;
const market = () => createMarket({ reads: chain.as(providerWallet).reads, clock: { monotonic: () => nowMs } });

beforeEach(() => {
  chain = createFakeChain();
  nowMs = 0;
});

describe('createMarket', () => {
  it('lists active models with active bids, the cheapest first', async () => {
    chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm', priceMor: 5n });
    const cheap = chain.addBid({ wallet: otherProviderWallet, endpoint: 'b.example:1', name: 'm', priceMor: 3n });
    const gone = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'n' });
    chain.changeBid(gone.bidId, { isActive: false });
    const [model, ...others] = await market().models();
    expect(others).toEqual([]);
    expect([model?.id, model?.bids[0]?.bidId, model?.bids.length]).toEqual(['m', cheap.bidId, 2]);
  });

  it('believes the chain for ten seconds, but looks again for a name it does not know', async () => {
    const one = market();
    expect(await one.find('m')).toBeUndefined();
    const bid = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm' });
    expect(await one.models()).toEqual([]);
    nowMs = 1_500;
    expect((await one.find('m'))?.model.modelId).toBe(bid.modelId);
    expect((await one.find(bid.modelId.toUpperCase().replace('0X', '0x')))?.id).toBe('m');
  });
});
