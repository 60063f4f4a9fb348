import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createFrameReader,
  createFrameWriter,
  type Frame,
  MAX_TEXT_BYTES,
  seal,
  SealBrokenError,
  unseal,
} from './frames.js';

const key = randomBytes(32);
const text = (length: number): Buffer => Buffer.alloc(length, 'prompt ');

function readAll(bytes: Buffer, pieceBytes = bytes.length, readerKey = key): Frame[] {
  const reader = createFrameReader(readerKey);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    frames.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  if (!reader.isAtStart) throw new SealBrokenError('rest');
  return frames;
}

describe('one sealed text', () => {
  it.each([0, 1, 127, 128, 129, 5_000])('of %i bytes opens with its key, kind and number', (length) => {
    const sealed = seal(key, { kind: 'request', number: 0, text: text(length) });
    expect(unseal(key, { kind: 'request', number: 0, sealed })).toEqual(text(length));
    expect(sealed.includes('prompt')).toBe(false);
    for (const other of [
      () => unseal(randomBytes(32), { kind: 'request', number: 0, sealed }),
      () => unseal(key, { kind: 'body', number: 0, sealed }),
      () => unseal(key, { kind: 'request', number: 1, sealed }),
      () => unseal(key, { kind: 'request', number: 0, sealed: sealed.subarray(1) }),
    ]) {
      expect(other).toThrow(SealBrokenError);
    }
  });

  it('shows its length in steps of 128 bytes only', () => {
    const lengths = [1, 5, 100, 127].map((length) => seal(key, { kind: 'body', number: 0, text: text(length) }).length);
    expect(new Set(lengths)).toEqual(new Set([128 + 16]));
  });

  it('opens no bit changed', () => {
    const sealed = seal(key, { kind: 'request', number: 0, text: text(40) });
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 4;
      expect(() => unseal(key, { kind: 'request', number: 0, sealed: changed })).toThrow(SealBrokenError);
    }
  });
});

describe('frames', () => {
  const write = (): Buffer[] => {
    const writer = createFrameWriter(key);
    return [
      writer.write('head', text(3)),
      writer.write('body', text(300)),
      writer.write('body', text(0)),
      writer.write('last', text(200)),
    ];
  };

  it.each([1, 2, 3, 4, 5, 6, 100, 149, 150, 10_000])('come back in pieces of %i bytes', (pieceBytes) => {
    expect(readAll(Buffer.concat(write()), pieceBytes)).toEqual([
      { kind: 'head', text: text(3) },
      { kind: 'body', text: text(300) },
      { kind: 'body', text: text(0) },
      { kind: 'last', text: text(200) },
    ]);
  });

  it('hold a mebibyte at most: larger texts are cut', () => {
    const large = text(2 * MAX_TEXT_BYTES + 5);
    const frames = readAll(createFrameWriter(key).write('body', large), 65_536);
    expect(frames.map((frame) => frame.text.length)).toEqual([MAX_TEXT_BYTES, MAX_TEXT_BYTES, 5]);
    expect(Buffer.concat(frames.map((frame) => frame.text)).equals(large)).toBe(true);
  });

  it.each([
    ['in another order', ([head, one, two, last]: Buffer[]) => [head, two, one, last]],
    ['with one left out', ([head, , two, last]: Buffer[]) => [head, two, last]],
    ['with one twice', ([head, one, two, last]: Buffer[]) => [head, one, one, two, last]],
    ['cut in the middle', ([head, one]: Buffer[]) => [head, one?.subarray(0, 50)]],
    ['of another answer', ([head]: Buffer[]) => [head, createFrameWriter(randomBytes(32)).write('body', text(9))]],
    ['of an unknown kind', ([head]: Buffer[]) => [head, Buffer.from('000000010900', 'hex')]],
    ['without a seal', ([head]: Buffer[]) => [head, Buffer.from('0000000502', 'hex'), text(4)]],
    ['longer than any frame', ([head]: Buffer[]) => [head, Buffer.from('7fffffff02', 'hex')]],
  ])('are refused %s', (_, change) => {
    const changed = change(write()).filter((frame): frame is Buffer => frame !== undefined);
    expect(() => readAll(Buffer.concat(changed))).toThrow(SealBrokenError);
  });

  it('are refused when their kind was changed', () => {
    const [head, one] = write();
    const changed = Buffer.from(one ?? '');
    changed[4] = 3;
    expect(() => readAll(Buffer.concat([head ?? Buffer.alloc(0), changed]))).toThrow(SealBrokenError);
  });
});
