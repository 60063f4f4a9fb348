import type { Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { createTokenText } from './token-text.js';

/** One token a byte, decoded as llama.cpp's binding does: what is not UTF-8 becomes U+FFFD. */
const bytesModel = { detokenize: (tokens: readonly Token[]) => Buffer.from(tokens).toString('utf8') };

function run(bytes: Iterable<number>) {
  const text = createTokenText(bytesModel, []);
  const pieces = Array.from(bytes, (byte) => text.push(byte as Token));
  return [...pieces, text.flush()];
}

describe('token text', () => {
  it.each(['plain', 'Grüße', '日本語', '👩‍👩‍👧', 'a😀b', '\uFFFD'])('gives %s in whole characters', (text) => {
    const pieces = run(Buffer.from(text));
    expect(pieces.join('')).toBe(text);
    expect(pieces.filter((piece) => piece.includes('\uFFFD') && !text.includes('\uFFFD'))).toEqual([]);
  });

  it('shows a character that was cut at the end as U+FFFD', () => {
    expect(run(Buffer.from('a😀').subarray(0, 3))).toEqual(['a', '', '', '\uFFFD']);
  });

  it('gives the same as decoding all bytes at once, also for noise', () => {
    let state = 1;
    const noise = Array.from({ length: 2_000 }, () => (state = (state * 1103515245 + 12345) % 2 ** 31) % 256);
    expect(run(noise).join('')).toBe(Buffer.from(noise).toString('utf8'));
  });

  it('does not hold back an endless run of bytes that are no text', () => {
    const pieces = run(new Array<number>(100).fill(0x80));
    expect(pieces.join('')).toBe('\uFFFD'.repeat(100));
  });
});
