import { inspect, isDeepStrictEqual } from 'node:util';

// Chai takes longer for a thousand comparisons than the chain for the call that they check.

/** Throws unless it is true. */
export function must(isTrue: boolean, what = ''): void {
  if (!isTrue) throw new Error(what);
}

/** Throws unless both are the same, part by part. */
export function same(actual: unknown, wanted: unknown, what = ''): void {
  if (actual === wanted || isDeepStrictEqual(actual, wanted)) return;
  throw new Error(`${what}: ${inspect(actual)} instead of ${inspect(wanted)}`);
}
