import { describe, expect, it } from 'vitest';
import { parseJsonObject } from './json-body.js';

const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('parseJsonObject', () => {
  it('gives the object with numbers and unknown fields as they are', () => {
    expect(parseJsonObject(Buffer.from('{"seed":1,"x":{"y":[null]}}'))).toEqual({ seed: 1, x: { y: [null] } });
  });

  it.each([
    ['no JSON', 'nul', 'body_malformed'],
    ['nothing', '', 'body_malformed'],
    ['a list', '[]', 'request_invalid'],
    ['a text', '"x"', 'request_invalid'],
    ['a depth of 10,000', nested(10_000), 'request_invalid'],
    ['__proto__', '{"a":{"__proto__":{"b":1}}}', 'request_invalid'],
    ['__proto__ in escapes', '{"\\u005f_proto__":{"b":1}}', 'request_invalid'],
  ])('refuses %s', (_, text, code) => {
    expect(() => parseJsonObject(Buffer.from(text))).toThrow(expect.objectContaining({ code, httpStatus: 400 }));
  });

  it('refuses what are no bytes', () => {
    expect(() => parseJsonObject(undefined)).toThrow(expect.objectContaining({ code: 'body_malformed' }));
  });
});
