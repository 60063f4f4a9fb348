import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Address,
  type Bytes32,
  type MessageDomain,
  type MessageField,
  type MessageSigner,
  parseSessionId,
  recover,
  type SessionId,
  sign,
  type TypedMessage,
} from '@yellowstone/protocol';
import { nodeError } from '../errors.js';

// For now every request is signed by a wallet key. Session keys and encryption (DESIGN 11) replace this module.

/** The requester's word that one request belongs to a session. */
export interface RequestAuthorization {
  readonly sessionId: SessionId;
  /** A uuid. */
  readonly requestId: string;
  /** SHA-256 of the path, a line feed, and the bytes of the body. */
  readonly bodyHash: Bytes32;
  /** Last second in which it can be used [s]. */
  readonly deadline: bigint;
}

const FIELDS: readonly MessageField[] = [
  { name: 'sessionId', type: 'bytes32' },
  { name: 'requestId', type: 'bytes32' },
  { name: 'bodyHash', type: 'bytes32' },
  { name: 'deadline', type: 'uint40' },
];

export const AUTHORIZATION_HEADERS = {
  session: 'x-yellowstone-session',
  request: 'x-yellowstone-request',
  deadline: 'x-yellowstone-deadline',
  signature: 'x-yellowstone-signature',
} as const;

/** How long an authorization is good [s]; it covers clocks that differ. */
export const AUTHORIZATION_SECONDS = 120n;
/** The furthest deadline a provider accepts [s]: it must remember the request that long. */
export const MAX_AUTHORIZATION_SECONDS = 600n;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;

/** A request as it travels: where to, and which bytes. */
export interface SignedRequest {
  readonly path: string;
  readonly body: Uint8Array;
}

/** Signs a request; the result are its headers. */
export async function authorizeRequest(
  { domain, signer }: { readonly domain: MessageDomain; readonly signer: MessageSigner },
  request: SignedRequest & Omit<RequestAuthorization, 'bodyHash'>,
): Promise<Record<string, string>> {
  const { sessionId, requestId, deadline } = request;
  const bodyHash = hashOf(request);
  const signature = await sign(signer, authorizationMessage(domain, { sessionId, requestId, bodyHash, deadline }));
  return {
    [AUTHORIZATION_HEADERS.session]: sessionId,
    [AUTHORIZATION_HEADERS.request]: requestId,
    [AUTHORIZATION_HEADERS.deadline]: deadline.toString(),
    [AUTHORIZATION_HEADERS.signature]: signature,
  };
}

/** A request whose signature was checked; whether its signer may use the session is another question. */
export interface SignedBy {
  readonly authorization: RequestAuthorization;
  readonly requester: Address;
}

/**
 * Checks the headers of a request against its bytes and the time.
 * @throws authorization_missing, authorization_malformed, authorization_expired, authorization_too_far,
 *   signature_invalid
 */
export function readAuthorization(
  { domain, now }: { readonly domain: MessageDomain; readonly now: bigint },
  request: SignedRequest & { readonly headers: IncomingHttpHeaders },
): SignedBy {
  const { headers } = request;
  const sessionId = headerOf(headers, 'session', parseSessionId);
  const requestId = headerOf(headers, 'request', (text) => matching(UUID, text));
  const deadline = headerOf(headers, 'deadline', (text) => BigInt(matching(TIMESTAMP, text)));
  const signature = headerOf(headers, 'signature', (text) => text);
  if (deadline < now) throw nodeError('authorization_expired', { deadline, now });
  const latest = now + MAX_AUTHORIZATION_SECONDS;
  if (deadline > latest) throw nodeError('authorization_too_far', { deadline, latest });

  const authorization = { sessionId, requestId, bodyHash: hashOf(request), deadline };
  try {
    return { authorization, requester: recover(signature, authorizationMessage(domain, authorization)) };
  } catch (cause) {
    throw nodeError('signature_invalid', {}, { cause });
  }
}

function authorizationMessage(domain: MessageDomain, authorization: RequestAuthorization): TypedMessage {
  const { sessionId, requestId, bodyHash, deadline } = authorization;
  const value = { sessionId, requestId: uuidBytes(requestId), bodyHash, deadline };
  return { domain, primaryType: 'RequestAuthorization', fields: FIELDS, value };
}

/** The 16 bytes of a uuid, then zeros. */
function uuidBytes(uuid: string): string {
  return `0x${uuid.replaceAll('-', '').padEnd(64, '0')}`;
}

function hashOf({ path, body }: SignedRequest): Bytes32 {
  // A SHA-256 is 32 bytes.
  return `0x${createHash('sha256').update(`${path}\n`).update(body).digest('hex')}` as Bytes32;
}

function headerOf<Value>(
  headers: IncomingHttpHeaders,
  name: keyof typeof AUTHORIZATION_HEADERS,
  parse: (text: string) => Value,
): Value {
  const header = AUTHORIZATION_HEADERS[name];
  const text = headers[header];
  if (typeof text !== 'string' || text === '') throw nodeError('authorization_missing', { header });
  try {
    return parse(text);
  } catch (cause) {
    throw nodeError('authorization_malformed', { header }, { cause });
  }
}

function matching(pattern: RegExp, text: string): string {
  if (pattern.test(text)) return text;
  throw new Error(`does not match ${pattern}`);
}
