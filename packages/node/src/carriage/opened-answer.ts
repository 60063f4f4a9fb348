import { createHash } from 'node:crypto';
import { type AnswerReceipt, readReceipt, type SignedReceipt } from './answer-receipt.js';
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
   * The parts as the provider read them. To be read to its end or left, which lets go of the connection.
   * @throws SealBrokenError when it does not end with a receipt of exactly this request and these parts
   */
  readonly body: AsyncIterable<Buffer>;
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
export async function openAnswer(source: AsyncIterable<Buffer>, asked: Asked): Promise<OpenedAnswer> {
  const { setup, binding } = asked;
  const batches = batchesOf(source, (salt) => createFrameReader(answerKeyOf(setup.secret, binding, salt)));
  const first = await batches.next();
  const [begin, ...rest] = first.done === true ? [] : first.value;
  const head = begin?.kind === 'head' ? readHead(begin.text) : undefined;
  if (head === undefined) {
    await batches.return(undefined);
    throw new SealBrokenError('no head');
  }
  let signed: SignedReceipt | undefined;
  const body = partsOf({ rest, batches, asked, status: head.status }, (receipt) => (signed = receipt));
  return { ...head, body, receipt: () => signed };
}

/** The frames that each read completes; never none. */
async function* batchesOf(
  source: AsyncIterable<Buffer>,
  readerOf: (salt: Buffer) => FrameReader,
): AsyncGenerator<Frame[], void> {
  let salt = Buffer.alloc(0);
  let reader: FrameReader | undefined;
  for await (const bytes of source) {
    let news = bytes;
    if (reader === undefined) {
      salt = Buffer.concat([salt, bytes]);
      if (salt.length < ANSWER_SALT_BYTES) continue;
      reader = readerOf(salt.subarray(0, ANSWER_SALT_BYTES));
      news = salt.subarray(ANSWER_SALT_BYTES);
    }
    const frames = reader.push(news);
    if (frames.length > 0) yield frames;
  }
  if (reader?.isAtStart !== true) throw new SealBrokenError('cut inside a frame');
}

interface Parts {
  /** Frames that came with the head. */
  readonly rest: readonly Frame[];
  readonly batches: AsyncGenerator<Frame[], void>;
  readonly asked: Asked;
  readonly status: number;
}

async function* partsOf(
  { rest, batches, asked, status }: Parts,
  onReceipt: (receipt: SignedReceipt) => void,
): AsyncGenerator<Buffer, void> {
  const responseHash = createHash('sha256');
  let last: Frame | undefined;
  const take = (frame: Frame): Buffer | undefined => {
    if (last !== undefined || frame.kind === 'head') throw new SealBrokenError('a frame out of place');
    if (frame.kind === 'last') {
      last = frame;
      return undefined;
    }
    responseHash.update(frame.text);
    return frame.text;
  };
  try {
    for (const frame of rest) {
      const part = take(frame);
      if (part !== undefined) yield part;
    }
    for await (const frames of batches) {
      for (const frame of frames) {
        const part = take(frame);
        if (part !== undefined) yield part;
      }
    }
  } finally {
    await batches.return(undefined);
  }
  if (last === undefined) throw new SealBrokenError('no receipt at the end');
  onReceipt(requireReceipt(last.text, asked, { status, responseHash: bytes32Of(responseHash.digest()) }));
}

/** The receipt must be of the node's key, of this request, and of what came. */
function requireReceipt(
  text: Buffer,
  { setup, requestId, body }: Asked,
  { status, responseHash }: Pick<AnswerReceipt, 'status' | 'responseHash'>,
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
