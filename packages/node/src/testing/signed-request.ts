import { randomUUID } from 'node:crypto';
import type { MessageDomain, SessionId } from '@yellowstone/protocol';
import type { Wallet } from 'ethers';
import { authorizeRequest } from '../carriage/request-authorization.js';

export interface SignedFetch {
  readonly url: string;
  readonly path: string;
  readonly body: unknown;
  readonly sessionId: SessionId;
  readonly wallet: Wallet;
  readonly domain: MessageDomain;
  readonly requestId?: string;
  readonly signal?: AbortSignal;
}

/** Sends a signed request to a provider node, as a consumer node would. */
export async function signedFetch(ask: SignedFetch): Promise<Response> {
  const { url, path, sessionId, wallet, domain, requestId = randomUUID(), signal } = ask;
  const body = Buffer.from(typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body));
  const deadline = BigInt(Math.floor(Date.now() / 1_000) + 60);
  const headers = await authorizeRequest({ domain, signer: wallet }, { sessionId, requestId, deadline, path, body });
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}
