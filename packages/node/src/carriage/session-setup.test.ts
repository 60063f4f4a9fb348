import { randomBytes } from 'node:crypto';
import { messageDomain, parseAddress, parseBytes32 } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { openSecret, sealSecret } from './hpke.js';
import { newKeyPair } from './raw-keys.js';
import { formatSetup, parseSetup, SETUP_BYTES, type SessionSetup, setupInfo } from './session-setup.js';

const bytes32 = () => parseBytes32(`0x${randomBytes(32).toString('hex')}`);
const setup: SessionSetup = {
  sessionKey: {
    user: parseAddress('0x78B66753E315BD0cC5A375eF5Aa21485Bc907CDB'),
    sessionOrRfcId: bytes32(),
    signingKey: bytes32(),
    hpkeKey: bytes32(),
    deadline: 2n ** 40n - 1n,
  },
  signature: `0x${'ab'.repeat(65)}`,
  nodeKey: bytes32(),
  encapsulation: bytes32(),
};

describe('a set-up in a header', () => {
  it('comes back as it was', () => {
    expect(parseSetup(formatSetup(setup))).toEqual(setup);
    expect(SETUP_BYTES).toBe(251);
  });

  it.each([
    ['nothing', ''],
    ['another version', formatSetup(setup).replace(/^A./, 'AA')],
    ['a byte too few', formatSetup(setup).slice(0, -2)],
    ['a byte too many', `${formatSetup(setup)}AA`],
    ['another spelling', `${formatSetup(setup)}=`],
    ['no base64url', 'é'.repeat(335)],
  ])('is refused as %s', (_, text) => {
    expect(() => parseSetup(text)).toThrow(RangeError);
  });
});

describe('the secret of a set-up', () => {
  const domain = messageDomain({ chainId: 1n, diamond: setup.sessionKey.user });
  const [node, consumer] = [newKeyPair('X25519'), newKeyPair('X25519')];
  const provider = parseAddress(`0x${'11'.repeat(20)}`);
  const nodeKeys = {
    provider,
    hpkeKey: node.publicKey,
    signingKey: bytes32(),
    endpointHash: bytes32(),
    validUntil: 9n,
  };
  const sessionKey = { ...setup.sessionKey, hpkeKey: consumer.publicKey };
  const info = setupInfo({ domain, nodeKeys, sessionKey });
  const bytesOf = async (secret: ReturnType<typeof openSecret>) => (await secret).export().toString('hex');

  it('is the same on both sides, and another one each time', async () => {
    const sealed = await sealSecret({ receiver: node.publicKey, sender: consumer, info });
    const { encapsulation } = sealed;
    const opened = openSecret({ receiver: node, sender: consumer.publicKey, encapsulation, info });
    expect(await bytesOf(opened)).toBe(sealed.secret.export().toString('hex'));
    const again = await sealSecret({ receiver: node.publicKey, sender: consumer, info });
    expect(again.secret.equals(sealed.secret)).toBe(false);
  });

  it.each([
    ['another chain', { domain: messageDomain({ chainId: 2n, diamond: setup.sessionKey.user }) }],
    ['another diamond', { domain: messageDomain({ chainId: 1n, diamond: provider }) }],
    ['another session', { sessionKey: { ...sessionKey, sessionOrRfcId: bytes32() } }],
    ['another user', { sessionKey: { ...sessionKey, user: provider } }],
    ['another signing key', { sessionKey: { ...sessionKey, signingKey: bytes32() } }],
    ['another provider', { nodeKeys: { ...nodeKeys, provider: setup.sessionKey.user } }],
    ['another signing key of the node', { nodeKeys: { ...nodeKeys, signingKey: bytes32() } }],
    ['another endpoint', { nodeKeys: { ...nodeKeys, endpointHash: bytes32() } }],
  ])('is not the same for %s', async (_, change) => {
    const { encapsulation, secret } = await sealSecret({ receiver: node.publicKey, sender: consumer, info });
    const other = setupInfo({ domain, nodeKeys, sessionKey, ...change });
    const opened = await openSecret({ receiver: node, sender: consumer.publicKey, encapsulation, info: other });
    expect(opened.equals(secret)).toBe(false);
  });

  it('is not the same for somebody who claims the key of the session, and not for another node', async () => {
    const { encapsulation, secret } = await sealSecret({
      receiver: node.publicKey,
      sender: newKeyPair('X25519'),
      info,
    });
    const opened = await openSecret({ receiver: node, sender: consumer.publicKey, encapsulation, info });
    expect(opened.equals(secret)).toBe(false);
    const sealed = await sealSecret({ receiver: node.publicKey, sender: consumer, info });
    const elsewhere = { receiver: newKeyPair('X25519'), sender: consumer.publicKey, info };
    const openedElsewhere = await openSecret({ ...elsewhere, encapsulation: sealed.encapsulation });
    expect(openedElsewhere.equals(sealed.secret)).toBe(false);
  });

  it('is refused for a key of low order', async () => {
    const low = parseBytes32(`0x${'00'.repeat(32)}`);
    await expect(openSecret({ receiver: node, sender: low, encapsulation: low, info })).rejects.toThrow();
  });
});
