import { MOR } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Chain } from '../../chain/chain.js';
import { createFakeChain, type FakeChain } from '../../testing/fake-chain.js';
import { addressOf, providerWallet } from '../../testing/keys.js';
import { offer, type Offer } from './offer.js';

const address = addressOf(providerWallet);
const wanted: Offer = {
  stakeMor: MOR / 5n,
  endpoint: '127.0.0.1:3333',
  model: { name: 'tiny-talk', tags: ['demo'] },
  pricePerSecondMor: 10n ** 14n,
};

let fake: FakeChain;
let chain: Chain;

beforeEach(() => {
  fake = createFakeChain();
  chain = fake.as(providerWallet);
  fake.give(address, MOR);
});

describe('offer', () => {
  it('approves 0.6 MOR, registers provider and model and posts a bid', async () => {
    const offered = await offer(chain, wanted);
    expect(offered.done).toEqual(['mor_approved', 'provider_registered', 'model_registered', 'bid_posted']);
    expect(fake.balanceOf(address)).toBe((MOR * 4n) / 10n);
    expect(await chain.reads.morAllowance(address)).toBe(0n);
    const bid = await chain.reads.bid(offered.bidId);
    expect(bid).toMatchObject({ provider: address, modelId: offered.modelId, priceMor: 10n ** 14n });
    expect(await chain.reads.model(offered.modelId)).toMatchObject({ name: 'tiny-talk', tags: ['demo'] });
  });

  it('does nothing the second time', async () => {
    const first = await offer(chain, wanted);
    expect(await offer(chain, wanted)).toEqual({ ...first, done: [] });
  });

  it.each([
    ['a new endpoint', { endpoint: 'p.example:3333' }, ['provider_registered']],
    ['more stake', { stakeMor: MOR / 4n }, ['mor_approved', 'provider_registered']],
    ['other tags', { model: { name: 'tiny-talk', tags: [] } }, ['model_registered']],
    ['another price', { pricePerSecondMor: 5n }, ['bid_repriced']],
    ['another model', { model: { name: 'other' } }, ['mor_approved', 'model_registered', 'bid_posted']],
  ] as const)('does only what %s needs', async (_, change, done) => {
    await offer(chain, wanted);
    expect((await offer(chain, { ...wanted, ...change })).done).toEqual(done);
  });

  it('goes on after a failure where it stopped', async () => {
    fake.fail('registerModel', { code: 'OperationPaused', when: 'sending' });
    await expect(offer(chain, wanted)).rejects.toMatchObject({ code: 'CHAIN_OperationPaused' });
    expect((await offer(chain, wanted)).done).toEqual(['model_registered', 'bid_posted']);
  });
});
