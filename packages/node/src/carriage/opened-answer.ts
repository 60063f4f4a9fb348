import { createHash } from 'node:crypto';
import type { Bytes32 } from '@yellowstone/protocol';
import { readReceipt, type SignedReceipt } from './answer-receipt.js';
import type { ByteSource } from './byte-source.js';
import { bytes32Of } from './fixed-width.js';
import { createFrameReader, type Frame, type FrameReader, SealBrokenError } from './frames.js';
import { ANSWER_SALT_BYTES, answerKeyOf } from './message-keys.js';
import { type AnswerHead, readHead } from './sealed-answer.js';
import type { ConsumerSetup } from './sealed-request.js';

/** An answer whose head was read. */
export interface OpenedAnswer extends AnswerHead {
  /** The provider's time [s]. */
  readonly answeredAt: bigint;
  /**
   * The parts as the provider read them. To be read to its end or left, which lets go of the connection. Reading it
   * @throws SealBrokenError when it does not end with a receipt of exactly this request and these parts
   */
  readonly body: ByteSource;
  /** Known when the body was read to its end. */
  receipt(): SignedReceipt | undefined;
}

interface Asked {
  readonly setup: ConsumerSetup;
  readonly binding: Buffer;
  readonly requestId: string;
  /** The body that was asked with, in clear. */
  readonly body: Uint8Array;
}

const UNREAD = bytes32Of(Buffer.alloc(32));

/** Reads the head of a sealed answer. @throws SealBrokenError; what the source throws */
export async function openAnswer(source: ByteSource, asked: Asked): Promise<OpenedAnswer> {
  const { secret } = asked.setup;
  const frames = createFrames(source, (salt) => createFrameReader(answerKeyOf(secret, asked.binding, salt)));
  const first = await frames.next();
  const head = first?.kind === 'head' ? readHead(first.text) : undefined;
  if (head === undefined) throw new SealBrokenError('no head');

  const responseHash = createHash('sha256');
  let signed: SignedReceipt | undefined;
  const next = async (): Promise<Buffer | undefined> => {
    const frame = await frames.next();
    if (frame?.kind === 'body') {
      responseHash.update(frame.text);
      return frame.text;
    }
    if (frame?.kind !== 'last') throw new SealBrokenError('no receipt at the end');
    if ((await frames.next()) !== undefined) throw new SealBrokenError('more after the receipt');
    signed = requireReceipt(frame.text, asked, head.status, bytes32Of(responseHash.digest()));
    return undefined;
  };
  return { ...head, body: { next: untilTheEnd(next), leave: source.leave }, receipt: () => signed };
}

/** Asked again after the end, there is still nothing. */
function untilTheEnd(next: ByteSource['next']): ByteSource['next'] {
  let hasEnded = false;
  return async () => {
    if (hasEnded) return undefined;
    const bytes = await next();
    hasEnded = bytes === undefined;
    return bytes;
  };
}

/** The frames of an answer, after its salt. */
function createFrames(source: ByteSource, readerOf: (salt: Buffer) => FrameReader) {
  const opened: Frame[] = [];
  let salt: Buffer = Buffer.alloc(0);
  let reader: FrameReader | undefined;
  const take = (bytes: Buffer): Frame[] => {
    if (reader !== undefined) return reader.push(bytes);
    salt = salt.length === 0 ? bytes : Buffer.concat([salt, bytes]);
    if (salt.length < ANSWER_SALT_BYTES) return [];
    reader = readerOf(salt.subarray(0, ANSWER_SALT_BYTES));
    return reader.push(salt.subarray(ANSWER_SALT_BYTES));
  };
  return {
    /** Undefined at the end. @throws SealBrokenError */
    async next(): Promise<Frame | undefined> {
      while (opened.length === 0) {
        const bytes = await source.next();
        if (bytes !== undefined) opened.push(...take(bytes));
        else if (reader?.isAtStart === true) return undefined;
        else throw new SealBrokenError('cut inside a frame');
      }
      return opened.shift();
    },
  };
}

/** The receipt must be of the node's key, of this request, and of what came. */
function requireReceipt(
  text: Buffer,
  { setup, requestId, body }: Asked,
  status: number,
  responseHash: Bytes32,
): SignedReceipt {
  const signed = readReceipt(setup.nodeVerifyingKey, setup.separator, text);
  if (signed === undefined) throw new SealBrokenError('the receipt is not signed by the node');
  const { receipt } = signed;
  const requestHash = bytes32Of(createHash('sha256').update(body).digest());
  const isUnread = receipt.requestHash === UNREAD && receipt.end === 'refused';
  const isOurs =
    receipt.sessionId === setup.sessionId &&
    receipt.requestId === requestId &&
    (receipt.requestHash === requestHash || isUnread) &&
    receipt.responseHash === responseHash &&
    receipt.status === status;
  if (!isOurs) throw new SealBrokenError('the receipt is of another answer');
  return signed;
}
