import { parseBidId } from '@yellowstone/protocol';
import { expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createMarket } from '../consumer/market/market.js';
import { judgeBids } from '../consumer/market/choose-bid.js';
import { toJudgedBidsBody } from '../consumer/market/bid-body.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, userWallet } from '../testing/keys.js';
import { columnsFor } from './bids.js';
import { NOTHING_KNOWN } from './nothing-known.js';
import { listOf } from './models.js';
import { readPages } from '../money/read-pages.js';
import { tableText } from './table.js';

it('lists models that somebody offers first, with the range of their prices', async () => {
  const chain = createFakeChain();
  const idle = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'a-idle' });
  chain.changeBid(idle.bidId, { isActive: false });
  chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm', priceMor: 7n });
  chain.addBid({ wallet: otherProviderWallet, endpoint: 'b.example:1', name: 'm', priceMor: 3n });
  const { reads } = chain.as(userWallet);
  const offered = await createMarket({ reads, clock: systemClock }).models();
  const listed = listOf(await readPages(reads.models), offered);
  expect(listed.map(({ name, bids, lowestMor, highestMor }) => [name, bids, lowestMor, highestMor])).toEqual([
    ['m', 2, 3n, 7n],
    ['a-idle', 0, undefined, undefined],
  ]);
});

it('marks own bids and says nothing of sessions that were not', () => {
  const chain = createFakeChain();
  const fresh = chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm', priceMor: 10n ** 13n });
  const statistics = { ...fresh.statistics, sessions: 9n, receipts: 8n, earnedMor: 1_000n, failedMor: 1n };
  const bidId = parseBidId(`0x${'ff'.repeat(32)}`);
  const used = { ...fresh, bidId, statistics: { ...statistics, tokensPerSecondMilli: 42_549n, ttftMs: 180n } };
  const policy = { maxPricePerSecondMor: 10n ** 18n, preferredProviders: [], refusedProviders: [] };
  const judged = judgeBids([fresh, used], { ...NOTHING_KNOWN, policy, isEndpointAllowed: () => true });
  const { bids } = toJudgedBidsBody({ id: 'm', modelId: fresh.modelId }, judged);
  const lines = tableText(columnsFor(addressOf(providerWallet)), bids).split('\n');
  expect(lines[1]).toMatch(/^ +0\.00001 +0\.036 +- +0x\w{4}…\w{4} \(you\) +a\.example:1 +0 +- +- +- += +taken +0x/);
  // 1e-5 MOR per second at 42.549 tokens per second; ~ is the chain's word.
  expect(lines[2]).toMatch(/ 0\.235024 +0x.* 9 +1 % +~42\.5 +~180 ms +\+1 % +- +0x/);
});
