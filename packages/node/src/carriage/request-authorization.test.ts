import { parseSessionId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { bindingOf } from './message-keys.js';
import { newKeyPair, verifyingKeyOf } from './raw-keys.js';
import {
  CARRIAGE_HEADERS,
  readRequestHeaders,
  requireInTime,
  requireSignature,
  signRequest,
} from './request-authorization.js';

const NOW = 1_000_000n;
const place = {
  separator: Buffer.alloc(32, 7),
  sessionId: parseSessionId(`0x${'ab'.repeat(32)}`),
  requestId: '01234567-89ab-4def-8123-456789abcdef',
  path: '/v1/chat/completions',
  deadline: NOW + 60n,
};
const sealedBody = Buffer.from('sealed');
const pair = newKeyPair('Ed25519');
const signature = signRequest(pair.privateKey, { binding: bindingOf(place), sealedBody });
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('the signature of a request', () => {
  const check = (change: object, key = pair.publicKey, told = signature): unknown => {
    const { sealedBody: body = sealedBody, ...other } = change as { sealedBody?: Buffer };
    const binding = bindingOf({ ...place, ...other });
    return codeOf(() => requireSignature(verifyingKeyOf(key), { binding, sealedBody: body }, told));
  };

  it('is good for the request it was made for', () => {
    expect(check({})).toBeUndefined();
    expect(bindingOf(place)).toHaveLength(120);
  });

  it.each([
    ['body', { sealedBody: Buffer.from('sealer') }],
    ['path', { path: '/v1/completions' }],
    ['session', { sessionId: parseSessionId(`0x${'ac'.repeat(32)}`) }],
    ['request id', { requestId: '01234567-89ab-4def-8123-456789abcdee' }],
    ['deadline', { deadline: NOW + 61n }],
    ['chain', { separator: Buffer.alloc(32, 8) }],
  ])('is not good for another %s', (_, change) => {
    expect(check(change)).toBe('signature_invalid');
  });

  it('is not good for another key or in another spelling', () => {
    expect(check({}, newKeyPair('Ed25519').publicKey)).toBe('signature_invalid');
    const last = signature.at(-1) ?? '';
    const otherSpelling = signature.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1);
    expect(check({}, pair.publicKey, otherSpelling)).toBe('signature_invalid');
  });
});

describe('the headers of a request', () => {
  const good = {
    [CARRIAGE_HEADERS.setup]: 'AgAA',
    [CARRIAGE_HEADERS.request]: place.requestId,
    [CARRIAGE_HEADERS.deadline]: `${place.deadline}`,
    [CARRIAGE_HEADERS.signature]: signature,
  };

  it('are read', () => {
    const { requestId, deadline } = place;
    expect(readRequestHeaders(good)).toEqual({ setup: 'AgAA', requestId, deadline, signature });
  });

  it.each(Object.values(CARRIAGE_HEADERS))('are refused without %s', (header) => {
    expect(codeOf(() => readRequestHeaders({ ...good, [header]: undefined }))).toBe('authorization_missing');
  });

  it.each([
    [CARRIAGE_HEADERS.setup, 'a b'],
    [CARRIAGE_HEADERS.request, 'not-a-uuid'],
    [CARRIAGE_HEADERS.request, place.requestId.toUpperCase()],
    [CARRIAGE_HEADERS.deadline, '1e9'],
    [CARRIAGE_HEADERS.deadline, '-5'],
    [CARRIAGE_HEADERS.signature, '0x1234'],
    [CARRIAGE_HEADERS.signature, `${signature}=`],
  ])('are refused with %s: %s', (header, value) => {
    expect(codeOf(() => readRequestHeaders({ ...good, [header]: value }))).toBe('authorization_malformed');
  });
});

describe('the deadline of a request', () => {
  it.each([
    [NOW, undefined],
    [NOW + 600n, undefined],
    [NOW - 1n, 'authorization_expired'],
    [NOW + 601n, 'authorization_too_far'],
  ])('%i at 1000000: %s', (deadline, code) => {
    expect(codeOf(() => requireInTime(deadline, NOW))).toBe(code);
  });

  it('is refused with the seconds by which the clocks differ (scenario 44)', () => {
    expect(() => requireInTime(NOW - 180n, NOW)).toThrow('180 s too late');
    expect(() => requireInTime(NOW + 780n, NOW)).toThrow('180 s too far ahead');
  });
});
