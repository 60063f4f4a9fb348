/** A facet and the artifact whose functions it serves. */
export interface FacetEntry {
  readonly facet: string;
  readonly serves: string;
}

/** Every facet with the interface whose functions it serves. The list exists once. */
export const FACETS = [
  { facet: 'DiamondFacet', serves: 'IDiamond' },
  { facet: 'AccessFacet', serves: 'IAccess' },
  { facet: 'DelegationFacet', serves: 'IDelegation' },
  { facet: 'ProviderFacet', serves: 'IProviderRegistry' },
  { facet: 'ModelFacet', serves: 'IModelRegistry' },
  { facet: 'MarketplaceFacet', serves: 'IMarketplace' },
  { facet: 'StakeFacet', serves: 'IStakes' },
  { facet: 'PoolFacet', serves: 'IPool' },
  { facet: 'SessionFacet', serves: 'ISessions' },
  { facet: 'SessionReadFacet', serves: 'ISessionReads' },
  { facet: 'ClaimFacet', serves: 'IClaims' },
  { facet: 'KeyFacet', serves: 'IKeys' },
  { facet: 'AttestationFacet', serves: 'IAttestations' },
  { facet: 'RouterFacet', serves: 'IRouters' },
  { facet: 'AccessDayFacet', serves: 'IAccessDays' },
  { facet: 'DayBookFacet', serves: 'IDayBooks' },
  { facet: 'ChallengeFacet', serves: 'IChallenges' },
] as const satisfies readonly FacetEntry[];
