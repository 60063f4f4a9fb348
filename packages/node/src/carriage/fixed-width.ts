import type { Address, Bytes32, SessionId } from '@yellowstone/protocol';

// Signed and derived bytes of the carriage have fixed places: no parser can read them in two ways.

/** Bytes of a label; unique per purpose, so that bytes made for one are worth nothing for another. */
const LABEL_BYTES = 32;

/** A purpose in ASCII, filled with zero bytes to 32. */
export function labelBytes(purpose: string): Buffer {
  const bytes = Buffer.alloc(LABEL_BYTES);
  if (bytes.write(`yellowstone/2 ${purpose}`, 'ascii') >= LABEL_BYTES) throw new RangeError(`${purpose} is too long`);
  return bytes;
}

/** A whole number, big-endian. @throws RangeError if it does not fit. */
export function uintBytes(value: bigint | number, width: number): Buffer {
  const number = BigInt(value);
  if (number >> BigInt(8 * width) !== 0n) throw new RangeError(`${value} does not fit ${width} bytes`);
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(number);
  return bytes.subarray(8 - width);
}

/** The bytes of an address, an id, a hash. */
export function hexBytes(hex: Address | Bytes32 | SessionId): Buffer {
  return Buffer.from(hex.slice(2), 'hex');
}

/** 32 bytes as protocol messages write them. */
export function bytes32Of(bytes: Uint8Array): Bytes32 {
  if (bytes.length !== 32) throw new RangeError(`${bytes.length} bytes are not 32`);
  return `0x${Buffer.from(bytes).toString('hex')}` as Bytes32;
}

/** The 16 bytes of a uuid. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** 16 bytes as a uuid. */
export function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
