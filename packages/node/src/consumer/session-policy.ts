import type { Address } from '@yellowstone/protocol';

/** What sessions may be opened and used. */
export interface SessionPolicy {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor: bigint;
  /** The most session stake there may ever be [MOR-wei]. */
  readonly maxStakeMor: bigint;
  /** They come first. */
  readonly preferredProviders: readonly Address[];
  /** They are never asked. */
  readonly refusedProviders: readonly Address[];
}

/** What an API key narrows; what it leaves out is as the node is set. */
export type PolicyOverrides = { readonly [Name in keyof SessionPolicy]?: SessionPolicy[Name] | undefined };

/** Both policies at once: the lower limit, every refusal; whom the key prefers comes before whom the node prefers. */
export function stricterOf(node: SessionPolicy, key: PolicyOverrides = {}): SessionPolicy {
  const { maxPricePerSecondMor, maxStakeMor, preferredProviders, refusedProviders } = node;
  return {
    maxPricePerSecondMor: lowerOf(maxPricePerSecondMor, key.maxPricePerSecondMor),
    maxStakeMor: lowerOf(maxStakeMor, key.maxStakeMor),
    preferredProviders: [...new Set([...(key.preferredProviders ?? []), ...preferredProviders])],
    refusedProviders: [...new Set([...refusedProviders, ...(key.refusedProviders ?? [])])],
  };
}

/** True if a session on a bid may be used under a policy, whoever opened it. */
export function allows(
  { maxPricePerSecondMor, refusedProviders }: SessionPolicy,
  { priceMor, provider }: { readonly priceMor: bigint; readonly provider: Address },
): boolean {
  return priceMor <= maxPricePerSecondMor && !refusedProviders.includes(provider);
}

function lowerOf(limit: bigint, other: bigint | undefined): bigint {
  return other !== undefined && other < limit ? other : limit;
}
