import { keccak256 } from 'ethers';
import { ProtocolError } from './errors.js';
import type { Bytes32 } from './units.js';

/** Width of a word of the ABI [hex digits]. */
const WORD_DIGITS = 64;

/**
 * An unsigned number as hex digits without 0x, as `abi.encodePacked` writes a type of these bits.
 * @throws NUMBER_OUT_OF_RANGE if it is negative or does not fit.
 */
export function uintDigits(value: bigint, bits: number): string {
  if (value < 0n || value >> BigInt(bits) !== 0n) {
    throw new ProtocolError('NUMBER_OUT_OF_RANGE', { value, bits: BigInt(bits) });
  }
  return value.toString(16).padStart(bits / 4, '0');
}

/** An unsigned number as a word of `abi.encode`, without 0x. @throws as `uintDigits`. */
export function uintWord(value: bigint, bits: number): string {
  return uintDigits(value, bits).padStart(WORD_DIGITS, '0');
}

/** The digits of hex that starts with 0x: of a word, of bytes. */
export function digitsOf(hex: string): string {
  return hex.slice(2);
}

/** An address as a word of `abi.encode`, without 0x. */
export function addressWord(address: string): string {
  return digitsOf(address).padStart(WORD_DIGITS, '0');
}

/**
 * keccak256 of digits put one after another. The general encoders of ethers give the same but take several times as
 * long, and a day book hashes hundreds of thousands of words.
 */
export function keccakOfDigits(...digits: readonly string[]): Bytes32 {
  return keccak256(bytesOf(digits.join(''))) as Bytes32;
}

function bytesOf(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (nibbleOf(digits.charCodeAt(2 * i)) << 4) | nibbleOf(digits.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** Value of a hex digit: 0-9 are codes 48-57, A-F 65-70, a-f 97-102. */
function nibbleOf(code: number): number {
  return code < 58 ? code - 48 : (code & 15) + 9;
}
