import { invalidValue, refuseUnsupported, required, wrongType } from './request-fields.js';
import type { Fields } from './request-fields.js';

export type EmbeddingRequest = { readonly input: readonly string[]; readonly encoding: 'float' | 'base64' };

/** As OpenAI. */
const MAX_INPUTS = 2048;

export function parseEmbeddingRequest(fields: Fields): EmbeddingRequest {
  refuseUnsupported(fields, { dimensions: [] });
  return {
    input: parseInput(required(fields, 'input')),
    encoding: parseEncoding(fields['encoding_format'] ?? 'float'),
  };
}

function parseInput(value: unknown): string[] {
  const inputs: unknown[] = Array.isArray(value) ? value : [value];
  if (inputs.length === 0 || inputs.length > MAX_INPUTS)
    throw invalidValue('input', `it has ${inputs.length} texts, 1 to ${MAX_INPUTS} are allowed`);
  return inputs.map((input) => {
    if (typeof input !== 'string') throw wrongType('input', 'a string or an array of strings', input);
    if (input === '') throw invalidValue('input', 'an empty string has no embedding');
    return input;
  });
}

function parseEncoding(value: unknown): 'float' | 'base64' {
  if (value === 'float' || value === 'base64') return value;
  throw invalidValue('encoding_format', "only 'float' and 'base64' are supported");
}
