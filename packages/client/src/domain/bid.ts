import type { BidViewStructOutput } from '@yellowstone/contracts';
import { parseAddress, parseBidId, parseModelId, type Address, type BidId, type ModelId } from '@yellowstone/protocol';
import { UNITS, wordOf, type Unit } from './codes.js';
import { toStatistics, type Statistics } from './statistics.js';

/** An offer of a provider. The price never changes under an id. */
export interface Bid {
  readonly bidId: BidId;
  readonly modelId: ModelId;
  readonly provider: Address;
  /** What the price is for. */
  readonly unit: Unit;
  /** Price per unit [MOR-wei]. */
  readonly priceMor: bigint;
  /** [s] */
  readonly createdAt: bigint;
  /** [s]; undefined = not deleted. */
  readonly deletedAt: bigint | undefined;
  /** True while sessions or tickets can use it. */
  readonly isActive: boolean;
  /** Where the provider listens: `host:port` or a full https URL. */
  readonly endpoint: string;
  /** The provider's stake [MOR-wei]. */
  readonly providerStakeMor: bigint;
  /** How sessions of this provider with this model went. */
  readonly statistics: Statistics;
}

export function toBid(raw: BidViewStructOutput): Bid {
  return Object.freeze({
    bidId: parseBidId(raw.bidId),
    modelId: parseModelId(raw.modelId),
    provider: parseAddress(raw.provider),
    unit: wordOf(UNITS, raw.unit),
    priceMor: raw.priceMor,
    createdAt: raw.createdAt,
    deletedAt: raw.deletedAt === 0n ? undefined : raw.deletedAt,
    isActive: raw.isActive,
    endpoint: raw.endpoint,
    providerStakeMor: raw.providerStakeMor,
    statistics: toStatistics(raw.statistics),
  });
}
