import type { Bid } from '@yellowstone/client';
import type { Address, BidId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { providerWallet } from '../../testing/keys.js';
import { type BidQuestion, judgeBids, pickBids } from './choose-bid.js';
import type { Measurement } from './measurements.js';
import type { ProviderHealth } from './provider-rests.js';

const template = createFakeChain().addBid({ wallet: providerWallet, endpoint: 'p.example:1', name: 'm' });
const of = (name: string): Address => `provider of ${name}` as unknown as Address;

function bid(name: string, change: Partial<Bid> = {}): Bid {
  return { ...template, bidId: name as BidId, provider: of(name), priceMor: 100n, ...change };
}

const measured = (change: Partial<Measurement>): Measurement => ({
  requests: 1,
  failures: 0,
  empties: 0,
  miscounts: 0,
  faultBps: 0,
  tokensPerSecondMilli: undefined,
  ttftMs: undefined,
  ...change,
});

type Asked = Partial<Omit<BidQuestion, 'healthOf' | 'measuredOf' | 'policy'>> & {
  readonly policy?: Partial<BidQuestion['policy']>;
  readonly health?: Readonly<Record<string, ProviderHealth['state']>>;
  readonly measurements?: Readonly<Record<string, Partial<Measurement>>>;
};

function questionOf({ policy, health = {}, measurements = {}, ...rest }: Asked = {}): BidQuestion {
  return {
    policy: { maxPricePerSecondMor: 1_000n, preferredProviders: [], refusedProviders: [], ...policy },
    tried: new Set(),
    full: new Set(),
    isEndpointAllowed: (endpoint) => endpoint !== 'inside:1',
    healthOf(provider) {
      const state = health[provider.replace('provider of ', '')] ?? 'ready';
      return state === 'resting' ? { state, leftMs: 1, failures: 1 } : { state };
    },
    measuredOf({ bidId }) {
      const found = measurements[bidId];
      return found && measured(found);
    },
    ...rest,
  };
}

const order = (bids: readonly Bid[], asked?: Asked): string[] =>
  pickBids(judgeBids(bids, questionOf(asked))).map(({ bidId }) => bidId);
const scores = (bids: readonly Bid[], asked?: Asked) =>
  Object.fromEntries(judgeBids(bids, questionOf(asked)).map(({ bid: { bidId }, score }) => [bidId, score]));

describe('filter', () => {
  it.each([
    ['not active', { isActive: false }, {}, { reason: 'not_active' }],
    ['per token', { unit: 'token' }, {}, { reason: 'not_per_second', unit: 'token' }],
    ['too dear', { priceMor: 1_001n }, {}, { reason: 'price_above_limit', priceMor: 1_001n, limitMor: 1_000n }],
    ['at a closed endpoint', { endpoint: 'inside:1' }, {}, { reason: 'endpoint_refused', endpoint: 'inside:1' }],
    [
      'of a refused provider',
      {},
      { policy: { refusedProviders: [of('a')], preferredProviders: [of('a')] } },
      { reason: 'provider_refused', provider: of('a') },
    ],
    [
      'of a provider with all slots in use',
      {},
      { full: new Set([of('a')]) },
      { reason: 'slots_in_use', provider: of('a') },
    ],
    ['that was tried', {}, { tried: new Set(['a' as BidId]) }, { reason: 'tried_already' }],
  ] as const)('passes over a bid %s and says so', (_, change, asked, refusal) => {
    const judged = judgeBids([bid('a', change), bid('b', { priceMor: 900n })], questionOf(asked));
    expect(judged.map(({ bid: { bidId } }) => bidId)).toEqual(['b', 'a']);
    expect(judged[1]?.refusal).toEqual(refusal);
    expect(order([bid('a', change)], asked)).toEqual([]);
  });

  it('takes a price at the limit', () => {
    expect(order([bid('a', { priceMor: 1_000n })])).toEqual(['a']);
  });
});

describe('score', () => {
  const statistics = { ...template.statistics, earnedMor: 10n, failedMor: 5n };

  it('is the price when nothing is known', () => {
    expect(scores([bid('a')])['a']).toEqual({
      scoreMor: 100n,
      failedOnChainBps: 0n,
      faultsHereBps: 0n,
      slownessBps: 0n,
    });
  });

  it('weighs failures on chain three times: half failed is 2.5 times the price', () => {
    expect(order([bid('failing', { statistics }), bid('good', { priceMor: 249n })])).toEqual(['good', 'failing']);
    expect(scores([bid('failing', { statistics })])['failing']).toMatchObject({
      scoreMor: 250n,
      failedOnChainBps: 15_000n,
    });
  });

  it('weighs what went wrong here three times', () => {
    const measurements = { a: { faultBps: 2_000 } };
    expect(scores([bid('a')], { measurements })['a']).toMatchObject({ scoreMor: 160n, faultsHereBps: 6_000n });
    expect(order([bid('a'), bid('b', { priceMor: 159n })], { measurements })).toEqual(['b', 'a']);
  });

  it('puts slowness on the price, at most once the price, measured here against the fastest that can be had', () => {
    const measurements = { fast: { tokensPerSecondMilli: 80_000 }, slow: { tokensPerSecondMilli: 20_000 } };
    const bids = [bid('fast'), bid('slow'), bid('unknown')];
    const judged = scores(bids, { measurements });
    expect([judged['fast']?.scoreMor, judged['slow']?.scoreMor, judged['unknown']?.scoreMor]).toEqual([
      100n,
      175n,
      100n,
    ]);
    const dear = [bid('fast', { priceMor: 5_000n }), bid('slow')];
    expect(scores(dear, { measurements })['slow']?.slownessBps).toBe(0n);
  });

  it('does not believe speeds on chain', () => {
    const fast = { ...template.statistics, receipts: 9n, tokensPerSecondMilli: 10n ** 9n };
    const bids = [bid('boaster', { statistics: fast }), bid('measured')];
    expect(scores(bids, { measurements: { measured: { tokensPerSecondMilli: 1 } } })['measured']?.scoreMor).toBe(100n);
  });

  it('adds its parts up', () => {
    const measurements = { a: { faultBps: 1_000, tokensPerSecondMilli: 50 }, b: { tokensPerSecondMilli: 100 } };
    const judged = scores([bid('a', { statistics }), bid('b')], { measurements })['a'];
    expect(judged).toEqual({ scoreMor: 330n, failedOnChainBps: 15_000n, faultsHereBps: 3_000n, slownessBps: 5_000n });
  });
});

describe('pick', () => {
  it('takes the lowest score first and breaks ties by id, whatever the order it gets', () => {
    const bids = [bid('c'), bid('b', { priceMor: 99n }), bid('a')];
    expect(order(bids)).toEqual(['b', 'a', 'c']);
    expect(order([...bids].reverse())).toEqual(['b', 'a', 'c']);
  });

  it('takes preferred providers before cheaper ones', () => {
    const policy = { preferredProviders: [of('dear')] };
    expect(order([bid('a'), bid('dear', { priceMor: 900n })], { policy })).toEqual(['dear', 'a']);
  });

  it.each(['resting', 'probed'] as const)('takes providers that are %s last, preferred or not', (state) => {
    const policy = { preferredProviders: [of('a')] };
    expect(order([bid('a'), bid('b', { priceMor: 900n })], { policy, health: { a: state } })).toEqual(['b', 'a']);
  });

  it('lets one that is due be tried as if nothing had been (56)', () => {
    expect(order([bid('a'), bid('b', { priceMor: 900n })], { health: { a: 'due' } })).toEqual(['a', 'b']);
  });

  it('does not look at bids longer than a request can wait', () => {
    const many = Array.from({ length: 2_000 }, (_, at) => bid(`${at}`, { priceMor: BigInt((at * 7_919) % 1_000) }));
    const startedAt = performance.now();
    expect(order(many)).toHaveLength(2_000);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
