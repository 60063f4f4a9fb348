import type { Passed, Usage } from '../carriage/answer-observer.js';
import type { JsonObject } from '../carriage/json-body.js';
import { isMiscounted, mostTokensOf } from '../carriage/most-tokens.js';
import type { ModelEntry } from './model-entry.js';

/** What is odd about the count of a backend. */
export type CountFlag = 'untold' | 'too_high' | 'too_low' | 'over_limit';

export interface CountedTokens {
  /** What counts: never more than was delivered, never more than was asked for. */
  readonly usage: Usage;
  readonly flags: readonly CountFlag[];
}

interface Told {
  /** By the backend; undefined if it did not say. */
  readonly told: Usage | undefined;
  readonly passed: Passed;
  /** The most that was asked for [tokens]. */
  readonly limit: number;
}

/** A count this much below the pieces that passed is odd: a piece is one token at least. */
const LOW_SHARE = 0.8;
const LOW_TOKENS = 8;
/**
 * Pieces are mostly tokens, but some servers cut them finer. An answer with so many times the pieces that were asked for
 * in tokens will not end by itself.
 */
const RUNAWAY_FACTOR = 4;
const RUNAWAY_PIECES = 16;

/** Tokens of one answer, by what its backend says and by what passed. */
export function countTokens({ told, passed, limit }: Told): CountedTokens {
  const flags: CountFlag[] = [];
  let outputTokens = told?.outputTokens ?? passed.deltas;
  if (told === undefined) flags.push('untold');
  else if (isMiscounted(outputTokens, passed)) {
    flags.push('too_high');
    outputTokens = mostTokensOf(passed);
  } else if (outputTokens < passed.deltas * LOW_SHARE - LOW_TOKENS) flags.push('too_low');
  if (outputTokens > limit) {
    flags.push('over_limit');
    outputTokens = limit;
  }
  return { usage: { inputTokens: told?.inputTokens ?? 0, outputTokens }, flags };
}

/** True if an answer goes on far beyond what was asked for. */
export function isRunaway({ deltas }: Passed, limit: number): boolean {
  return deltas > limit * RUNAWAY_FACTOR + RUNAWAY_PIECES;
}

/** The most tokens that an answer to this request may have, in all its choices together. */
export function tokenLimitOf(ask: JsonObject, { maxTokens }: Pick<ModelEntry, 'maxTokens'>): number {
  const asked = [ask['max_completion_tokens'], ask['max_tokens']].find(isCount) ?? maxTokens;
  // Some servers generate `best_of` and send the best: what they generate is what they count.
  const choices = Math.max(...[ask['n'], ask['best_of']].filter(isCount), 1);
  // A list of prompts gets an answer each. A list of numbers is one prompt, in tokens.
  const prompts = Array.isArray(ask['prompt']) && typeof ask['prompt'][0] !== 'number' ? ask['prompt'].length : 1;
  return asked * choices * prompts;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
