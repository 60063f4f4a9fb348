import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tinyTalkPath } from '../src/index.js';
import { createTokenizer, learnMerges } from './bpe.js';
import { CORPUS } from './corpus.js';
import { halfOf } from './gguf-writer.js';
import { TINY_TALK_SHA256, trainTinyTalk } from './tiny-talk.js';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('tiny-talk', () => {
  it('is committed with the hash that training reproduces', () => {
    expect(sha256(readFileSync(tinyTalkPath))).toBe(TINY_TALK_SHA256);
  });

  it('trains to the same bytes everywhere: after two steps as when this was written', () => {
    const losses: number[] = [];
    const file = trainTinyTalk({ steps: 2, onStep: ({ loss }) => losses.push(loss) });
    expect(sha256(file)).toBe('432aab7a4499890b3b2b317f4b6f5c87390b0316d0cb9089b2e2ba5e8bc70308');
    expect(losses).toHaveLength(2);
  });
});

describe('byte-pair encoding', () => {
  const text = CORPUS.flat().join('\n');

  it('learns the most frequent pair first, of equals the alphabetically first', () => {
    expect(learnMerges('aaab aaab aaab', 3)).toEqual(['a a', 'a b', 'aa ab']);
  });

  it('stops when no pair is seen twice', () => {
    expect(learnMerges('ab', 10)).toEqual([]);
  });

  it('encodes what it learned in few tokens and anything else in bytes', () => {
    const tokenizer = createTokenizer(learnMerges(text, 300));
    expect(tokenizer.encode(' session')).toHaveLength(1);
    expect(tokenizer.encode('日')).toEqual([...Buffer.from('日')]);
  });
});

describe('16-bit floats', () => {
  const bitsOf = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0] as number; // one float

  it.each([
    [0, 0x0000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [2 ** -24, 0x0001],
    [2 ** -26, 0x0000],
    [2 ** -14, 0x0400],
    [1 + 2 ** -11, 0x3c00], // a tie goes to the even neighbour
    [1 + 3 * 2 ** -11, 0x3c02],
    [2047.5 / 1024, 0x4000], // rounding up carries into the exponent
  ])('%d is rounded to nearest, ties to even', (value, half) => {
    expect(halfOf(bitsOf(value))).toBe(half);
  });
});
