import { cyclesOf, filesIn, type SourceFile } from './files';

/** Libraries use lower ranks only; a new one gets its rank here. `math/` has rank 0. */
const RANKS: readonly (readonly string[])[] = [
  ['BoundedCalls', 'PackedLists', 'SessionFlags', 'Tags'],
  [
    'Access',
    'Delegation',
    'DiamondCuts',
    'DiamondLoupe',
    'Emission',
    'Guard',
    'Pause',
    'SessionRecords',
    'Stats',
    'Treasury',
  ],
  ['Models', 'Pool', 'Signatures'],
  ['Attestations', 'BookHashes', 'Credits', 'Keys', 'Routers', 'SessionMessages', 'Stakes'],
  ['DayBooks', 'Providers'],
  ['AccessDays', 'Bids', 'RequestCredits'],
  ['BidReads', 'BookFaults', 'SessionReads'],
  ['Challenges', 'Sessions'],
];

/** A storage file belongs to the library of its noun, and to those who share the noun with it. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  AccessDayStorage: ['AccessDays'],
  AccessStorage: ['Access'],
  AttestationStorage: ['Attestations'],
  BidStorage: ['Bids', 'BidReads'],
  CreditStorage: ['Credits'],
  DayBookStorage: ['DayBooks', 'RequestCredits'],
  DelegationStorage: ['Delegation'],
  DemandStorage: ['Challenges'],
  DiamondStorage: ['DiamondCuts', 'DiamondLoupe'],
  EmissionStorage: ['Emission'],
  GuardStorage: ['Guard'],
  KeyStorage: ['Keys'],
  ModelStorage: ['Models'],
  PauseStorage: ['Pause'],
  PoolStorage: ['Pool'],
  ProviderStorage: ['Providers'],
  RouterStorage: ['Routers'],
  SessionStorage: ['Sessions', 'SessionMessages', 'SessionReads', 'SessionRecords'],
  StakeStorage: ['Stakes'],
  StatisticsStorage: ['Stats'],
  TreasuryStorage: ['Treasury'],
};

const OPEN_ZEPPELIN = '@openzeppelin/contracts/';

/** What each layer may import; `test` may import everything, nothing imports `facets`, `init` or `test`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  types: ['types'],
  interfaces: ['interfaces', 'types'],
  storage: ['types'],
  math: ['math', 'types'],
  libraries: ['libraries', 'storage', 'math', 'interfaces', 'types'],
  facets: ['libraries', 'math', 'interfaces', 'types', 'facets'],
  init: ['libraries', 'storage', 'interfaces', 'types'],
  root: ['libraries', 'interfaces', 'types'],
};

const nameOf = (path: string): string => path.replace(/.*\/(\w+)\.sol$/, '$1');

function layerOf(path: string): string {
  if (path.startsWith('contracts/libraries/math/')) return 'math';
  return /^contracts\/(\w+)\//.exec(path)?.[1] ?? 'root';
}

const rankOf = (path: string): number => RANKS.findIndex((names) => names.includes(nameOf(path)));

/** Every broken rule of CONVENTIONS 1 in contracts/, in words. */
export function solidityProblems(): string[] {
  const files = filesIn('contracts', '.sol');
  const deployed = files.filter(({ path }) => layerOf(path) !== 'test');
  const cycles = cyclesOf(files).map((cycle) => `circle: ${cycle.join(' -> ')}`);
  return [...deployed.flatMap(problemsOf), ...unknownNames(files), ...cycles];
}

function problemsOf({ path, imports }: SourceFile): string[] {
  return imports.flatMap((target) => {
    if (target.startsWith(OPEN_ZEPPELIN)) return [];
    if (!target.startsWith('contracts/'))
      return [`${path} imports ${target}, which is neither ours nor OpenZeppelin's`];
    const [layer, targetLayer] = [layerOf(path), layerOf(target)];
    if (!MAY_IMPORT[layer]?.includes(targetLayer))
      return [`${path}: ${layer} must not import ${targetLayer}, ${target}`];
    if (layer === 'facets' && targetLayer === 'facets' && nameOf(target) !== 'FacetBase') {
      return [`${path} imports the facet ${target}; shared behaviour moves into a library`];
    }
    if (layer === 'libraries' && targetLayer === 'libraries' && rankOf(target) >= rankOf(path)) {
      return [`${path} has rank ${rankOf(path)} and imports ${target} of rank ${rankOf(target)}`];
    }
    if (targetLayer === 'storage' && !OWNERS[nameOf(target)]?.includes(nameOf(path))) {
      return [`${path} imports ${target}, which belongs to ${OWNERS[nameOf(target)]?.join(', ')}`];
    }
    return [];
  });
}

/** The lists above name what exists, and everything that exists. */
function unknownNames(files: readonly SourceFile[]): string[] {
  const compare = (what: string, listed: readonly string[], layer: string): string[] => {
    const existing = files.filter(({ path }) => layerOf(path) === layer).map(({ path }) => nameOf(path));
    return [
      ...existing.filter((name) => !listed.includes(name)).map((name) => `${name} has no ${what} in ${__filename}`),
      ...listed.filter((name) => !existing.includes(name)).map((name) => `${name} has a ${what} and does not exist`),
    ];
  };
  return [...compare('rank', RANKS.flat(), 'libraries'), ...compare('owner', Object.keys(OWNERS), 'storage')];
}
