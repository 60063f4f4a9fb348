import { ZeroAddress } from 'ethers';

export const CutAction = { Add: 0, Replace: 1, Remove: 2 } as const;

export interface FacetCut {
  readonly facetAddress: string;
  readonly action: (typeof CutAction)[keyof typeof CutAction];
  readonly functionSelectors: readonly string[];
}

export interface WantedFacet {
  readonly address: string;
  readonly selectors: readonly string[];
}

/**
 * What must change so that the diamond serves exactly `wanted`.
 * @param current Selector to facet address, from the loupe; empty before the construction.
 */
export function planCuts(current: ReadonlyMap<string, string>, wanted: readonly WantedFacet[]): FacetCut[] {
  const kept = new Set<string>();
  const cuts: FacetCut[] = [];
  for (const { address, selectors } of wanted) {
    const doubled = selectors.find((selector) => kept.has(selector));
    if (doubled !== undefined) throw new Error(`two facets serve ${doubled}`);
    selectors.forEach((selector) => kept.add(selector));

    const added = selectors.filter((selector) => !current.has(selector));
    const replaced = selectors.filter((selector) => {
      const present = current.get(selector);
      return present !== undefined && present.toLowerCase() !== address.toLowerCase();
    });
    if (replaced.length > 0) {
      cuts.push({ facetAddress: address, action: CutAction.Replace, functionSelectors: replaced });
    }
    if (added.length > 0) cuts.push({ facetAddress: address, action: CutAction.Add, functionSelectors: added });
  }
  const removed = [...current.keys()].filter((selector) => !kept.has(selector));
  if (removed.length > 0) {
    cuts.unshift({ facetAddress: ZeroAddress, action: CutAction.Remove, functionSelectors: removed });
  }
  return cuts;
}

/** Cuts in words, one line each. */
export function describeCuts(cuts: readonly FacetCut[], nameOf: (selector: string) => string): string[] {
  const verbs = ['add', 'replace', 'remove'];
  return cuts.flatMap((cut) =>
    cut.functionSelectors.map(
      (selector) => `${verbs[cut.action]} ${selector} ${nameOf(selector)} at ${cut.facetAddress}`,
    ),
  );
}
