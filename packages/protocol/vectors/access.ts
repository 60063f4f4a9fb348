import {
  accessRate,
  driftedPriceMor,
  isMarket,
  marketPriceMor,
  marketReferenceMor,
  maxTokensOf,
  quotedMaxTokens,
  quotedReferenceMor,
  userMax,
  userMaxMor,
} from '../src/access.js';
import { BPS, MOR, UINT128_MAX } from '../src/units.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const SUPPLY = 10_000_000n * MOR;
const BUDGET = 3_000n * MOR;
/** The supply cannot reach 2^112; with it no product leaves 256 bits. */
const UINT112_MAX = 2n ** 112n - 1n;

const purchases: readonly (readonly [budgetMor: bigint, referencePriceMor: bigint])[] = [
  [BUDGET, 10n ** 11n],
  [BUDGET, 10n ** 11n + 1n],
  [0n, 1n],
  [1n, 2n],
  [1n, 0n],
  [UINT128_MAX, 1n],
  [UINT128_MAX, UINT128_MAX],
];
const rates: readonly (readonly [maxTokens: bigint, supplyMor: bigint])[] = [
  [30_000_000_000n, SUPPLY],
  [29_999_999_999n, SUPPLY],
  [0n, SUPPLY],
  [1n, 0n],
  [1n, 10n ** 18n + 1n],
  [UINT128_MAX, 1n],
  [UINT128_MAX, UINT128_MAX],
];
const stakes: readonly (readonly [maxTokens: bigint, countedMor: bigint, supplyMor: bigint])[] = [
  [30_000_000_000n, 5n * MOR, SUPPLY],
  [30_000_000_000n, 500n * MOR, SUPPLY],
  [30_000_000_000n, 5n * MOR - 1n, SUPPLY],
  [30_000_000_000n, 1n, SUPPLY],
  [30_000_000_000n, 0n, SUPPLY],
  [30_000_000_000n, SUPPLY, SUPPLY],
  [5n, 1n, 0n],
  [UINT128_MAX, UINT128_MAX, UINT128_MAX],
  [UINT128_MAX, UINT128_MAX - 1n, UINT128_MAX],
];
const shares: readonly (readonly [budgetMor: bigint, countedMor: bigint, shareBps: bigint, supplyMor: bigint])[] = [
  [BUDGET, 5n * MOR, BPS, SUPPLY],
  [BUDGET, 500n * MOR, BPS, SUPPLY],
  [BUDGET, 5n * MOR, 2_500n, SUPPLY],
  [BUDGET, 5n * MOR, 3_333n, SUPPLY],
  [BUDGET, 5n * MOR, 1n, SUPPLY],
  [BUDGET, 5n * MOR, 0n, SUPPLY],
  [BUDGET, SUPPLY, BPS, SUPPLY],
  [BUDGET + 1n, 333n, 7_777n, SUPPLY + 9n],
  [3n, 2n, 3_333n, 2n],
  [3n, 2n, 3_334n, 2n],
  [0n, 5n, BPS, SUPPLY],
  [5n, 1n, BPS, 0n],
  [UINT112_MAX, UINT112_MAX, BPS, UINT112_MAX],
  [UINT112_MAX, UINT112_MAX - 1n, 9_999n, UINT112_MAX],
];
const markets: readonly (readonly [last: bigint, start: bigint, total: bigint, tokens: bigint, budget: bigint])[] = [
  [10n ** 11n, 10n ** 11n, 30n * MOR, 300_000_000n, BUDGET],
  [10n ** 11n, 10n ** 11n, 30n * MOR + 1n, 300_000_000n, BUDGET],
  [10n ** 11n, 2n * 10n ** 11n, 30n * MOR - 1n, 300_000_000n, BUDGET],
  [2n * 10n ** 11n, 10n ** 11n, 30n * MOR - 1n, 300_000_000n, BUDGET],
  [10n ** 11n, 2n * 10n ** 11n, 30n * MOR, 0n, BUDGET],
  [10n ** 11n, 2n * 10n ** 11n, 0n, 0n, 0n],
  [10n ** 11n, 2n * 10n ** 11n, 1n, 1n, 0n],
  [7n, 5n, 1n, 1n, 100n],
  [7n, 5n, 1n, 1n, 101n],
  [7n, 5n, 1n, UINT128_MAX >> 64n, 100n],
  [1n, UINT112_MAX, 0n, 1n, 1n],
  [UINT112_MAX, 1n, 0n, 1n, 1n],
];
const drifts: readonly (readonly [lastPriceMor: bigint, startPriceMor: bigint])[] = [
  [1_000n, 2_000n],
  [1_000n, 1_001n],
  [1_000n, 1_000n],
  [1_019n, 1_000n],
  [1_020n, 1_000n],
  [2_000n, 1_000n],
  [0n, 1n],
  [UINT112_MAX, 1n],
  [1n, UINT112_MAX],
];
const quotes: readonly (readonly [budgetMor: bigint, morPriceWad: bigint, pricePer1000Wad: bigint])[] = [
  [BUDGET, 20n * 10n ** 18n, 2n * 10n ** 15n],
  [BUDGET + 1n, 20n * 10n ** 18n + 1n, 2n * 10n ** 15n - 1n],
  [BUDGET, 3n * 10n ** 18n, 10_000n],
  [BUDGET, 10n ** 24n, 1n],
  [BUDGET, 1n, 10n ** 24n],
  [0n, 20n * 10n ** 18n, 2n * 10n ** 15n],
  [1n, 1n, 1n],
];

export function accessVectors(): VectorCase[] {
  return [
    ...purchases.map(([budgetMor, referencePriceMor]) =>
      vectorCase('maxTokensOf', { budgetMor, referencePriceMor }, () => maxTokensOf(budgetMor, referencePriceMor)),
    ),
    ...rates.map(([maxTokens, supplyMor]) =>
      vectorCase('accessRate', { maxTokens, supplyMor }, () => accessRate(maxTokens, supplyMor)),
    ),
    ...stakes.map(([maxTokens, countedMor, supplyMor]) => {
      const inputs = { maxTokens, countedMor, supplyMor };
      return vectorCase('userMax', inputs, () => userMax(inputs));
    }),
    ...shares.map(([budgetMor, countedMor, shareBps, supplyMor]) => {
      const inputs = { budgetMor, countedMor, shareBps, supplyMor };
      return vectorCase('userMaxMor', inputs, () => userMaxMor(inputs));
    }),
    ...markets.map(([lastPriceMor, startPriceMor, totalMor, totalTokens, budgetMor]) => {
      const inputs = { lastPriceMor, startPriceMor, totalMor, totalTokens, budgetMor };
      return vectorCase('marketReferenceMor', inputs, () => ({
        isMarket: isMarket(inputs),
        referencePriceMor: marketReferenceMor(inputs),
      }));
    }),
    ...markets
      .filter(([, , , totalTokens]) => totalTokens > 0n)
      .map(([, , totalMor, totalTokens]) =>
        vectorCase('marketPriceMor', { totalMor, totalTokens }, () => marketPriceMor(totalMor, totalTokens)),
      ),
    ...drifts.map(([lastPriceMor, startPriceMor]) =>
      vectorCase('driftedPriceMor', { lastPriceMor, startPriceMor }, () =>
        driftedPriceMor(lastPriceMor, startPriceMor),
      ),
    ),
    ...quotes.map(([budgetMor, morPriceWad, pricePer1000Wad]) => {
      const quote = { morPriceWad, pricePer1000Wad };
      return vectorCase('quote', { budgetMor, ...quote }, () => ({
        referencePriceMor: quotedReferenceMor(quote),
        maxTokens: quotedMaxTokens(budgetMor, quote),
      }));
    }),
  ];
}
