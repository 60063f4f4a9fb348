import type { Passed } from './answer-observer.js';

/** Pieces longer than this carry several tokens each: then the pieces say nothing about their number. */
const BUNDLED_CHARACTERS = 12;
/** A text has fewer characters per token than this only if it is no text of any language. */
const FEWEST_CHARACTERS = 2;
/** A count this much above what was seen may still be honest: marks of a template, a piece that is no text. */
const TOLERATED_SHARE = 0.1;
const TOLERATED_TOKENS = 8;

/**
 * The most tokens that what passed can be. A piece of a stream is one token, unless pieces are long: then two characters
 * are; one character is in an answer that came in one piece.
 */
export function mostTokensOf({ deltas, characters }: Passed): number {
  if (deltas <= 1) return characters;
  return characters / deltas > BUNDLED_CHARACTERS ? Math.ceil(characters / FEWEST_CHARACTERS) : deltas;
}

/** True if so many tokens cannot have been what passed. */
export function isMiscounted(outputTokens: number, passed: Passed): boolean {
  return outputTokens > mostTokensOf(passed) * (1 + TOLERATED_SHARE) + TOLERATED_TOKENS;
}
