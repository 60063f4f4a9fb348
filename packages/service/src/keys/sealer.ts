import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { serviceError } from '../errors.js';
import type { Secret } from '../secret.js';

/** Makes values unreadable for whoever has the database or its backup but not the key of the wallet. */
export interface Sealer {
  /** @param context what the value is; it opens under the same context only */
  seal(value: Uint8Array, context: string): Buffer;
  /** @throws AppError sealed_value_unreadable */
  open(sealed: Uint8Array, context: string): Buffer;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived from the wallet's (HKDF-SHA256). Nonces are of chance: good for 2^32 values.
 * @param purpose keys of different purposes are different
 */
export function createSealer(privateKey: Secret, purpose: string): Sealer {
  const key = deriveKey(privateKey, purpose);
  return {
    seal(value, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(context));
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw serviceError('sealed_value_unreadable', { context }, { cause });
      }
    },
  };
}

function deriveKey(privateKey: Secret, purpose: string): KeyObject {
  const bytes = Buffer.from(privateKey.reveal().replace(/^0x/, ''), 'hex');
  const derived = hkdfSync('sha256', bytes, Buffer.alloc(0), `yellowstone ${purpose}`, KEY_BYTES);
  return createSecretKey(Buffer.from(derived));
}
