import { messageDomain, parseAddress, parseSessionId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { addressOf, userWallet } from '../testing/keys.js';
import { AUTHORIZATION_HEADERS, authorizeRequest, readAuthorization } from './request-authorization.js';

const domain = messageDomain({ chainId: 1n, diamond: parseAddress(`0x${'11'.repeat(20)}`) });
const NOW = 1_000_000n;
const request = {
  path: '/v1/chat/completions',
  body: Buffer.from('{"model":"m"}'),
  sessionId: parseSessionId(`0x${'ab'.repeat(32)}`),
  requestId: '01234567-89ab-4def-8123-456789abcdef',
  deadline: NOW + 60n,
};

const headersOf = () => authorizeRequest({ domain, signer: userWallet }, request);

describe('readAuthorization', () => {
  it('names who signed the request', async () => {
    const { requester, authorization } = readAuthorization(
      { domain, now: NOW },
      { ...request, headers: await headersOf() },
    );
    expect(requester).toBe(addressOf(userWallet));
    expect(authorization).toMatchObject({ sessionId: request.sessionId, requestId: request.requestId });
  });

  it.each([
    ['another body', { body: Buffer.from('{"model":"n"}') }],
    ['another path', { path: '/v1/completions' }],
  ])('names somebody else for %s', async (_, change) => {
    const headers = await headersOf();
    expect(readAuthorization({ domain, now: NOW }, { ...request, ...change, headers }).requester).not.toBe(
      addressOf(userWallet),
    );
  });

  it.each(Object.values(AUTHORIZATION_HEADERS))('refuses a request without %s', async (header) => {
    const headers = { ...(await headersOf()), [header]: undefined };
    expect(codeOf(() => readAuthorization({ domain, now: NOW }, { ...request, headers }))).toBe(
      'authorization_missing',
    );
  });

  it.each([
    [AUTHORIZATION_HEADERS.session, '0x12', 'authorization_malformed'],
    [AUTHORIZATION_HEADERS.request, 'not-a-uuid', 'authorization_malformed'],
    [AUTHORIZATION_HEADERS.deadline, '1e9', 'authorization_malformed'],
    [AUTHORIZATION_HEADERS.deadline, `${NOW - 1n}`, 'authorization_expired'],
    [AUTHORIZATION_HEADERS.deadline, `${NOW + 601n}`, 'authorization_too_far'],
    [AUTHORIZATION_HEADERS.signature, '0x1234', 'signature_invalid'],
    [AUTHORIZATION_HEADERS.signature, `0x${'ff'.repeat(64)}1b`, 'signature_invalid'],
  ])('refuses %s: %s with %s', async (header, value, code) => {
    const headers = { ...(await headersOf()), [header]: value };
    expect(codeOf(() => readAuthorization({ domain, now: NOW }, { ...request, headers }))).toBe(code);
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing was thrown';
}
