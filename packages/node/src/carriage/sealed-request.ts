import type { KeyObject } from 'node:crypto';
import type { Address, Bytes32, SessionId } from '@yellowstone/protocol';
import { nodeError } from '../errors.js';
import { seal, SealBrokenError, unseal } from './frames.js';
import { bindingOf, requestKeyOf } from './message-keys.js';
import { CARRIAGE_HEADERS, requireSignature, signRequest } from './request-authorization.js';

/** Type of bodies between nodes. JSON between nodes is either of no session or an error told before anything was read. */
export const SEALED_TYPE = 'application/vnd.yellowstone.sealed';

/** What a consumer's node keeps of a session with a provider's node. */
export interface ConsumerSetup {
  readonly sessionId: SessionId;
  readonly separator: Buffer;
  /** `formatSetup`. */
  readonly header: string;
  readonly secret: KeyObject;
  /** Signs requests. */
  readonly signingKey: KeyObject;
  /** Which keys of the node it uses. */
  readonly nodeKey: Bytes32;
  /** Checks receipts. */
  readonly nodeVerifyingKey: KeyObject;
}

/** What a provider's node keeps of a session that was set up with it. */
export interface ProviderSetup {
  readonly sessionId: SessionId;
  readonly separator: Buffer;
  readonly secret: KeyObject;
  /** Who signed the keys of the session. */
  readonly requester: Address;
  /** Checks requests. */
  readonly verifyingKey: KeyObject;
  /** Last second of the keys of the session [s]. */
  readonly deadline: bigint;
  /** Signs receipts. */
  readonly nodeSigningKey: KeyObject;
}

/** A request before it is sealed. */
export interface PlainRequest {
  readonly path: string;
  readonly requestId: string;
  readonly deadline: bigint;
  readonly body: Uint8Array;
}

/** A request as it travels. */
export interface SealedRequest {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** For opening the answer. */
  readonly binding: Buffer;
}

export function sealRequest(
  setup: ConsumerSetup,
  { path, requestId, deadline, body: text }: PlainRequest,
): SealedRequest {
  const { sessionId, separator, header, secret, signingKey } = setup;
  const binding = bindingOf({ separator, sessionId, requestId, path, deadline });
  const body = seal(requestKeyOf(secret, binding), { kind: 'request', number: 0, text });
  const headers = {
    'content-type': SEALED_TYPE,
    [CARRIAGE_HEADERS.setup]: header,
    [CARRIAGE_HEADERS.request]: requestId,
    [CARRIAGE_HEADERS.deadline]: deadline.toString(),
    [CARRIAGE_HEADERS.signature]: signRequest(signingKey, { binding, sealedBody: body }),
  };
  return { headers, body, binding };
}

/** The body of a request as it was written. @throws signature_invalid, body_unreadable */
export function openRequest(
  setup: Pick<ProviderSetup, 'secret' | 'verifyingKey'>,
  { binding, body, signature }: { readonly binding: Buffer; readonly body: Buffer; readonly signature: string },
): Buffer {
  requireSignature(setup.verifyingKey, { binding, sealedBody: body }, signature);
  try {
    return unseal(requestKeyOf(setup.secret, binding), { kind: 'request', number: 0, sealed: body });
  } catch (error) {
    throw error instanceof SealBrokenError ? nodeError('body_unreadable', {}, { cause: error }) : error;
  }
}
