import { createHash, createHmac, type KeyObject } from 'node:crypto';
import type { SessionId } from '@yellowstone/protocol';
import { hexBytes, labelBytes, uintBytes, uuidBytes } from './fixed-width.js';

/** What a request is bound to, beside the keys of its session. */
export interface RequestPlace {
  /** EIP-712 domain separator: chain and diamond. */
  readonly separator: Buffer;
  readonly sessionId: SessionId;
  /** A uuid that is used once in the session. */
  readonly requestId: string;
  readonly path: string;
  /** Last second in which it is taken [s]. */
  readonly deadline: bigint;
}

/** 120 bytes: separator, session, request id, SHA-256 of the path, deadline. */
export function bindingOf({ separator, sessionId, requestId, path, deadline }: RequestPlace): Buffer {
  const pathHash = createHash('sha256').update(path).digest();
  return Buffer.concat([separator, hexBytes(sessionId), uuidBytes(requestId), pathHash, uintBytes(deadline, 8)]);
}

/** Key of one request. Whoever changes path, session, id or deadline has another key, which opens nothing. */
export function requestKeyOf(secret: KeyObject, binding: Buffer): Buffer {
  return expand(secret, [REQUEST_LABEL, binding]);
}

/** Bytes of chance that begin an answer. */
export const ANSWER_SALT_BYTES = 16;

/**
 * Key of one answer. The provider's chance is in it: two answers to one request id, such as a refused replay or what an
 * old backup has forgotten, never share a key.
 */
export function answerKeyOf(secret: KeyObject, binding: Buffer, salt: Buffer): Buffer {
  return expand(secret, [ANSWER_LABEL, binding, salt]);
}

const REQUEST_LABEL = labelBytes('request');
const ANSWER_LABEL = labelBytes('answer');
const FIRST_BLOCK = Buffer.from([1]);

/** HKDF-Expand (RFC 5869) for one block; HPKE's secret is what HKDF-Extract would give. */
function expand(secret: KeyObject, info: readonly Buffer[]): Buffer {
  const mac = createHmac('sha256', secret);
  for (const part of info) mac.update(part);
  return mac.update(FIRST_BLOCK).digest();
}
