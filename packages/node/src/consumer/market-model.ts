import type { Bid, Model } from '@yellowstone/client';

/** A model that can be bought, as clients see it. */
export interface MarketModel {
  /** What clients write as `model`: the name when only one model has it, else the name and the start of the id. */
  readonly id: string;
  readonly model: Model;
  /** Active per-second bids, the cheapest first. */
  readonly bids: readonly Bid[];
}
