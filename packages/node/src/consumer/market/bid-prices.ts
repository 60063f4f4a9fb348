import type { Bid } from '@yellowstone/client';
import type { Measurement } from './measurements.js';

/** How fast a bid's provider is, and who says so. */
export interface BidSpeed {
  /** [tokens per 1,000 s] */
  readonly tokensPerSecondMilli: number;
  /** `own`: this node measured it. `chain`: averages of receipts that providers signed and users handed in. */
  readonly source: 'own' | 'chain';
}

const HOUR_SECONDS = 3_600n;
const MILLION = 1_000_000n;
const MILLI = 1_000n;

/** Own measurements first, then the statistics on chain; undefined when nobody measured. */
export function speedOf({ statistics }: Bid, measured: Measurement | undefined): BidSpeed | undefined {
  const own = measured?.tokensPerSecondMilli;
  if (own !== undefined && own > 0) return { tokensPerSecondMilli: own, source: 'own' };
  const { receipts, tokensPerSecondMilli } = statistics;
  if (receipts === 0n || tokensPerSecondMilli === 0n) return undefined;
  return { tokensPerSecondMilli: Number(tokensPerSecondMilli), source: 'chain' };
}

/** [MOR-wei] */
export function pricePerHour({ priceMor }: Pick<Bid, 'priceMor'>): bigint {
  return priceMor * HOUR_SECONDS;
}

/** What a million tokens cost in a session that is busy all the time [MOR-wei]; rounded up. */
export function pricePerMillionTokens({ priceMor }: Pick<Bid, 'priceMor'>, { tokensPerSecondMilli }: BidSpeed): bigint {
  const speed = BigInt(tokensPerSecondMilli);
  return (priceMor * MILLION * MILLI + speed - 1n) / speed;
}
