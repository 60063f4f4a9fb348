import { MOR } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { providerWallet } from '../../testing/keys.js';
import { pricePerHour, pricePerMillionTokens, speedOf } from './bid-prices.js';

const bid = createFakeChain().addBid({ wallet: providerWallet, endpoint: 'p.example:1', name: 'm' });
const onChain = { ...bid, statistics: { ...bid.statistics, receipts: 3n, tokensPerSecondMilli: 40_000n } };
const measured = (tokensPerSecondMilli: number | undefined) => ({
  requests: 1,
  failures: 0,
  empties: 0,
  miscounts: 0,
  faultBps: 0,
  tokensPerSecondMilli,
  ttftMs: 1,
});

describe('speedOf', () => {
  it.each([
    ['what this node measured', onChain, measured(50_000), { tokensPerSecondMilli: 50_000, source: 'own' }],
    ['what the chain says', onChain, undefined, { tokensPerSecondMilli: 40_000, source: 'chain' }],
    ['what the chain says', onChain, measured(undefined), { tokensPerSecondMilli: 40_000, source: 'chain' }],
    ['nothing', bid, measured(undefined), undefined],
    ['nothing', { ...onChain, statistics: { ...onChain.statistics, receipts: 0n } }, undefined, undefined],
  ] as const)('is %s', (_, ofBid, own, speed) => {
    expect(speedOf(ofBid, own)).toEqual(speed);
  });
});

describe('prices', () => {
  it('are per hour and per million tokens, rounded up', () => {
    const priced = { priceMor: MOR / 1_000n };
    expect(pricePerHour(priced)).toBe((36n * MOR) / 10n);
    // 50 tokens a second: 20,000 s at 0.001 MOR.
    expect(pricePerMillionTokens(priced, { tokensPerSecondMilli: 50_000, source: 'own' })).toBe(20n * MOR);
    expect(pricePerMillionTokens({ priceMor: 1n }, { tokensPerSecondMilli: 3_000, source: 'own' })).toBe(333_334n);
  });
});
