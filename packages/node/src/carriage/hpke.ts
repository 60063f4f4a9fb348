import { createSecretKey, type KeyObject } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { Bytes32 } from '@yellowstone/protocol';
import { bytes32Of, hexBytes, labelBytes } from './fixed-width.js';
import { privateBytesOf, type RawKeyPair } from './raw-keys.js';

// RFC 9180 in auth mode: the secret is known to the holder of the node's key and of the session's key, to nobody else.

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const EXPORT_CONTEXT = labelBytes('session secret');
const SECRET_BYTES = 32;

/** The sender's part of a set-up. */
export interface SealedSecret {
  readonly encapsulation: Bytes32;
  readonly secret: KeyObject;
}

interface Sending {
  /** Whom it is for. */
  readonly receiver: Bytes32;
  readonly sender: RawKeyPair;
  readonly info: Buffer;
  /** The pair used once; by chance unless vectors say otherwise. */
  readonly ephemeral?: RawKeyPair;
}

/** Makes a secret for a receiver. */
export async function sealSecret({ receiver, sender, info, ephemeral }: Sending): Promise<SealedSecret> {
  const context = await suite.createSenderContext({
    recipientPublicKey: await publicKeyOf(receiver),
    senderKey: await pairOf(sender),
    info,
    ...(ephemeral === undefined ? {} : { ekm: await pairOf(ephemeral) }),
  });
  const secret = await context.export(EXPORT_CONTEXT, SECRET_BYTES);
  return { encapsulation: bytes32Of(new Uint8Array(context.enc)), secret: createSecretKey(Buffer.from(secret)) };
}

interface Receiving {
  readonly receiver: RawKeyPair;
  /** Whose secret it is. */
  readonly sender: Bytes32;
  readonly encapsulation: Bytes32;
  readonly info: Buffer;
}

/** The same secret at the receiver's; another one, which opens nothing, if a key or the info differ. @throws for keys of low order. */
export async function openSecret({ receiver, sender, encapsulation, info }: Receiving): Promise<KeyObject> {
  const context = await suite.createRecipientContext({
    recipientKey: await pairOf(receiver),
    senderPublicKey: await publicKeyOf(sender),
    enc: hexBytes(encapsulation),
    info,
  });
  return createSecretKey(Buffer.from(await context.export(EXPORT_CONTEXT, SECRET_BYTES)));
}

function publicKeyOf(key: Bytes32): Promise<CryptoKey> {
  return suite.kem.importKey('raw', arrayBufferOf(hexBytes(key)), true);
}

async function pairOf({ publicKey, privateKey }: RawKeyPair): Promise<CryptoKeyPair> {
  return {
    publicKey: await publicKeyOf(publicKey),
    privateKey: await suite.kem.importKey('raw', arrayBufferOf(privateBytesOf(privateKey)), false),
  };
}

function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
