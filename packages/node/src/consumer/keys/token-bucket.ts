/** How much may pass: filled at a steady rate up to a minute's worth, emptied by use. */
export interface TokenBucket {
  /** What is left; below 0 after more was used than there was. */
  readonly level: number;
  /** When that was so [ms]. */
  readonly at: number;
}

const MINUTE_MS = 60_000;

export function fullBucket(perMinute: number, now: number): TokenBucket {
  return { level: perMinute, at: now };
}

/** The bucket now. */
export function refilled({ level, at }: TokenBucket, perMinute: number, now: number): TokenBucket {
  const gained = (perMinute * Math.max(0, now - at)) / MINUTE_MS;
  return { level: Math.min(perMinute, level + gained), at: now };
}

/** The bucket after something was used. */
export function taken({ level, at }: TokenBucket, amount: number): TokenBucket {
  return { level: level - amount, at };
}

/** How long until so much is there [ms]; 0 = it is. */
export function waitFor({ level }: TokenBucket, amount: number, perMinute: number): number {
  if (level >= amount) return 0;
  return perMinute === 0 ? Number.POSITIVE_INFINITY : ((amount - level) * MINUTE_MS) / perMinute;
}
