import { ProtocolError } from './errors.js';

declare const canonical: unique symbol;

/** The one accepted form of a secp256k1 signature: 65 bytes r, s, v in lower-case hex, v 27 or 28, s in the lower half. */
export type Signature = `0x${string}` & { readonly [canonical]: true };

/** Half the order of secp256k1: the largest accepted s. */
export const MAX_SIGNATURE_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

const SIGNATURE_BYTES = 65;
const V_OFFSET = 2 + 2 * 64;
const S_OFFSET = 2 + 2 * 32;
const ACCEPTED_V = ['1b', '1c'];

/**
 * Text to a canonical signature, so that one signature has one spelling (TRUST scenario 5).
 * @throws SIGNATURE_LENGTH_INVALID unless 65 bytes of hex (compact EIP-2098 is 64); SIGNATURE_V_INVALID unless v is
 *   27 or 28; SIGNATURE_S_TOO_HIGH for s in the upper half.
 */
export function parseSignature(text: string): Signature {
  const lower = text.toLowerCase();
  if (lower.length !== 2 + 2 * SIGNATURE_BYTES || !/^0x[0-9a-f]+$/.test(lower)) {
    throw new ProtocolError('SIGNATURE_LENGTH_INVALID', { characters: BigInt(text.length) });
  }
  const v = lower.slice(V_OFFSET);
  if (!ACCEPTED_V.includes(v)) throw new ProtocolError('SIGNATURE_V_INVALID', { v: `0x${v}` });
  if (BigInt(`0x${lower.slice(S_OFFSET, V_OFFSET)}`) > MAX_SIGNATURE_S) {
    throw new ProtocolError('SIGNATURE_S_TOO_HIGH', { maxS: MAX_SIGNATURE_S });
  }
  return lower as Signature;
}
