/** A command has asked no provider yet, and tried no bid. */
export const NOTHING_KNOWN = {
  tried: new Set<never>(),
  full: new Set<never>(),
  healthOf: () => ({ state: 'ready' }) as const,
  measuredOf: () => undefined,
};
