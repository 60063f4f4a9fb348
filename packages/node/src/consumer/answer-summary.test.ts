import { describe, expect, it } from 'vitest';
import { mostTokensOf } from '../carriage/most-tokens.js';
import { type AnswerSummary, countedTokensOf, faultOf } from './answer-summary.js';

const answer = (outputTokens: number, deltas: number, characters: number, end: AnswerSummary['end'] = 'whole') => ({
  end,
  usage: { inputTokens: 7, outputTokens },
  passed: { deltas, characters },
  ttftMs: 10,
  durationMs: 60,
});

describe('faultOf', () => {
  it.each([
    ['one piece a token', answer(100, 100, 400), undefined],
    ['a little more than was seen', answer(117, 100, 400), undefined],
    ['20 % more than was seen (53)', answer(120, 100, 400), 'miscounted'],
    ['pieces of many tokens each', answer(100, 10, 400), undefined],
    ['more tokens than long pieces can have', answer(240, 10, 400), 'miscounted'],
    ['one piece', answer(100, 1, 400), undefined],
    ['one piece and 100 times the tokens (52)', answer(10_000, 1, 400), 'miscounted'],
    ['nothing', answer(0, 0, 0), 'empty'],
    ['nothing, but counted', answer(50, 0, 0), 'empty'],
    ['an answer that broke off', answer(0, 0, 0, 'truncated'), undefined],
    ['an answer whose reader left', answer(0, 0, 0, 'left'), undefined],
  ] as const)('%s', (_, summary, fault) => {
    expect(faultOf(summary)).toBe(fault);
  });
});

describe('countedTokensOf', () => {
  it('believes the provider as far as what passed allows', () => {
    expect(countedTokensOf(answer(100, 100, 400))).toBe(107);
    expect(countedTokensOf(answer(10_000, 100, 400))).toBe(7 + mostTokensOf({ deltas: 100, characters: 400 }));
  });
});
