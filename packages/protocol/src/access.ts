import { max, min, mulDivDown, mulDivUp, saturatingSub } from './math.js';
import { BPS, WAD } from './units.js';

/** Tokens that a quoted price is for. */
export const QUOTED_TOKENS = 1_000n;
/** Books below this part of the budget set no price: 1 %, as a divisor (DESIGN 7). */
const LEAST_MARKET_DIVISOR = 100n;
/** What a reference price drifts to its start value on a day without a market [1/10,000], 5 % (DESIGN 7). */
const DRIFT_BPS = 500n;

/** A share of a day's budget by stake. All amounts [MOR-wei]. */
export interface BudgetShare {
  readonly budgetMor: bigint;
  /** Access stake that counts on the day: a user's, or of all users together. */
  readonly countedMor: bigint;
  /** Part of the budget that the router may credit [1/10,000]. */
  readonly shareBps: bigint;
  readonly supplyMor: bigint;
}

/** Prices set by the owner, both in USD scaled by 1e18. */
export interface Quote {
  /** Price of one MOR [1e-18 USD]. */
  readonly morPriceWad: bigint;
  /** Price of 1,000 tokens [1e-18 USD]. */
  readonly pricePer1000Wad: bigint;
}

/** What the final books of day D-3 say to the reference price of day D, all routers together. */
export interface MarketDay {
  /** Reference price of the last opened day [MOR-wei per token]. */
  readonly lastPriceMor: bigint;
  /** What the price drifts to without a market [MOR-wei per token]. */
  readonly startPriceMor: bigint;
  /** Sum of the final books [MOR-wei]. */
  readonly totalMor: bigint;
  /** Sum of the final books [tokens]. */
  readonly totalTokens: bigint;
  /** Budget of the day of the books [MOR-wei]. */
  readonly budgetMor: bigint;
}

/**
 * MaxT [tokens] = budget / reference price, rounded down: what the network can buy on a day (DESIGN 7).
 * @param referencePriceMor [MOR-wei per token]
 * @throws DIVISION_BY_ZERO for a price of 0, which no source gives.
 */
export function maxTokensOf(budgetMor: bigint, referencePriceMor: bigint): bigint {
  return mulDivDown(budgetMor, 1n, referencePriceMor);
}

/** AccessRate [tokens per MOR and day] = MaxT * 1e18 / supply, rounded down; 0 on a day that was not opened (DESIGN 7). */
export function accessRate(maxTokens: bigint, supplyMor: bigint): bigint {
  return supplyMor === 0n ? 0n : mulDivDown(maxTokens, WAD, supplyMor);
}

/**
 * UserMax [tokens] = MaxT * counted access stake / supply, divided once, rounded down; 0 on a day that was not opened
 * (DESIGN 7).
 */
export function userMax(share: {
  readonly maxTokens: bigint;
  /** [MOR-wei] */
  readonly countedMor: bigint;
  /** [MOR-wei] */
  readonly supplyMor: bigint;
}): bigint {
  const { maxTokens, countedMor, supplyMor } = share;
  return supplyMor === 0n ? 0n : mulDivDown(maxTokens, countedMor, supplyMor);
}

/**
 * The most a router may credit for a user on a day [MOR-wei] = budget * counted * share / (supply * 10,000), divided
 * once, rounded down; 0 on a day that was not opened (DESIGN 7).
 */
export function userMaxMor({ budgetMor, countedMor, shareBps, supplyMor }: BudgetShare): bigint {
  return supplyMor === 0n ? 0n : mulDivDown(budgetMor * shareBps, countedMor, supplyMor * BPS);
}

/**
 * The most a router may credit on a day [MOR-wei]: `userMaxMor` with all counted access stake, rounded down, so never
 * below the sum of its users' (DESIGN 7).
 */
export function requestCap(share: BudgetShare): bigint {
  return userMaxMor(share);
}

/** Average price of the books [MOR-wei per token], rounded up. @throws DIVISION_BY_ZERO without tokens. */
export function marketPriceMor(totalMor: bigint, totalTokens: bigint): bigint {
  return mulDivUp(totalMor, 1n, totalTokens);
}

/** Whether books set a price: a budget, tokens, and at least 1 % of the budget credited (DESIGN 7). Exact. */
export function isMarket({
  totalMor,
  totalTokens,
  budgetMor,
}: Pick<MarketDay, 'totalMor' | 'totalTokens' | 'budgetMor'>): boolean {
  return budgetMor > 0n && totalTokens > 0n && totalMor * LEAST_MARKET_DIVISOR >= budgetMor;
}

/** The last price moved 5 % of the way to the start value [MOR-wei per token]; the result is rounded up (DESIGN 7). */
export function driftedPriceMor(lastPriceMor: bigint, startPriceMor: bigint): bigint {
  const rise = mulDivUp(saturatingSub(startPriceMor, lastPriceMor), DRIFT_BPS, BPS);
  const fall = mulDivDown(saturatingSub(lastPriceMor, startPriceMor), DRIFT_BPS, BPS);
  return lastPriceMor + rise - fall;
}

/** Reference price of the market source [MOR-wei per token]: the books' average, or the drifted last one (DESIGN 7). */
export function marketReferenceMor(market: MarketDay): bigint {
  const { lastPriceMor, startPriceMor, totalMor, totalTokens } = market;
  return isMarket(market) ? marketPriceMor(totalMor, totalTokens) : driftedPriceMor(lastPriceMor, startPriceMor);
}

/**
 * Reference price of the quoted source [MOR-wei per token] = price of 1,000 tokens * 1e18 / (price of MOR * 1,000),
 * rounded up, at least 1 (DESIGN 7).
 * @throws DIVISION_BY_ZERO for a MOR price of 0.
 */
export function quotedReferenceMor({ morPriceWad, pricePer1000Wad }: Quote): bigint {
  return max(1n, mulDivUp(pricePer1000Wad, WAD, morPriceWad * QUOTED_TOKENS));
}

/**
 * MaxT of the quoted source [tokens] = (budget * MOR price / price of 1,000 tokens) * 1,000 as the founding paper writes
 * it, divided once, rounded down (DESIGN 7).
 * @throws DIVISION_BY_ZERO for a token price of 0.
 */
export function quotedMaxTokens(budgetMor: bigint, { morPriceWad, pricePer1000Wad }: Quote): bigint {
  return mulDivDown(budgetMor * morPriceWad, QUOTED_TOKENS, pricePer1000Wad * WAD);
}

/**
 * What a router credits for an answer [tokens] = min(provider's count, user's count, the ticket's tokenMax) (DESIGN 8,
 * step 10). Exact.
 */
export function creditedTokens(counts: {
  readonly receiptTokens: bigint;
  readonly reportTokens: bigint;
  readonly tokenMax: bigint;
}): bigint {
  return min(min(counts.receiptTokens, counts.reportTokens), counts.tokenMax);
}
