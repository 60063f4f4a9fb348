import fc from 'fast-check';
import type { ApiDocument, Operation } from './operator-api.js';

/** A request made out of a document: as it should be, or with one thing wrong. */
export interface MadeRequest {
  readonly operationId: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

/** The part of JSON Schema that the document uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Values that exist, by the pattern of their field, so that some requests find something. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** What no field should be, and what programs stumble over. */
export const WRONG: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  '0',
  '-1',
  '00',
  '1e18',
  '0x',
  '9'.repeat(39),
  '9'.repeat(400),
  `0x${'ab'.repeat(32)}`,
  `0x${'AB'.repeat(20)}`,
  '../../etc/passwd',
  '\u0000',
  '\ud800',
  '💥',
  'constructor',
  [],
  [[]],
  {},
  { toString: 1 },
];

/** What a header can hold. */
const SENDABLE = /^[\x20-\x7e]*$/;

/** Requests for all operations of a document. */
export function requestsOf({ paths }: ApiDocument, known: Known): fc.Arbitrary<MadeRequest> {
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => requestOf({ path, method, operation }, known)),
  );
  return fc.oneof(...all);
}

interface Route {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function requestOf({ path, method, operation }: Route, known: Known): fc.Arbitrary<MadeRequest> {
  const { parameters = [], requestBody, operationId } = operation;
  const schema = requestBody?.content['application/json']?.schema as Schema | undefined;
  const values = fc.tuple(
    ...parameters.map(({ in: where, schema: of, required }) => {
      const value = mostly(valueOf(of, known), fc.constantFrom(...WRONG));
      // A key makes most requests repetitions of others.
      if (required) return value;
      return where === 'header' ? fc.option(value, { nil: undefined, freq: 1 }) : fc.option(value, { nil: undefined });
    }),
  );
  const body = schema === undefined ? fc.constant(undefined) : mostly(valueOf(schema, known), brokenOf(schema, known));
  return fc.record({ values, payload: body }).map(({ values: given, payload }) => {
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    let url = path;
    parameters.forEach(({ in: where, name }, at) => {
      const text = textOf(given[at]);
      if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(text || 'x'));
      else if (given[at] === undefined) return;
      else if (where === 'query') query.append(name, text);
      else if (SENDABLE.test(text)) headers[name.toLowerCase()] = text;
    });
    const asked = query.size === 0 ? url : `${url}?${query}`;
    return { operationId, method: method.toUpperCase(), url: asked, headers, payload };
  });
}

function mostly<Value>(good: fc.Arbitrary<Value>, bad: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad });
}

function textOf(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // A URL holds no half of a pair.
  return Buffer.from(text).toString();
}

/** An object with one field that is wrong, missing or unknown, or something else altogether. */
function brokenOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const names = [...Object.keys(schema.properties ?? {}), 'unheardOf', '__proto__'];
  const oneWrong = fc
    .tuple(valueOf(schema, known), fc.constantFrom(...names), fc.constantFrom(undefined, ...WRONG))
    .map(([value, name, wrong]) =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries([...Object.entries(value), [name, wrong]])
        : wrong,
    );
  return fc.oneof(oneWrong, oneWrong, fc.constantFrom(...WRONG), fc.jsonValue({ maxDepth: 4 }));
}

function valueOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valueOf(one, known)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, known), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return stringOf(schema, known);
  }
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<object> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, known)]));
  const twins = Object.entries(properties).flatMap(([name, { description = '' }]) => {
    const twin = /^the same as (\w+)/.exec(description)?.[1];
    return twin === undefined ? [] : [[name, twin] as const];
  });
  return fc.record(fields, { requiredKeys: [...required] }).map((value: Record<string, unknown>) => {
    const doubled = twins.filter(([, twin]) => twin in value).map(([name]) => name);
    return Object.fromEntries(Object.entries(value).filter(([name]) => !doubled.includes(name)));
  });
}

function stringOf({ pattern, minLength = 0, maxLength = 20 }: Schema, known: Known): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength, unit: 'grapheme' });
  const made = fc.stringMatching(new RegExp(pattern));
  const there = known[pattern] ?? [];
  return there.length === 0 ? made : fc.oneof(made, { weight: 3, arbitrary: fc.constantFrom(...there) });
}
