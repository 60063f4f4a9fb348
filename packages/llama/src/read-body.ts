import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';
import { asFields } from './request-fields.js';
import type { Fields } from './request-fields.js';

/** No honest request is nested deeper than a few levels. */
const MAX_JSON_DEPTH = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]); // [ {
const CLOSING = new Set([0x5d, 0x7d]); // ] }

/** Reads one JSON object, never more than `limitBytes` of it. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Fields> {
  assertJson(request);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limitBytes) throw tooLarge(`${declared}`, limitBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  // A broken connection rejects here; the request's signal is aborted then as well.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(`more than ${limitBytes}`, limitBytes);
    chunks.push(chunk);
  }
  return parseJsonObject(Buffer.concat(chunks, length));
}

/** Also what makes browsers ask before another site's page may post here. */
function assertJson({ headers }: IncomingMessage): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiError('unsupported_media_type', `Content-Type is '${type ?? 'missing'}'; send application/json.`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new ApiError('unsupported_media_type', `Content-Encoding '${encoding}' is not supported; send plain JSON.`);
}

export function parseJsonObject(bytes: Buffer): Fields {
  assertShallow(bytes);
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // Keys that would reach into prototypes have no honest use.
    if (/"__proto__"\s*:/.test(text)) throw new Error('__proto__ is not an allowed key');
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may be a prompt.
    throw new ApiError('invalid_json', `The body of ${bytes.length} bytes is not valid JSON; send one JSON object.`);
  }
  return asFields(value);
}

function assertShallow(bytes: Buffer): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number; // index < length
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (CLOSING.has(byte)) depth--;
    else if (OPENING.has(byte) && ++depth > MAX_JSON_DEPTH)
      throw new ApiError('invalid_json', `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels; flatten it.`);
  }
}

function tooLarge(size: string, limitBytes: number): ApiError {
  return new ApiError(
    'body_too_large',
    `The body has ${size} bytes, at most ${limitBytes} are accepted; shorten the request.`,
  );
}
