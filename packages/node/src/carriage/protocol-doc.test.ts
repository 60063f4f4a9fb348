import { readFileSync } from 'node:fs';
import { messageDomain, parseAddress, parseSessionId } from '@yellowstone/protocol';
import { id, Wallet } from 'ethers';
import { expect, it } from 'vitest';
import { PROTOCOL_VERSION } from './provider-api.js';
import { AUTHORIZATION_HEADERS, authorizeRequest } from './request-authorization.js';

const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');

it('docs/protocol.md has the authorization of a request as nodes make it', async () => {
  const body = '{"model":"tiny-talk","messages":[{"role":"user","content":"What is a bid?"}]}';
  const diamond = parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3');
  const signer = new Wallet(id('yellowstone test vectors'));
  const headers = await authorizeRequest(
    { domain: messageDomain({ chainId: 31_337n, diamond }), signer },
    {
      path: '/v1/chat/completions',
      body: Buffer.from(body),
      sessionId: parseSessionId(id('session')),
      requestId: '01234567-89ab-4def-8123-456789abcdef',
      deadline: 1_800_000_000n,
    },
  );
  const type = 'RequestAuthorization(bytes32 sessionId,bytes32 requestId,bytes32 bodyHash,uint40 deadline)';
  for (const text of [body, type, id(type), ...Object.values(headers), ...Object.values(AUTHORIZATION_HEADERS)]) {
    expect(page).toContain(text);
  }
  expect(page).toContain(`"protocolVersion": "${PROTOCOL_VERSION}"`);
});
