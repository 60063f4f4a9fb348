import { sign, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keyPairFrom, newKeyPair, privateBytesOf, verifyingKeyOf } from './raw-keys.js';

describe('key pairs', () => {
  // The first is test 1 of RFC 8032, 7.1.
  it.each([
    [
      'Ed25519',
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    ],
    ['X25519', '42'.repeat(32), undefined],
  ] as const)('of %s come back from 32 bytes', (curve, privateHex, publicHex) => {
    const pair = keyPairFrom(curve, Buffer.from(privateHex, 'hex'));
    if (publicHex !== undefined) expect(pair.publicKey).toBe(`0x${publicHex}`);
    expect(privateBytesOf(pair.privateKey).toString('hex')).toBe(privateHex);
  });

  it('check what they signed', () => {
    const pair = newKeyPair('Ed25519');
    const signature = sign(null, Buffer.from('text'), pair.privateKey);
    expect(verify(null, Buffer.from('text'), verifyingKeyOf(pair.publicKey), signature)).toBe(true);
    expect(verify(null, Buffer.from('text'), verifyingKeyOf(newKeyPair('Ed25519').publicKey), signature)).toBe(false);
  });

  it('print nothing of their private half', () => {
    const pair = newKeyPair('X25519');
    const bytes = privateBytesOf(pair.privateKey);
    for (const text of [JSON.stringify(pair), inspect(pair, { depth: 9 })]) {
      expect(text).not.toContain(bytes.toString('hex'));
      expect(text).not.toContain(bytes.toString('base64url'));
    }
  });

  it.each([0, 31, 33])('are not made of %i bytes', (length) => {
    expect(() => keyPairFrom('X25519', Buffer.alloc(length, 1))).toThrow(RangeError);
  });
});
