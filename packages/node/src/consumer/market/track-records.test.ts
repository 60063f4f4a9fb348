import { beforeEach, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { otherProviderWallet, providerWallet } from '../../testing/keys.js';
import type { AnswerSummary } from '../answer-summary.js';
import { createBidChooser } from './bid-chooser.js';
import { createTrackRecords, type TrackRecords } from './track-records.js';

const chain = createFakeChain();
const [cheap, dear] = [
  chain.addBid({ wallet: providerWallet, endpoint: 'a.example:1', name: 'm', priceMor: 100n }),
  chain.addBid({ wallet: otherProviderWallet, endpoint: 'b.example:1', name: 'm', priceMor: 150n }),
];
const good: AnswerSummary = {
  end: 'whole',
  usage: { inputTokens: 7, outputTokens: 100 },
  passed: { deltas: 100, characters: 400 },
  ttftMs: undefined,
  durationMs: 1_000,
};
const policy = { maxPricePerSecondMor: 1_000n, maxStakeMor: 1n, preferredProviders: [], refusedProviders: [] };
const nothing = new Set<never>();
let now: number;
let tracks: TrackRecords;

beforeEach(() => {
  now = 0;
  tracks = createTrackRecords({ clock: { monotonic: () => now } });
});

async function taken(change: Partial<typeof policy> = {}): Promise<string | undefined> {
  const market = { bids: async () => [dear, cheap] };
  const chooser = createBidChooser({ market, isEndpointAllowed: () => true, ...tracks });
  const want = { modelId: cheap.modelId, name: 'm', policy: { ...policy, ...change }, tried: nothing, full: nothing };
  return (await chooser.candidates(want))[0]?.bidId;
}

it('takes the cheapest while nothing speaks against it', async () => {
  expect(await taken()).toBe(cheap.bidId);
  tracks.answered(cheap, good);
  expect(await taken()).toBe(cheap.bidId);
});

it.each([
  ['counts 20 % too many (53)', { usage: { inputTokens: 7, outputTokens: 120 } }],
  ['counts 100 times too many (52)', { usage: { inputTokens: 7, outputTokens: 10_000 } }],
  ['answers 200 with nothing (52)', { passed: { deltas: 0, characters: 0 } }],
  ['breaks off', { end: 'truncated' }],
] as const)('takes the next one when the provider %s', async (_, change) => {
  tracks.answered(cheap, { ...good, ...change });
  expect(await taken()).toBe(dear.bidId);
  for (let at = 0; at < 10; at += 1) tracks.answered(cheap, good);
  expect(await taken()).toBe(cheap.bidId);
});

it('lets a provider rest that does not serve, then lets one try tell whether it is back (56)', async () => {
  tracks.failed(cheap);
  expect(await taken()).toBe(dear.bidId);
  expect(tracks.healthOf(cheap.provider)).toMatchObject({ state: 'resting', leftMs: 60_000 });
  now += 60_000;
  // Its score is still lower than before.
  expect(tracks.healthOf(cheap.provider).state).toBe('due');
  expect(await taken()).toBe(dear.bidId);
  expect(await taken({ maxPricePerSecondMor: 100n })).toBe(cheap.bidId);
  tracks.begin(cheap);
  expect(tracks.healthOf(cheap.provider).state).toBe('probed');
  tracks.failed(cheap);
  expect(tracks.healthOf(cheap.provider)).toMatchObject({ state: 'resting', leftMs: 120_000 });
  now += 120_000;
  tracks.begin(cheap);
  tracks.answered(cheap, good);
  expect(tracks.healthOf(cheap.provider).state).toBe('ready');
});

it('does not take an empty answer for a sign of health', () => {
  tracks.failed(cheap);
  now += 60_000;
  tracks.begin(cheap);
  tracks.answered(cheap, { ...good, passed: { deltas: 0, characters: 0 } });
  expect(tracks.healthOf(cheap.provider).state).toBe('probed');
});

it('says what is in the way when there is nothing to take', async () => {
  await expect(taken({ maxPricePerSecondMor: 99n })).rejects.toMatchObject({
    code: 'price_limit_exceeded',
    details: { limitMor: 99n },
  });
  await expect(
    taken({ maxPricePerSecondMor: 100n, refusedProviders: [cheap.provider] as never }),
  ).rejects.toMatchObject({
    code: 'model_unavailable',
    details: {
      bids: [
        { bidId: expect.any(String) as string, refusal: { reason: expect.any(String) as string } },
        { refusal: expect.anything() as object },
      ],
    },
  });
});
