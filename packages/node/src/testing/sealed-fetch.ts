import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  domainSeparatorOf,
  type MessageDomain,
  type SessionId,
  type SessionKey,
  sessionKey as sessionKeyMessage,
  sign,
} from '@yellowstone/protocol';
import type { Wallet } from 'ethers';
import { type ByteSource, byteSourceOf } from '../carriage/byte-source.js';
import { hexBytes } from '../carriage/fixed-width.js';
import { sealSecret } from '../carriage/hpke.js';
import { openAnswer } from '../carriage/opened-answer.js';
import { type InfoBody, parseNodeKeys } from '../carriage/provider-api.js';
import { newKeyPair, verifyingKeyOf } from '../carriage/raw-keys.js';
import { type ConsumerSetup, SEALED_TYPE, sealRequest } from '../carriage/sealed-request.js';
import { formatSetup, setupInfo } from '../carriage/session-setup.js';
import { addressOf, userWallet } from './keys.js';

export interface SetupAsk {
  /** Of the provider's node. */
  readonly url: string;
  readonly sessionId: SessionId;
  /** Who signs. */
  readonly wallet: Wallet;
  readonly domain: MessageDomain;
  readonly change?: Partial<SessionKey>;
}

/** Sets a session of `userWallet` up with a provider node, as a consumer node would. */
export async function setUp({ url, sessionId, wallet, domain, change = {} }: SetupAsk): Promise<ConsumerSetup> {
  const info = (await (await fetch(`${url}/yellowstone/info`)).json()) as InfoBody;
  const nodeKeys = parseNodeKeys(info.keys);
  const [signing, hpke] = [newKeyPair('Ed25519'), newKeyPair('X25519')];
  const sessionKey: SessionKey = {
    user: addressOf(userWallet),
    sessionOrRfcId: sessionId,
    signingKey: signing.publicKey,
    hpkeKey: hpke.publicKey,
    deadline: BigInt(Math.floor(Date.now() / 1_000) + 3_600),
    ...change,
  };
  const signature = await sign(wallet, sessionKeyMessage(domain, sessionKey));
  const receiver = nodeKeys.hpkeKey;
  const context = setupInfo({ domain, nodeKeys, sessionKey });
  const { encapsulation, secret } = await sealSecret({ receiver, sender: hpke, info: context });
  return {
    sessionId,
    separator: hexBytes(domainSeparatorOf(domain)),
    header: formatSetup({ sessionKey, signature, nodeKey: nodeKeys.hpkeKey, encapsulation }),
    secret,
    signingKey: signing.privateKey,
    nodeKey: nodeKeys.hpkeKey,
    nodeVerifyingKey: verifyingKeyOf(nodeKeys.signingKey),
  };
}

export interface SealedFetch {
  readonly url: string;
  readonly path: string;
  readonly body: unknown;
  readonly setup: ConsumerSetup;
  readonly requestId?: string;
  /** [s] */
  readonly deadline?: bigint;
  /** Changes what is sent after it was sealed. */
  readonly tamper?: (sent: { headers: Record<string, string>; body: Buffer }) => void;
  readonly signal?: AbortSignal;
}

/** Sends a sealed request to a provider node. What comes back is opened, a failure in clear is as it came. */
export async function sealedFetch({ url, path, setup, signal, ...ask }: SealedFetch): Promise<Response> {
  const { requestId = randomUUID(), deadline = BigInt(Math.floor(Date.now() / 1_000) + 60), tamper } = ask;
  const body = Buffer.from(typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body));
  const { headers, body: sealed, binding } = sealRequest(setup, { path, requestId, deadline, body });
  const sent = { headers, body: sealed };
  tamper?.(sent);
  const options = { method: 'POST', headers: sent.headers, body: Uint8Array.from(sent.body), signal: signal ?? null };
  const answer = await fetch(`${url}${path}`, options);
  if (answer.headers.get('content-type') !== SEALED_TYPE || answer.body === null) return answer;
  // The two kinds of stream differ in their types only.
  const source = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  const opened = await openAnswer(byteSourceOf(source), { setup, binding, requestId, body });
  const told = { 'content-type': opened.contentType, 'retry-after': opened.retryAfterSeconds?.toString() };
  const known = Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Response(Readable.toWeb(Readable.from(piecesOf(opened.body))) as ReadableStream, {
    status: opened.status,
    headers: Object.fromEntries(known),
  });
}

async function* piecesOf(source: ByteSource): AsyncGenerator<Buffer> {
  try {
    for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) yield bytes;
  } finally {
    source.leave();
  }
}
