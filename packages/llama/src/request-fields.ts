import { ApiError } from './api-error.js';

/** A JSON object whose fields are not checked yet. OpenAI lets clients send null for "not set". */
export type Fields = Readonly<Record<string, unknown>>;

type Range = { readonly min: number; readonly max: number };

/** `param` null: the body itself. */
export function asFields(value: unknown, param: string | null = null): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrongType(param ?? 'body', 'an object', value, param);
}

export function optionalNumber(fields: Fields, name: string, { min, max }: Range): number | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw wrongType(name, 'a number', value);
  if (value < min || value > max) throw invalidValue(name, `${value} is not between ${min} and ${max}`);
  return value;
}

export function optionalInteger(fields: Fields, name: string, range: Range): number | undefined {
  const value = optionalNumber(fields, name, range);
  if (value !== undefined && !Number.isInteger(value)) throw wrongType(name, 'a whole number', value);
  return value;
}

export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(name, 'true or false', value);
}

export function requiredString(fields: Fields, name: string): string {
  const value = required(fields, name);
  if (typeof value === 'string') return value;
  throw wrongType(name, 'a string', value);
}

export function required(fields: Fields, name: string): unknown {
  const value = fields[name] ?? undefined;
  if (value !== undefined) return value;
  throw new ApiError('missing_required_parameter', `'${name}' is missing; it is required.`, { param: name });
}

export function wrongType(name: string, wanted: string, value: unknown, param: string | null = name): ApiError {
  return new ApiError('invalid_type', `'${name}' must be ${wanted}, not ${typeName(value)}.`, param ? { param } : {});
}

export function invalidValue(name: string, reason: string): ApiError {
  return new ApiError('invalid_value', `'${name}' is invalid: ${reason}.`, { param: name });
}

/** Better refused than silently ignored: the answer would not be what was asked for. */
export function refuseUnsupported(fields: Fields, harmless: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, allowed] of Object.entries(harmless)) {
    const value = fields[name] ?? undefined;
    if (value === undefined || allowed.includes(value) || (Array.isArray(value) && value.length === 0)) continue;
    throw new ApiError(
      'unsupported_parameter',
      `'${name}' is not supported by this server${allowed.length === 0 ? '' : ` (allowed: ${allowed.join(', ')})`}; leave it out.`,
      { param: name },
    );
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value)
    ? 'an array'
    : typeof value === 'number'
      ? `the number ${value}`
      : `of type ${typeof value}`;
}
