import { createCipheriv, createDecipheriv } from 'node:crypto';

// A sealed message: AES-256-GCM under a key that is used for nothing else, nonce = number of the frame, the kind of the
// frame as authenticated data, the text filled up to a multiple of 128 bytes so that the length of a token does not show.

/** What a frame holds: a whole request; the head, a part, the end of an answer. */
export const FRAME_KINDS = { request: 0, head: 1, body: 2, last: 3 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const BLOCK_BYTES = 128;
/** Fillings of 1 to 128 bytes, each byte the length. */
const FILLINGS: readonly Buffer[] = Array.from({ length: BLOCK_BYTES + 1 }, (_, length) =>
  Buffer.alloc(length, length),
);
const KIND_BYTES: Readonly<Record<FrameKind, Buffer>> = {
  request: Buffer.from([FRAME_KINDS.request]),
  head: Buffer.from([FRAME_KINDS.head]),
  body: Buffer.from([FRAME_KINDS.body]),
  last: Buffer.from([FRAME_KINDS.last]),
};

/** The most text in one frame [bytes]; more is cut into several. */
export const MAX_TEXT_BYTES = 1_048_576;
/** What filling and tag add at most [bytes]. */
const MAX_OVERHEAD_BYTES = BLOCK_BYTES + TAG_BYTES;
/** Length and kind, before the sealed text. */
const FRAME_START_BYTES = 5;

/** Bytes that are no sealed message under this key: forged, out of order, cut, or somebody else's. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/** Seals one text: sealed text, then tag. */
export function seal(key: Buffer, { kind, number, text }: Sealable): Buffer {
  return Buffer.concat(sealedParts(key, { kind, number, text }));
}

interface Sealable {
  readonly kind: FrameKind;
  /** Which of the texts under this key, from 0. */
  readonly number: number;
  readonly text: Uint8Array;
}

/** @throws SealBrokenError */
export function unseal(key: Buffer, { kind, number, sealed }: Omit<Sealable, 'text'> & { sealed: Buffer }): Buffer {
  if (sealed.length < BLOCK_BYTES + TAG_BYTES) throw new SealBrokenError('too short');
  const decipher = createDecipheriv(CIPHER, key, nonceOf(number));
  decipher.setAAD(KIND_BYTES[kind]);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const text = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBrokenError('not sealed with this key', { cause });
  }
  const filling = text[text.length - 1] ?? 0;
  if (filling < 1 || filling > BLOCK_BYTES || text.length % BLOCK_BYTES !== 0)
    throw new SealBrokenError('wrong filling');
  return text.subarray(0, text.length - filling);
}

/** Writes the frames of one answer. */
export interface FrameWriter {
  /** One frame, or several for a text above a mebibyte: 4 bytes length, kind, sealed text. */
  write(kind: FrameKind, text: Buffer): Buffer;
}

export function createFrameWriter(key: Buffer): FrameWriter {
  let number = 0;
  const frame = (kind: FrameKind, text: Buffer): Buffer[] => {
    const sealed = sealedParts(key, { kind, number, text });
    number += 1;
    const start = Buffer.allocUnsafe(FRAME_START_BYTES);
    start.writeUInt32BE(1 + sealed.reduce((sum, part) => sum + part.length, 0));
    start[4] = FRAME_KINDS[kind];
    return [start, ...sealed];
  };
  return {
    write(kind, text) {
      if (text.length <= MAX_TEXT_BYTES) return Buffer.concat(frame(kind, text));
      const parts: Buffer[] = [];
      for (let at = 0; at < text.length; at += MAX_TEXT_BYTES) {
        parts.push(...frame(kind, text.subarray(at, at + MAX_TEXT_BYTES)));
      }
      return Buffer.concat(parts);
    },
  };
}

/** A frame that was opened. */
export interface Frame {
  readonly kind: Exclude<FrameKind, 'request'>;
  readonly text: Buffer;
}

/** Reads the frames of one answer, in their order. It holds one frame at most. */
export interface FrameReader {
  /** Takes bytes, returns the frames that are complete now. @throws SealBrokenError */
  push(bytes: Buffer): Frame[];
  /** True between two frames. */
  readonly isAtStart: boolean;
}

export function createFrameReader(key: Buffer): FrameReader {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let number = 0;

  /** All that is held as one buffer; pieces are joined once per frame, not once per piece. */
  const joined = (): Buffer => {
    const [only = Buffer.alloc(0)] = held;
    const whole = held.length === 1 ? only : Buffer.concat(held);
    held = [whole];
    return whole;
  };
  const frameBytes = (): number => {
    if (heldBytes < FRAME_START_BYTES) return Number.POSITIVE_INFINITY;
    const [first] = held;
    const length = (first !== undefined && first.length >= 4 ? first : joined()).readUInt32BE();
    if (length > 1 + MAX_TEXT_BYTES + MAX_OVERHEAD_BYTES) throw new SealBrokenError(`a frame of ${length} bytes`);
    return 4 + length;
  };
  const take = (length: number): Frame => {
    const whole = joined();
    const frame = whole.subarray(0, length);
    held = whole.length === length ? [] : [whole.subarray(length)];
    heldBytes -= length;
    const kind = kindOf(frame[4]);
    const text = unseal(key, { kind, number, sealed: frame.subarray(FRAME_START_BYTES) });
    number += 1;
    return { kind, text };
  };
  return {
    push(bytes) {
      if (bytes.length > 0) held.push(bytes);
      heldBytes += bytes.length;
      const frames: Frame[] = [];
      for (let next = frameBytes(); heldBytes >= next; next = frameBytes()) frames.push(take(next));
      return frames;
    },
    get isAtStart() {
      return heldBytes === 0;
    },
  };
}

function sealedParts(key: Buffer, { kind, number, text }: Sealable): Buffer[] {
  const cipher = createCipheriv(CIPHER, key, nonceOf(number));
  cipher.setAAD(KIND_BYTES[kind]);
  const filling = FILLINGS[BLOCK_BYTES - (text.length % BLOCK_BYTES)] as Buffer; // 1 to 128: there are all of them.
  const parts = [cipher.update(text), cipher.update(filling)];
  cipher.final();
  return [...parts, cipher.getAuthTag()];
}

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(number, NONCE_BYTES - 6, 6);
  return nonce;
}

function kindOf(byte: number | undefined): Frame['kind'] {
  switch (byte) {
    case FRAME_KINDS.head:
      return 'head';
    case FRAME_KINDS.body:
      return 'body';
    case FRAME_KINDS.last:
      return 'last';
    default:
      throw new SealBrokenError(`a frame of kind ${byte}`);
  }
}
