import type { ChatMessage } from './chat-template.js';
import type { GenerateRequest } from './generate.js';
import {
  asFields,
  invalidValue,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  refuseUnsupported,
  required,
  requiredString,
  wrongType,
} from './request-fields.js';
import type { Fields } from './request-fields.js';

export type RequestDefaults = {
  readonly temperature: number;
  /** Used when the request has none. */
  readonly newSeed: () => number;
};

/** What chat and plain completions have in common. */
export type GenerationRequest = Omit<GenerateRequest, 'prompt'> & {
  readonly stream: boolean;
  readonly includeUsage: boolean;
};

export type ChatRequest = GenerationRequest & { readonly messages: readonly ChatMessage[] };
export type CompletionRequest = GenerationRequest & { readonly prompt: string };

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];
const MAX_TOKENS_RANGE = { min: 1, max: Number.MAX_SAFE_INTEGER };
const MAX_CHAT_TOP_LOGPROBS = 20;
const MAX_COMPLETION_LOGPROBS = 5;
const MAX_STOP_STRINGS = 4;
const DEFAULT_COMPLETION_TOKENS = 16;
/** llama.cpp takes 32 bits and reads 2^32 - 1 as "choose one yourself". */
const SEED_MODULUS = 0xffff_ffff;

export function parseChatRequest(fields: Fields, defaults: RequestDefaults): ChatRequest {
  const messages = parseMessages(required(fields, 'messages'));
  refuseUnsupported(fields, {
    tools: [],
    functions: [],
    tool_choice: ['none', 'auto'],
    audio: [],
    web_search_options: [],
  });
  refuseResponseFormat(fields);
  const wantsLogprobs = optionalBoolean(fields, 'logprobs') ?? false;
  const topLogprobs = optionalInteger(fields, 'top_logprobs', { min: 0, max: MAX_CHAT_TOP_LOGPROBS });
  if (topLogprobs !== undefined && !wantsLogprobs) throw invalidValue('top_logprobs', "it needs 'logprobs': true");
  const maxTokens =
    optionalInteger(fields, 'max_completion_tokens', MAX_TOKENS_RANGE) ??
    optionalInteger(fields, 'max_tokens', MAX_TOKENS_RANGE) ??
    Infinity;
  return {
    ...parseCommon(fields, defaults),
    messages,
    maxTokens,
    topLogprobs: wantsLogprobs ? (topLogprobs ?? 0) : null,
  };
}

export function parseCompletionRequest(fields: Fields, defaults: RequestDefaults): CompletionRequest {
  const prompt = parsePrompt(required(fields, 'prompt'));
  refuseUnsupported(fields, { best_of: [1], echo: [false], suffix: [''] });
  const topLogprobs = optionalInteger(fields, 'logprobs', { min: 0, max: MAX_COMPLETION_LOGPROBS });
  const maxTokens = optionalInteger(fields, 'max_tokens', MAX_TOKENS_RANGE) ?? DEFAULT_COMPLETION_TOKENS;
  return { ...parseCommon(fields, defaults), prompt, maxTokens, topLogprobs: topLogprobs ?? null };
}

function parseCommon(fields: Fields, defaults: RequestDefaults) {
  refuseUnsupported(fields, { n: [1], frequency_penalty: [0], presence_penalty: [0] });
  refuseLogitBias(fields);
  const stream = optionalBoolean(fields, 'stream') ?? false;
  return {
    stream,
    includeUsage: parseIncludeUsage(fields, stream),
    temperature: optionalNumber(fields, 'temperature', { min: 0, max: 2 }) ?? defaults.temperature,
    topP: optionalNumber(fields, 'top_p', { min: 0, max: 1 }) ?? 1,
    seed: parseSeed(fields) ?? defaults.newSeed(),
    stop: parseStop(fields['stop'] ?? undefined),
  };
}

function parseMessages(value: unknown): ChatMessage[] {
  if (!Array.isArray(value)) throw wrongType('messages', 'an array', value);
  if (value.length === 0) throw invalidValue('messages', 'it is empty, at least one message is needed');
  return value.map((message: unknown, index) => {
    const param = `messages[${index}]`;
    const fields = asFields(message, param);
    const role = requiredString(fields, 'role');
    if (!ROLES.includes(role)) throw invalidValue(`${param}.role`, `'${role}' is none of ${ROLES.join(', ')}`);
    // Chat templates know the older name only.
    return {
      role: role === 'developer' ? 'system' : role,
      content: parseContent(fields['content'], `${param}.content`),
    };
  });
}

function parseContent(value: unknown, param: string): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (!Array.isArray(value)) throw wrongType(param, 'a string or an array of text parts', value);
  return value
    .map((part: unknown, index) => {
      const partParam = `${param}[${index}]`;
      const fields = asFields(part, partParam);
      if (fields['type'] !== 'text') throw invalidValue(`${partParam}.type`, "only 'text' parts are supported");
      if (typeof fields['text'] !== 'string') throw wrongType(`${partParam}.text`, 'a string', fields['text']);
      return fields['text'];
    })
    .join('');
}

function parsePrompt(value: unknown): string {
  const prompt: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof prompt === 'string') return prompt;
  throw wrongType('prompt', 'a string or an array of one string', prompt);
}

function parseStop(value: unknown): string[] {
  if (value === undefined) return [];
  const stops: unknown[] = Array.isArray(value) ? value : [value];
  if (stops.length > MAX_STOP_STRINGS)
    throw invalidValue('stop', `it has ${stops.length} strings, at most ${MAX_STOP_STRINGS} are allowed`);
  return stops.map((stop) => {
    if (typeof stop !== 'string') throw wrongType('stop', 'a string or an array of strings', stop);
    if (stop === '') throw invalidValue('stop', 'an empty string would end every answer at once');
    return stop;
  });
}

function parseSeed(fields: Fields): number | undefined {
  const seed = optionalInteger(fields, 'seed', { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
  if (seed === undefined) return undefined;
  return ((seed % SEED_MODULUS) + SEED_MODULUS) % SEED_MODULUS;
}

function parseIncludeUsage(fields: Fields, stream: boolean): boolean {
  const value = fields['stream_options'] ?? undefined;
  if (value === undefined) return false;
  if (!stream) throw invalidValue('stream_options', "it needs 'stream': true");
  const includeUsage = asFields(value, 'stream_options')['include_usage'] ?? false;
  if (typeof includeUsage === 'boolean') return includeUsage;
  throw wrongType('stream_options.include_usage', 'true or false', includeUsage);
}

function refuseResponseFormat(fields: Fields): void {
  const value = fields['response_format'] ?? undefined;
  if (value === undefined) return;
  if (asFields(value, 'response_format')['type'] !== 'text')
    throw invalidValue('response_format', "only { type: 'text' } is supported");
}

function refuseLogitBias(fields: Fields): void {
  const value = fields['logit_bias'] ?? undefined;
  if (value === undefined) return;
  if (Object.keys(asFields(value, 'logit_bias')).length > 0) throw invalidValue('logit_bias', 'it is not supported');
}
