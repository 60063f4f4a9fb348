import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Bytes32 } from '@yellowstone/protocol';
import { bytes32Of, hexBytes } from './fixed-width.js';

/** X25519 agrees on secrets, Ed25519 signs. */
export type Curve = 'X25519' | 'Ed25519';

/** A key pair; both halves are 32 bytes. */
export interface RawKeyPair {
  readonly publicKey: Bytes32;
  /** The private half, as an object that prints as nothing. */
  readonly privateKey: KeyObject;
}

/** A new pair of chance. */
export function newKeyPair(curve: Curve): RawKeyPair {
  const { privateKey } = curve === 'X25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('ed25519');
  return { publicKey: publicHalfOf(privateKey), privateKey };
}

/** A pair from the 32 bytes of its private half. @throws TypeError or RangeError for other bytes. */
export function keyPairFrom(curve: Curve, privateBytes: Uint8Array): RawKeyPair {
  if (privateBytes.length !== 32) throw new RangeError(`${privateBytes.length} bytes are no private key`);
  const der = Buffer.concat([PKCS8_START[curve], privateBytes]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { publicKey: publicHalfOf(privateKey), privateKey };
}

/** The 32 bytes of a private half; for sealing and for HPKE only. */
export function privateBytesOf(privateKey: KeyObject): Buffer {
  return Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
}

/** The public half that checks Ed25519 signatures. */
export function verifyingKeyOf(publicKey: Bytes32): KeyObject {
  const x = hexBytes(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** What stands before the 32 bytes in PKCS#8 (RFC 8410). */
const PKCS8_START: Readonly<Record<Curve, Buffer>> = {
  X25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  Ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
};

function publicHalfOf(privateKey: KeyObject): Bytes32 {
  return bytes32Of(Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url'));
}
