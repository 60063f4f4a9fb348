import type { AnswerReceipt } from '../carriage/answer-receipt.js';
import type { Passed, Usage } from '../carriage/answer-observer.js';
import type { AnswerEnd } from '../carriage/relay-answer.js';

/** How one answer went; counts and times, no text. */
export interface AnswerSummary {
  readonly end: AnswerEnd;
  /** As the provider counted. */
  readonly usage: Usage;
  /** What was seen of it on its way. */
  readonly passed: Passed;
  /** From sending the request to the first piece of the answer [ms]; undefined for answers in one piece. */
  readonly ttftMs: number | undefined;
  /** From sending the request to the end [ms]. */
  readonly durationMs: number;
  /** What the provider signed; undefined if the answer broke off or its reader left. */
  readonly receipt?: AnswerReceipt | undefined;
}

/** What is wrong with an answer that came: nothing in it, or more tokens than it can have. */
export type AnswerFault = 'empty' | 'miscounted';

/** A count this much above what was seen may still be honest: marks of a template, a piece that is no text. */
const TOLERATED_SHARE = 0.1;
const TOLERATED_TOKENS = 8;
/** Pieces longer than this carry several tokens each: then the pieces say nothing about their number. */
const BUNDLED_CHARACTERS = 12;
/** A text has fewer characters per token than this only if it is no text of any language. */
const FEWEST_CHARACTERS = 2;

/**
 * The most tokens that what passed can be. A piece of a stream is one token, unless pieces are long: then two characters
 * are; one character is in an answer that came in one piece.
 */
export function mostTokensOf({ deltas, characters }: Passed): number {
  if (deltas <= 1) return characters;
  return characters / deltas > BUNDLED_CHARACTERS ? Math.ceil(characters / FEWEST_CHARACTERS) : deltas;
}

/** @returns undefined for an answer that is as it should be, and for one whose reader left */
export function faultOf({ end, usage, passed }: AnswerSummary): AnswerFault | undefined {
  if (end !== 'whole') return undefined;
  if (passed.deltas === 0) return 'empty';
  const most = mostTokensOf(passed);
  return usage.outputTokens > most * (1 + TOLERATED_SHARE) + TOLERATED_TOKENS ? 'miscounted' : undefined;
}

/** Tokens that count against budgets: those of the provider, but never more than can have passed. */
export function countedTokensOf(summary: AnswerSummary): number {
  const { usage, passed } = summary;
  const output = faultOf(summary) === 'miscounted' ? mostTokensOf(passed) : usage.outputTokens;
  return usage.inputTokens + output;
}
