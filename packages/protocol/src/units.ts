import { getAddress } from 'ethers';
import { ProtocolError } from './errors.js';
import { requireNaturals } from './math.js';

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: { readonly [Key in Name]: true } };

/** A checksummed account address. Made by `parseAddress`. */
export type Address = Branded<`0x${string}`, 'Address'>;
/** 32 bytes in lower-case hex. Made by `parseBytes32`. */
export type Bytes32 = Branded<`0x${string}`, 'Bytes32'>;
/** keccak256(abi.encode(diamond, provider, modelId, nonce)); see `bidIdOf`. */
export type BidId = Branded<Bytes32, 'BidId'>;
/** keccak256(abi.encodePacked(owner, baseId)); see `modelIdOf`. */
export type ModelId = Branded<Bytes32, 'ModelId'>;
/** keccak256(abi.encode(chainId, diamond, index)); see `sessionIdOf`. */
export type SessionId = Branded<Bytes32, 'SessionId'>;
/** EIP-712 digest of a RequestForCompute; see `rfcIdOf`. */
export type RfcId = Branded<Bytes32, 'RfcId'>;

/** One UTC day [s]. */
export const DAY_SECONDS = 86_400n;
/** One hour [s]. */
export const HOUR_SECONDS = 3_600n;
/** 100 % in basis points. */
export const BPS = 10_000n;
/** 1 as a ratio scaled by 1e18. */
export const WAD = 10n ** 18n;
/** One MOR [MOR-wei]. */
export const MOR = 10n ** 18n;
/** Decimals of MOR. */
export const MOR_DECIMALS = 18;
/** The largest MOR amount a contract stores [MOR-wei]. */
export const UINT128_MAX = 2n ** 128n - 1n;
/** The most that can ever enter the pool [MOR-wei]. */
export const UINT96_MAX = 2n ** 96n - 1n;

/**
 * UTC day of a point in time, counted from 1970-01-01 (DESIGN 2). Rounded down.
 * @param timestamp [s]
 * @throws NEGATIVE_NUMBER for a time before 1970.
 */
export function dayOf(timestamp: bigint): bigint {
  requireNaturals({ timestamp });
  return timestamp / DAY_SECONDS;
}

/**
 * Hour of a point in time, counted from 1970-01-01 00:00 UTC. Rounded down.
 * @param timestamp [s]
 * @throws NEGATIVE_NUMBER for a time before 1970.
 */
export function hourOf(timestamp: bigint): bigint {
  requireNaturals({ timestamp });
  return timestamp / HOUR_SECONDS;
}

/** First second [s] of a UTC day. Exact. */
export function dayStartAt(day: bigint): bigint {
  return day * DAY_SECONDS;
}

/**
 * A decimal text of MOR, like `0.3`, to MOR-wei. Exact, nothing is rounded: what does not fit is refused.
 * @throws MOR_TEXT_INVALID for signs, exponents, spaces, leading zeros, a point without digits on both sides;
 *   MOR_TOO_MANY_DECIMALS above 18 decimals; MOR_OUT_OF_RANGE above 128 bits.
 */
export function parseMor(text: string): bigint {
  const match = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (match === null) throw new ProtocolError('MOR_TEXT_INVALID', { text: text.slice(0, 80) });
  const [, whole = '', decimals = ''] = match;
  if (decimals.length > MOR_DECIMALS) throw new ProtocolError('MOR_TOO_MANY_DECIMALS', { text: text.slice(0, 80) });
  // 2^128 wei has 21 digits before the point; longer texts are refused unread.
  const amount = whole.length > 21 ? UINT128_MAX + 1n : BigInt(whole + decimals.padEnd(MOR_DECIMALS, '0'));
  if (amount > UINT128_MAX) throw new ProtocolError('MOR_OUT_OF_RANGE', { text: text.slice(0, 80) });
  return amount;
}

/**
 * MOR-wei to the shortest decimal text of MOR. Exact; the inverse of `parseMor`.
 * @throws NEGATIVE_NUMBER for an amount below 0.
 */
export function formatMor(amountMor: bigint): string {
  requireNaturals({ amountMor });
  const decimals = (amountMor % MOR).toString().padStart(MOR_DECIMALS, '0').replace(/0+$/, '');
  const whole = (amountMor / MOR).toString();
  return decimals === '' ? whole : `${whole}.${decimals}`;
}

/**
 * Text to an address with checksum. Mixed case must carry the right checksum, one case only is accepted as it is.
 * @throws HEX_INVALID unless 0x and 40 hex digits; ADDRESS_CHECKSUM_INVALID for a wrong checksum.
 */
export function parseAddress(text: string): Address {
  requireHex(text, 20);
  try {
    return getAddress(text) as Address;
  } catch (cause) {
    throw new ProtocolError('ADDRESS_CHECKSUM_INVALID', { text }, { cause });
  }
}

/**
 * Text to 32 bytes in lower case.
 * @throws HEX_INVALID unless 0x and 64 hex digits.
 */
export function parseBytes32(text: string): Bytes32 {
  requireHex(text, 32);
  return text.toLowerCase() as Bytes32;
}

/** Text to a bid id. @throws HEX_INVALID unless 32 bytes. */
export function parseBidId(text: string): BidId {
  return parseBytes32(text) as BidId;
}

/** Text to a model id. @throws HEX_INVALID unless 32 bytes. */
export function parseModelId(text: string): ModelId {
  return parseBytes32(text) as ModelId;
}

/** Text to a session id. @throws HEX_INVALID unless 32 bytes. */
export function parseSessionId(text: string): SessionId {
  return parseBytes32(text) as SessionId;
}

/** Text to the id of a request for compute. @throws HEX_INVALID unless 32 bytes. */
export function parseRfcId(text: string): RfcId {
  return parseBytes32(text) as RfcId;
}

function requireHex(text: string, bytes: number): void {
  if (text.length === 2 + 2 * bytes && /^0x[0-9a-fA-F]+$/.test(text)) return;
  throw new ProtocolError('HEX_INVALID', { text: text.slice(0, 80), bytes: BigInt(bytes) });
}
