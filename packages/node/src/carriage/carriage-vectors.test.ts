import { readFileSync } from 'node:fs';
import { parseSessionId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { CARRIAGE_VECTORS, carriageVectors } from '../testing/carriage-vectors.js';
import { byteSourceFrom } from './byte-source.js';
import { readBody } from './exchange.js';
import { openSecret } from './hpke.js';
import { openAnswer } from './opened-answer.js';
import { keyPairFrom, verifyingKeyOf } from './raw-keys.js';
import { parseSetup } from './session-setup.js';

const written = JSON.parse(readFileSync(CARRIAGE_VECTORS, 'utf8')) as Awaited<ReturnType<typeof carriageVectors>>;
const bytesOf = (hex: string): Buffer => Buffer.from(hex.slice(2), 'hex');

describe('test/vectors/carriage.json', () => {
  it('is what nodes make today (npm run vectors -w packages/node)', async () => {
    expect(JSON.parse(JSON.stringify(await carriageVectors()))).toEqual(written);
  });

  it('can be read by whoever has the private halves alone', async () => {
    const { inputs, expected } = written;
    const { sessionKey, encapsulation, nodeKey } = parseSetup(expected.setupHeader);
    expect(nodeKey).toBe(expected.nodeKeys.hpkeKey);
    const secret = await openSecret({
      receiver: keyPairFrom('X25519', bytesOf(inputs.nodeHpkePrivate)),
      sender: sessionKey.hpkeKey,
      encapsulation,
      info: bytesOf(expected.info),
    });
    expect(secret.export()).toEqual(bytesOf(expected.secret));
    const signing = keyPairFrom('Ed25519', bytesOf(inputs.sessionSigningPrivate));
    const setup = {
      sessionId: parseSessionId(inputs.sessionId),
      separator: bytesOf(expected.binding).subarray(0, 32),
      header: expected.setupHeader,
      secret,
      signingKey: signing.privateKey,
      nodeKey,
      nodeVerifyingKey: verifyingKeyOf(expected.nodeKeys.signingKey),
    };
    const source = byteSourceFrom(expected.answerPieces.map(bytesOf));
    const { requestId } = inputs;
    const body = Buffer.from(inputs.body);
    const answer = await openAnswer(source, { setup, binding: bytesOf(expected.binding), requestId, body });
    expect(String(await readBody(answer.body, 10_000))).toBe(inputs.answer.parts.join(''));
    const { outputTokens, end, durationMs } = inputs.answer;
    expect(answer.receipt()?.receipt).toMatchObject({ requestId, outputTokens, end, durationMs });
  });
});
