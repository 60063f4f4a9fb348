import { parseBytes32, parseSessionId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { type AnswerReceipt, readReceipt, RECEIPT_BYTES, RECEIPT_ENDS, signReceipt } from './answer-receipt.js';
import { newKeyPair, verifyingKeyOf } from './raw-keys.js';

const pair = newKeyPair('Ed25519');
const separator = Buffer.alloc(32, 7);
const receipt: AnswerReceipt = {
  sessionId: parseSessionId(`0x${'ab'.repeat(32)}`),
  requestId: '01234567-89ab-4def-8123-456789abcdef',
  requestHash: parseBytes32(`0x${'01'.repeat(32)}`),
  responseHash: parseBytes32(`0x${'02'.repeat(32)}`),
  status: 200,
  end: 'whole',
  inputTokens: 7,
  outputTokens: 2 ** 40,
  durationMs: 1_234,
  ttftMs: 56,
};
const read = (text: Buffer, key = pair.publicKey, place = separator) =>
  readReceipt(verifyingKeyOf(key), place, text)?.receipt;

describe('a receipt', () => {
  it.each(RECEIPT_ENDS)('that tells %s comes back as it was', (end) => {
    const text = signReceipt(pair.privateKey, separator, { ...receipt, end });
    expect(text).toHaveLength(RECEIPT_BYTES + 64);
    expect(read(text)).toEqual({ ...receipt, end });
  });

  it('tells when there was no first token, and times rounded down, never wrapped', () => {
    const odd = { ...receipt, ttftMs: undefined, durationMs: 2 ** 40 };
    expect(read(signReceipt(pair.privateKey, separator, odd))).toEqual({ ...odd, durationMs: 2 ** 32 - 2 });
    const parts = { ...receipt, ttftMs: 1.9, durationMs: 2.9 };
    expect(read(signReceipt(pair.privateKey, separator, parts))).toEqual({ ...receipt, ttftMs: 1, durationMs: 2 });
  });

  it('is nobody else’s, of no other chain, and not changed in one bit', () => {
    const text = signReceipt(pair.privateKey, separator, receipt);
    expect(read(text, newKeyPair('Ed25519').publicKey)).toBeUndefined();
    expect(read(text, pair.publicKey, Buffer.alloc(32, 8))).toBeUndefined();
    expect(read(text.subarray(1))).toBeUndefined();
    for (let at = 0; at < text.length; at += 5) {
      const changed = Buffer.from(text);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(read(changed)).toBeUndefined();
    }
  });

  it('cannot be made of numbers that do not fit', () => {
    expect(() => signReceipt(pair.privateKey, separator, { ...receipt, status: 70_000 })).toThrow(RangeError);
    expect(() => signReceipt(pair.privateKey, separator, { ...receipt, inputTokens: -1 })).toThrow(RangeError);
  });
});
