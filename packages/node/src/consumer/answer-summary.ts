import type { AnswerReceipt } from '../carriage/answer-receipt.js';
import type { Passed, Usage } from '../carriage/answer-observer.js';
import { isMiscounted, mostTokensOf } from '../carriage/most-tokens.js';
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

/** @returns undefined for an answer that is as it should be, and for one whose reader left */
export function faultOf({ end, usage, passed }: AnswerSummary): AnswerFault | undefined {
  if (end !== 'whole') return undefined;
  if (passed.deltas === 0) return 'empty';
  return isMiscounted(usage.outputTokens, passed) ? 'miscounted' : undefined;
}

/** Tokens that count against budgets: those of the provider, but never more than can have passed. */
export function countedTokensOf(summary: AnswerSummary): number {
  const { usage, passed } = summary;
  const output = faultOf(summary) === 'miscounted' ? mostTokensOf(passed) : usage.outputTokens;
  return usage.inputTokens + output;
}
