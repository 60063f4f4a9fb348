import { type Address, parseAddress, ProtocolError, UINT128_MAX } from '@yellowstone/protocol';
import { type AppError, serviceError } from '@yellowstone/service';
import { type Static, type TSchema, Type } from 'typebox';

// The kinds of fields in requests and answers. Names of fields are those of the operator's guide and of the page that
// runs today; where the two differ, both are taken.

/** An amount as a decimal string. A JSON number is refused: it would lose digits above 2^53. */
export const Amount = Type.String({
  pattern: '^(0|[1-9][0-9]{0,38})$',
  description: 'MOR-wei (1e-18 MOR) as a decimal string, such as "200000000000000000" for 0.2 MOR',
});

export const AccountAddress = Type.String({
  pattern: '^0x[0-9a-fA-F]{40}$',
  description: 'an address, 0x and 40 hex digits; mixed case must have the right checksum',
});

/** An id of 32 bytes. */
export const Id = Type.String({ pattern: '^0x[0-9a-fA-F]{64}$', description: '0x and 64 hex digits' });

export const TransactionHash = Type.String({ description: 'hash of the transaction' });

/** A point in time, as the documented page writes it. */
export const Seconds = Type.String({ description: 'seconds since 1970-01-01 UTC, or "0" for never' });

export const IdParams = Type.Object({ id: Id });
export const AccountParams = Type.Object({ id: AccountAddress });

export const PageQuery = Type.Object({
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'entries to skip, 0' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'most entries to return, 50' })),
});
export type PageQuery = Static<typeof PageQuery>;

/** Refuses fields that nobody knows, so that a misspelt one is told instead of ignored. */
export function body<Fields extends Readonly<Record<string, TSchema>>>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false });
}

/** A request that does not fit, with the field that is wrong. */
export function fieldError(field: string, problem: string, cause?: unknown): AppError {
  return serviceError('request_invalid', { problems: `${field} ${problem}`, param: field }, { cause });
}

/** @throws request_invalid above what contracts store */
export function amountOf(text: string, field: string): bigint {
  const amountMor = BigInt(text);
  if (amountMor > UINT128_MAX) throw fieldError(field, 'must fit into 128 bits');
  return amountMor;
}

/** @throws request_invalid with a wrong checksum */
export function addressOf(text: string, field: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof ProtocolError) throw fieldError(field, 'must have the right checksum', error);
    throw error;
  }
}

/** Half of a pair of UTF-16, which is in no text: it has no UTF-8, so neither a chain nor a database can keep it. */
const HALF = /\p{Cs}/u;

/** @throws request_invalid for text, however deep, that is no Unicode */
export function requireText(value: unknown, field = 'body'): void {
  if (typeof value === 'string' && HALF.test(value)) throw fieldError(field, 'must be whole Unicode characters');
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) requireText(part, Array.isArray(value) ? field : name);
}

/** The value of a field that goes by two names. @throws request_invalid if it has none or both */
export function oneOf<Value>(names: readonly [string, string], values: readonly (Value | undefined)[]): Value {
  const given = values.filter((value) => value !== undefined);
  const [value] = given;
  if (value === undefined) throw fieldError(names[0], `must be given (${names[1]} is the same)`);
  if (given.length > 1) throw fieldError(names[1], `is the same as ${names[0]}; give one of them`);
  return value;
}
