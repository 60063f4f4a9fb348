import { createSecretKey, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseAddress, parseBytes32, parseSessionId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { byteSourceFrom, byteSourceOf } from './byte-source.js';
import { readBody } from './exchange.js';
import { SealBrokenError } from './frames.js';
import { bindingOf } from './message-keys.js';
import { openAnswer } from './opened-answer.js';
import { newKeyPair, verifyingKeyOf } from './raw-keys.js';
import { type AnswerSealer, createAnswerSealer } from './sealed-answer.js';
import type { ConsumerSetup, ProviderSetup } from './sealed-request.js';

const sessionId = parseSessionId(`0x${'ab'.repeat(32)}`);
const [separator, secret] = [Buffer.alloc(32, 7), createSecretKey(randomBytes(32))];
const [session, node] = [newKeyPair('Ed25519'), newKeyPair('Ed25519')];
const requestId = '01234567-89ab-4def-8123-456789abcdef';
const body = Buffer.from('{"model":"m"}');
const binding = bindingOf({ separator, sessionId, requestId, path: '/v1/chat/completions', deadline: 9n });

const consumer: ConsumerSetup = {
  sessionId,
  separator,
  header: '',
  secret,
  signingKey: session.privateKey,
  nodeKey: parseBytes32(`0x${'01'.repeat(32)}`),
  nodeVerifyingKey: verifyingKeyOf(node.publicKey),
};
const provider: ProviderSetup = {
  sessionId,
  separator,
  secret,
  requester: parseAddress(`0x${'11'.repeat(20)}`),
  verifyingKey: verifyingKeyOf(session.publicKey),
  deadline: 9n,
  nodeSigningKey: node.privateKey,
};
const sealerOf = (change: Partial<ProviderSetup> = {}, id = requestId): AnswerSealer =>
  createAnswerSealer({ setup: { ...provider, ...change }, binding, requestId: id, now: 77n });
const HEAD = { status: 200, contentType: 'text/event-stream; charset=utf-8', retryAfterSeconds: undefined };
const ACCOUNT = { inputTokens: 3, outputTokens: 4, end: 'whole', durationMs: 5, ttftMs: 1 } as const;

/** Head, two parts, receipt. */
function framesOf(sealer = sealerOf(), asked = body): Buffer[] {
  sealer.answers(asked);
  const frames = [sealer.head(HEAD), sealer.part(Buffer.from('one')), sealer.part(Buffer.from('two'))];
  sealer.account(ACCOUNT);
  return [...frames, sealer.last()];
}
const open = (pieces: readonly (Buffer | undefined)[]) =>
  openAnswer(byteSourceFrom(pieces.filter((piece) => piece !== undefined)), {
    setup: consumer,
    binding,
    requestId,
    body,
  });
const readAll = async (pieces: readonly (Buffer | undefined)[]): Promise<string> =>
  String(await readBody((await open(pieces)).body, 1_000));

describe('openAnswer', () => {
  it('gives head, parts and receipt as they were sealed', async () => {
    const answer = await open(framesOf());
    expect(answer).toMatchObject({ ...HEAD, answeredAt: 77n });
    expect(answer.receipt()).toBeUndefined();
    const next = async () => (await answer.body.next())?.toString();
    expect([await next(), await next()]).toEqual(['one', 'two']);
    expect(answer.receipt()).toBeUndefined();
    expect([await next(), await next()]).toEqual([undefined, undefined]);
    expect(answer.receipt()?.receipt).toMatchObject({ ...ACCOUNT, sessionId, requestId, status: 200 });
  });

  it.each([1, 7, 16, 17, 10_000])('whatever pieces of %i bytes it comes in', async (pieceBytes) => {
    const bytes = Buffer.concat(framesOf());
    const count = Math.ceil(bytes.length / pieceBytes);
    const pieces = Array.from({ length: count }, (_, at) => bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes));
    expect(await readAll(pieces)).toBe('onetwo');
  });

  it('tells a refusal of a request that could not be read', async () => {
    const sealer = sealerOf();
    const frames = [sealer.head({ ...HEAD, status: 410, retryAfterSeconds: 3 }), sealer.part(body), sealer.last()];
    const answer = await open(frames);
    expect(answer).toMatchObject({ status: 410, retryAfterSeconds: 3 });
    await readBody(answer.body, 1_000);
    expect(answer.receipt()?.receipt).toMatchObject({ end: 'refused', status: 410, outputTokens: 0 });
  });

  it.each([
    ['nothing', () => []],
    ['no head', ([, ...others]: Buffer[]) => others],
    ['no receipt', ([head, one, two]: Buffer[]) => [head, one, two]],
    ['a part left out', ([head, one, , last]: Buffer[]) => [head, one, last]],
    ['its parts in another order', ([head, one, two, last]: Buffer[]) => [head, two, one, last]],
    ['a part twice', ([head, one, two, last]: Buffer[]) => [head, one, one, two, last]],
    ['a cut receipt', ([head, one, two, last]: Buffer[]) => [head, one, two, last?.subarray(0, -1)]],
    ['more after the receipt', (all: Buffer[]) => [...all, Buffer.from([0])]],
    ['another salt', ([head, ...others]: Buffer[]) => [randomBytes(16), head?.subarray(16), ...others]],
    ['a whole answer to the same request from before', ([head, one]: Buffer[]) => [head, one, ...framesOf().slice(2)]],
  ])('refuses %s', async (_, change) => {
    await expect(readAll(change(framesOf()))).rejects.toThrow(SealBrokenError);
  });

  it.each([
    ['by another key', () => framesOf(sealerOf({ nodeSigningKey: newKeyPair('Ed25519').privateKey }))],
    ['for another session', () => framesOf(sealerOf({ sessionId: parseSessionId(`0x${'ac'.repeat(32)}`) }))],
    ['for another request', () => framesOf(sealerOf({}, '01234567-89ab-4def-8123-456789abcdee'))],
    ['for another chain', () => framesOf(sealerOf({ separator: Buffer.alloc(32, 8) }))],
    ['for another question', () => framesOf(sealerOf(), Buffer.from('{"model":"n"}'))],
  ])('refuses a receipt %s', async (_, frames) => {
    await expect(readAll(frames())).rejects.toThrow(SealBrokenError);
  });

  it('refuses a receipt that says nothing was read and yet tells an answer', async () => {
    const sealer = sealerOf();
    const frames = [sealer.head(HEAD), sealer.part(Buffer.from('one'))];
    sealer.account(ACCOUNT);
    await expect(readAll([...frames, sealer.last()])).rejects.toThrow(SealBrokenError);
  });

  it('lets go of its source when its reader leaves', async () => {
    const stream = Readable.from(framesOf());
    const answer = await openAnswer(byteSourceOf(stream), { setup: consumer, binding, requestId, body });
    expect(String(await answer.body.next())).toBe('one');
    answer.body.leave();
    expect(stream.destroyed).toBe(true);
  });
});
