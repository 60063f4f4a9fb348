import { type KeyObject, sign, verify } from 'node:crypto';
import { type Bytes32, parseSessionId, type SessionId } from '@yellowstone/protocol';
import { bytes32Of, hexBytes, labelBytes, uintBytes, uuidBytes, uuidOf } from './fixed-width.js';

/** How an answer ended, in the words of its provider. `refused` is an error instead of an answer. */
export const RECEIPT_ENDS = ['whole', 'failed', 'truncated', 'refused'] as const;
export type ReceiptEnd = (typeof RECEIPT_ENDS)[number];

/** A provider's word on one answer; ends it. */
export interface AnswerReceipt {
  readonly sessionId: SessionId;
  readonly requestId: string;
  /** SHA-256 of the body of the request as it was read; zeros if the request was refused unread. */
  readonly requestHash: Bytes32;
  /** SHA-256 of the body of the answer. */
  readonly responseHash: Bytes32;
  /** HTTP status. */
  readonly status: number;
  readonly end: ReceiptEnd;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** From the request to the end of the answer [ms]. */
  readonly durationMs: number;
  /** From the request to the first token [ms]; undefined for answers in one piece and without tokens. */
  readonly ttftMs: number | undefined;
}

/** A receipt with what proves it. */
export interface SignedReceipt {
  readonly receipt: AnswerReceipt;
  /** Ed25519 by the signing key of the node, 64 bytes. */
  readonly signature: Buffer;
}

const RECEIPT_LABEL = labelBytes('receipt');
const SIGNATURE_BYTES = 64;
const NO_TTFT = 2 ** 32 - 1;
const AT = { request: 32, requestHash: 48, responseHash: 80, status: 112, end: 114, input: 115, output: 123 } as const;
const [DURATION_AT, TTFT_AT] = [131, 135];
/** Length of a receipt without its signature [bytes]. */
export const RECEIPT_BYTES = 139;

/** A receipt and its signature, as the last frame holds them. @throws RangeError for a number that does not fit. */
export function signReceipt(signingKey: KeyObject, separator: Buffer, receipt: AnswerReceipt): Buffer {
  const bytes = receiptBytes(receipt);
  return Buffer.concat([bytes, sign(null, Buffer.concat([RECEIPT_LABEL, separator, bytes]), signingKey)]);
}

/** @returns undefined for anything that is not a receipt signed with this key for this chain and diamond. */
export function readReceipt(verifyingKey: KeyObject, separator: Buffer, text: Buffer): SignedReceipt | undefined {
  if (text.length !== RECEIPT_BYTES + SIGNATURE_BYTES) return undefined;
  const [bytes, signature] = [text.subarray(0, RECEIPT_BYTES), text.subarray(RECEIPT_BYTES)];
  const end = RECEIPT_ENDS[bytes.readUInt8(AT.end)];
  const isSigned = verify(null, Buffer.concat([RECEIPT_LABEL, separator, bytes]), verifyingKey, signature);
  if (!isSigned || end === undefined) return undefined;
  const ttftMs = bytes.readUInt32BE(TTFT_AT);
  const receipt = {
    sessionId: parseSessionId(bytes32Of(bytes.subarray(0, AT.request))),
    requestId: uuidOf(bytes.subarray(AT.request, AT.requestHash)),
    requestHash: bytes32Of(bytes.subarray(AT.requestHash, AT.responseHash)),
    responseHash: bytes32Of(bytes.subarray(AT.responseHash, AT.status)),
    status: bytes.readUInt16BE(AT.status),
    end,
    inputTokens: Number(bytes.readBigUInt64BE(AT.input)),
    outputTokens: Number(bytes.readBigUInt64BE(AT.output)),
    durationMs: bytes.readUInt32BE(DURATION_AT),
    ttftMs: ttftMs === NO_TTFT ? undefined : ttftMs,
  };
  return { receipt, signature };
}

/** Times round down and saturate. */
function receiptBytes(receipt: AnswerReceipt): Buffer {
  return Buffer.concat([
    hexBytes(receipt.sessionId),
    uuidBytes(receipt.requestId),
    hexBytes(receipt.requestHash),
    hexBytes(receipt.responseHash),
    uintBytes(receipt.status, 2),
    uintBytes(RECEIPT_ENDS.indexOf(receipt.end), 1),
    uintBytes(receipt.inputTokens, 8),
    uintBytes(receipt.outputTokens, 8),
    uintBytes(milliseconds(receipt.durationMs), 4),
    uintBytes(receipt.ttftMs === undefined ? NO_TTFT : milliseconds(receipt.ttftMs), 4),
  ]);
}

function milliseconds(time: number): number {
  return Math.min(Math.max(0, Math.floor(time)), NO_TTFT - 1);
}
