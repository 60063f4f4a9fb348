import { serviceError } from '@yellowstone/service';

/** Deeper nesting than any client needs; it would only cost stack later. */
const MAX_DEPTH = 200;

export type JsonObject = Record<string, unknown>;

/**
 * Bytes of a request to a JSON object, without any change of types.
 * @throws body_malformed for what is not JSON; request_invalid for no object, deep nesting, a key `__proto__`.
 */
export function parseJsonObject(body: unknown): JsonObject {
  const value = parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serviceError('request_invalid', { problems: 'the body must be a JSON object' });
  }
  requireDecent(value);
  return value as JsonObject;
}

function parse(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) throw serviceError('body_malformed');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw serviceError('body_malformed', {}, { cause });
  }
}

function requireDecent(root: object): void {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw serviceError('request_invalid', { problems: `the body is nested deeper than ${MAX_DEPTH}` });
    }
    const next: object[] = [];
    for (const node of level) {
      for (const [key, value] of Object.entries(node)) {
        if (key === '__proto__') throw serviceError('request_invalid', { problems: 'the key __proto__ is refused' });
        if (typeof value === 'object' && value !== null) next.push(value as object);
      }
    }
    level = next;
  }
}
