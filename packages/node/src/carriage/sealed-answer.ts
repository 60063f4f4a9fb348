import { createHash, randomBytes } from 'node:crypto';
import type { Bytes32 } from '@yellowstone/protocol';
import type { Usage } from './answer-observer.js';
import { type ReceiptEnd, signReceipt } from './answer-receipt.js';
import { bytes32Of, uintBytes } from './fixed-width.js';
import { createFrameWriter } from './frames.js';
import { ANSWER_SALT_BYTES, answerKeyOf } from './message-keys.js';
import type { ProviderSetup } from './sealed-request.js';

/** What is known of an answer when it begins. */
export interface AnswerHead {
  /** HTTP status; the same as outside. */
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number | undefined;
}

/** What is known of an answer when it ends. */
export interface AnswerAccount extends Usage {
  readonly end: ReceiptEnd;
  /** [ms] */
  readonly durationMs: number;
  /** [ms] */
  readonly ttftMs: number | undefined;
}

/** Seals one answer: head, any number of parts, and the receipt at the end. */
export interface AnswerSealer {
  /** Tells which body is answered. Before that the receipt says that nothing was read. */
  answers(body: Buffer): void;
  head(head: AnswerHead): Buffer;
  part(bytes: Buffer): Buffer;
  /** Notes how it went; without it the receipt tells a refusal. */
  account(account: AnswerAccount): void;
  /** The receipt. */
  last(): Buffer;
}

interface SealerOptions {
  readonly setup: ProviderSetup;
  readonly binding: Buffer;
  readonly requestId: string;
  /** The node's time [s]. */
  readonly now: bigint;
  /** By chance unless vectors say otherwise. */
  readonly salt?: Buffer;
}

const UNREAD = bytes32Of(Buffer.alloc(32));
const REFUSAL: AnswerAccount = { inputTokens: 0, outputTokens: 0, end: 'refused', durationMs: 0, ttftMs: undefined };

export function createAnswerSealer(options: SealerOptions): AnswerSealer {
  const { setup, binding, requestId, now, salt = randomBytes(ANSWER_SALT_BYTES) } = options;
  const { sessionId, separator, secret, nodeSigningKey } = setup;
  const frames = createFrameWriter(answerKeyOf(secret, binding, salt));
  const responseHash = createHash('sha256');
  let requestHash: Bytes32 = UNREAD;
  let status = 0;
  let account = REFUSAL;
  return {
    answers: (body) => void (requestHash = bytes32Of(createHash('sha256').update(body).digest())),
    head(head) {
      status = head.status;
      return Buffer.concat([salt, frames.write('head', headBytes(head, now))]);
    },
    part(bytes) {
      responseHash.update(bytes);
      return frames.write('body', bytes);
    },
    account: (known) => void (account = known),
    last() {
      const hashes = { requestHash, responseHash: bytes32Of(responseHash.digest()) };
      const receipt = { sessionId, requestId, ...hashes, status, ...account };
      return frames.write('last', signReceipt(nodeSigningKey, separator, receipt));
    },
  };
}

/** Status 2, seconds to wait 4 (0 = none told), the node's time 8, then the content type. */
function headBytes({ status, contentType, retryAfterSeconds = 0 }: AnswerHead, now: bigint): Buffer {
  return Buffer.concat([
    uintBytes(status, 2),
    uintBytes(retryAfterSeconds, 4),
    uintBytes(now, 8),
    Buffer.from(contentType, 'utf8'),
  ]);
}

const CONTENT_TYPE_AT = 14;

/** A head that was opened, with the provider's time [s]. @returns undefined for other bytes. */
export function readHead(text: Buffer): (AnswerHead & { readonly answeredAt: bigint }) | undefined {
  if (text.length < CONTENT_TYPE_AT) return undefined;
  const retryAfterSeconds = text.readUInt32BE(2);
  return {
    status: text.readUInt16BE(0),
    retryAfterSeconds: retryAfterSeconds === 0 ? undefined : retryAfterSeconds,
    answeredAt: text.readBigUInt64BE(6),
    contentType: text.subarray(CONTENT_TYPE_AT).toString('utf8'),
  };
}
