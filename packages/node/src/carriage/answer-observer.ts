import type { Clock } from '../clock.js';

/** Tokens as a backend counts them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The size of an answer without its text. */
export interface Passed {
  /** Pieces of a stream; 1 for an answer in one piece that says something. */
  readonly deltas: number;
  readonly characters: number;
}

/** Reads along while an answer passes. It remembers counts and times, never text. */
export interface AnswerObserver {
  /** Looks at the data of one event of a stream. */
  see(data: string | undefined): void;
  /** True if the last event seen carries nothing but the usage. */
  readonly lastWasUsageOnly: boolean;
  /** True after `[DONE]` or a finish reason: the answer is whole. */
  readonly isComplete: boolean;
  /** True after an event that tells an error. */
  readonly hasFailed: boolean;
  /** What the backend counted, else the deltas that passed. */
  usage(): Usage;
  /** What the backend counted; undefined if it did not say. */
  told(): Usage | undefined;
  /** What passed, whatever anybody counted. */
  passed(): Passed;
  /** From the start to the first delta [ms]; undefined before. */
  ttftMs(): number | undefined;
}

interface ObserverOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** When the request was sent, by the same clock [ms]. */
  readonly startedAt: number;
}

/** Watches one streamed answer of the OpenAI form. */
export function createAnswerObserver({ clock, startedAt }: ObserverOptions): AnswerObserver {
  let firstDeltaAt: number | undefined;
  let [deltas, characters] = [0, 0];
  let counted: Usage | undefined;
  let lastWasUsageOnly = false;
  let isComplete = false;
  let hasFailed = false;

  const see = (data: string | undefined): void => {
    lastWasUsageOnly = false;
    if (data === undefined) return;
    if (data === '[DONE]') {
      isComplete = true;
      return;
    }
    const chunk = parseRecord(data);
    if (chunk === undefined) return;
    if (chunk['error'] !== undefined && chunk['error'] !== null) hasFailed = true;
    counted = usageOf(chunk) ?? counted;
    const choices = Array.isArray(chunk['choices']) ? (chunk['choices'] as unknown[]) : [];
    lastWasUsageOnly = Array.isArray(chunk['choices']) && choices.length === 0 && usageOf(chunk) !== undefined;
    if (choices.some(hasFinishReason)) isComplete = true;
    if (!choices.some(hasText)) return;
    deltas += 1;
    characters += choices.reduce((sum: number, choice) => sum + charactersIn(choice), 0);
    firstDeltaAt ??= clock.monotonic();
  };
  return {
    see,
    get lastWasUsageOnly() {
      return lastWasUsageOnly;
    },
    get isComplete() {
      return isComplete;
    },
    get hasFailed() {
      return hasFailed;
    },
    passed: () => ({ deltas, characters }),
    told: () => counted,
    usage: () => counted ?? { inputTokens: 0, outputTokens: deltas },
    ttftMs: () => (firstDeltaAt === undefined ? undefined : firstDeltaAt - startedAt),
  };
}

/** The usage an answer or a chunk tells, if it tells one. */
export function usageOf(answer: Readonly<Record<string, unknown>>): Usage | undefined {
  const usage = asRecord(answer['usage']);
  if (usage === undefined) return undefined;
  return { inputTokens: countOf(usage['prompt_tokens']), outputTokens: countOf(usage['completion_tokens']) };
}

/** What an answer in one piece carries: texts, calls of tools, embeddings. */
export function passedIn(answer: Readonly<Record<string, unknown>>): Passed {
  const parts = [answer['choices'], answer['data']].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  const characters = parts.reduce((sum: number, part) => sum + charactersIn(part), 0);
  return { deltas: characters > 0 ? 1 : 0, characters };
}

/** True for a 200 with nothing in it: neither content nor a token that was no content. */
export function isNothing(told: Usage | undefined, { deltas }: Passed): boolean {
  return deltas === 0 && (told?.outputTokens ?? 0) === 0;
}

/** Text to a JSON object; undefined if it is anything else. */
export function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function hasFinishReason(choice: unknown): boolean {
  return typeof asRecord(choice)?.['finish_reason'] === 'string';
}

/** A delta counts as a token if it carries text, a refusal, reasoning or a part of a tool call. */
function hasText(choice: unknown): boolean {
  const record = asRecord(choice);
  if (typeof record?.['text'] === 'string') return record['text'] !== '';
  const delta = asRecord(record?.['delta']);
  if (delta === undefined) return false;
  return Object.entries(delta).some(([name, value]) => name !== 'role' && value !== null && value !== '');
}

const NO_CONTENT: readonly string[] = ['role', 'type', 'object', 'id', 'finish_reason', 'index', 'logprobs'];
const MAX_DEPTH = 8;

/** Characters of all texts and digits of all numbers that are content. */
function charactersIn(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + charactersIn(one, depth + 1), 0);
  return Object.entries(value)
    .filter(([name]) => !NO_CONTENT.includes(name))
    .reduce((sum, [, one]) => sum + charactersIn(one, depth + 1), 0);
}
