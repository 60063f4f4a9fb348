/** What a campaign counts beside its moves; one that never happened fails it. */
export const COUNTED = [
  'guard bound',
  're-entries refused',
  'everybody left',
  'everybody left while paused',
  'paid after a donation',
  'guarded calls refused',
  'upgrades',
] as const;

/** The same where a walk goes through day books. */
export const COUNTED_IN_DAYS = [
  'incentives',
  'bonds went home',
  'stolen books fell',
  'stolen books paid',
  'the ring drew its share of requests',
  'the ring drew its allowance of sessions',
] as const;

export type Tally = Map<string, number>;

export function createTally(names: readonly string[]): Tally {
  return new Map(names.map((name) => [name, 0]));
}

export function count(tally: Tally, name: string, times = 1): void {
  tally.set(name, (tally.get(name) ?? 0) + times);
}

export const textOf = (tally: Tally): string => [...tally].map(([name, times]) => `${name} ${times}`).join(', ');

export const neverIn = (tally: Tally): string[] => [...tally].filter(([, times]) => times === 0).map(([name]) => name);
