import { describe, expect, it } from 'vitest';
import { countTokens, isRunaway, tokenLimitOf } from './count-tokens.js';

const told = (outputTokens: number) => ({ inputTokens: 7, outputTokens });

describe('countTokens', () => {
  it.each([
    ['a token a piece', told(100), 100, 400, 100, []],
    ['a few more than pieces', told(110), 100, 400, 110, []],
    ['several tokens in each piece', told(100), 20, 400, 100, []],
    ['20 % too many', told(120), 100, 400, 100, ['too_high']],
    ['a hundred times too many (52)', told(10_000), 100, 400, 100, ['too_high']],
    ['an answer in one piece', told(100), 1, 400, 100, []],
    ['an answer in one piece with more tokens than characters', told(9_000), 1, 400, 400, ['too_high']],
    ['far too few', told(10), 100, 400, 10, ['too_low']],
    ['nothing said about it', undefined, 100, 400, 100, ['untold']],
    ['more than was asked for', told(600), 600, 2_400, 512, ['over_limit']],
    ['more than was asked for, and nothing said', undefined, 600, 2_400, 512, ['untold', 'over_limit']],
    ['a broken-off answer that said nothing', undefined, 2, 8, 2, ['untold']],
    ['nothing', told(0), 0, 0, 0, []],
  ] as const)('%s', (_, saying, deltas, characters, outputTokens, flags) => {
    const counted = countTokens({ told: saying, passed: { deltas, characters }, limit: 512 });
    expect(counted).toEqual({ usage: { inputTokens: saying?.inputTokens ?? 0, outputTokens }, flags });
  });

  it('never counts more than was delivered or asked for, whatever is said', () => {
    for (const outputTokens of [0, 1, 10, 100, 1_000, Number.MAX_SAFE_INTEGER]) {
      for (const deltas of [0, 1, 10, 100]) {
        const passed = { deltas, characters: deltas * 4 };
        const { usage } = countTokens({ told: told(outputTokens), passed, limit: 50 });
        expect(usage.outputTokens).toBeLessThanOrEqual(Math.min(50, passed.characters * 1.1 + 8));
      }
    }
  });
});

describe('isRunaway', () => {
  it('bears pieces that are finer than tokens, and no endless answer', () => {
    expect(isRunaway({ deltas: 416, characters: 416 }, 100)).toBe(false);
    expect(isRunaway({ deltas: 417, characters: 417 }, 100)).toBe(true);
  });
});

describe('tokenLimitOf', () => {
  it.each([
    ['what was asked for', { max_tokens: 5 }, 5],
    ['its newer name first', { max_tokens: 5, max_completion_tokens: 3 }, 3],
    ['what the node puts in', {}, 77],
    ['the same for null and for what is no count', { max_tokens: null, max_completion_tokens: -1 }, 77],
    ['each choice', { max_tokens: 5, n: 3 }, 15],
    ['each one that is tried', { max_tokens: 5, n: 1, best_of: 4 }, 20],
    ['each prompt of a list', { max_tokens: 5, prompt: ['a', 'b'] }, 10],
    ['a prompt in tokens', { max_tokens: 5, prompt: [1, 2, 3] }, 5],
  ])('is %s', (_, ask, limit) => {
    expect(tokenLimitOf(ask, { maxTokens: 77 })).toBe(limit);
  });
});
