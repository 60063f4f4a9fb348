import { parseAddress, type Address } from '@yellowstone/protocol';

/** A compute provider. */
export interface Provider {
  readonly provider: Address;
  /** `host:port` or a full https URL. */
  readonly endpoint: string;
  /** Stake in the diamond [MOR-wei]. */
  readonly stakeMor: bigint;
  /** First registration [s]. */
  readonly createdAt: bigint;
  /** Where earnings go. */
  readonly payout: Address;
  /** True while registered. */
  readonly isActive: boolean;
  /** True if the stake is large enough for a subnet. */
  readonly isSubnet: boolean;
}

/** What a provider has taken in with sessions and not been paid [MOR-wei]. */
export interface SessionCredits {
  /** Can be claimed, as far as the guard lets it out. */
  readonly vestedMor: bigint;
  /** Vests later; open sessions count in full. */
  readonly unvestedMor: bigint;
}

/** @param raw `ProviderView`, or its fields put together from single reads */
export function toProvider(
  raw: Omit<Provider, 'provider' | 'payout'> & { provider: string; payout: string },
): Provider {
  return Object.freeze({
    provider: parseAddress(raw.provider),
    endpoint: raw.endpoint,
    stakeMor: raw.stakeMor,
    createdAt: raw.createdAt,
    payout: parseAddress(raw.payout),
    isActive: raw.isActive,
    isSubnet: raw.isSubnet,
  });
}
