import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { nodeError } from '../errors.js';
import { labelBytes } from './fixed-width.js';

/** Headers of every request in a session. */
export const CARRIAGE_HEADERS = {
  setup: 'x-yellowstone-setup',
  request: 'x-yellowstone-request',
  deadline: 'x-yellowstone-deadline',
  signature: 'x-yellowstone-signature',
} as const;

/** How long a request is good [s]; it covers clocks that differ. */
export const AUTHORIZATION_SECONDS = 120n;
/** The furthest deadline a provider accepts [s]: it must remember the request that long. */
export const MAX_AUTHORIZATION_SECONDS = 600n;

const AUTHORIZATION_LABEL = labelBytes('authorization');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const ED25519_SIGNATURE = /^[\w-]{86}$/;

/** What the signature of a request covers. */
export interface Authorized {
  /** `bindingOf` the request: chain, diamond, session, id, path, deadline. */
  readonly binding: Buffer;
  /** The body as it is sent. */
  readonly sealedBody: Uint8Array;
}

/** Ed25519 by the signing key of the session. @returns base64url */
export function signRequest(signingKey: KeyObject, request: Authorized): string {
  return sign(null, signedBytes(request), signingKey).toString('base64url');
}

/** @throws signature_invalid */
export function requireSignature(verifyingKey: KeyObject, request: Authorized, signature: string): void {
  const bytes = Buffer.from(signature, 'base64url');
  // 64 bytes have one spelling only.
  const isGood = bytes.toString('base64url') === signature && verify(null, signedBytes(request), verifyingKey, bytes);
  if (!isGood) throw nodeError('signature_invalid');
}

/** The headers of a request, well formed. */
export interface RequestHeaders {
  readonly setup: string;
  readonly requestId: string;
  readonly deadline: bigint;
  readonly signature: string;
}

/** @throws authorization_missing, authorization_malformed */
export function readRequestHeaders(headers: IncomingHttpHeaders): RequestHeaders {
  return {
    setup: headerOf(headers, 'setup', /^[\w-]+$/),
    requestId: headerOf(headers, 'request', UUID),
    deadline: BigInt(headerOf(headers, 'deadline', TIMESTAMP)),
    signature: headerOf(headers, 'signature', ED25519_SIGNATURE),
  };
}

/** @throws authorization_expired, authorization_too_far; both say by how much. */
export function requireInTime(deadline: bigint, now: bigint): void {
  if (deadline < now) throw nodeError('authorization_expired', { deadline, now, seconds: now - deadline });
  const latest = now + MAX_AUTHORIZATION_SECONDS;
  if (deadline > latest) throw nodeError('authorization_too_far', { deadline, now, seconds: deadline - latest });
}

function signedBytes({ binding, sealedBody }: Authorized): Buffer {
  return Buffer.concat([AUTHORIZATION_LABEL, binding, createHash('sha256').update(sealedBody).digest()]);
}

function headerOf(headers: IncomingHttpHeaders, name: keyof typeof CARRIAGE_HEADERS, pattern: RegExp): string {
  const header = CARRIAGE_HEADERS[name];
  const text = headers[header];
  if (typeof text !== 'string' || text === '') throw nodeError('authorization_missing', { header });
  if (!pattern.test(text)) throw nodeError('authorization_malformed', { header });
  return text;
}
