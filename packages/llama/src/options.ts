import { basename } from 'node:path';
import { LlamaStartError } from './start-error.js';
import type { LlamaLog } from './log.js';

export type LlamaOptions = {
  /** GGUF file. */
  readonly modelPath: string;
  /** Name clients must send as `model`; default: the file name without `.gguf`. */
  readonly modelName?: string | undefined;
  /** Requests generating at the same time (default 4). */
  readonly slots?: number | undefined;
  /** Requests that may wait for a slot before others get 429 (default 16). */
  readonly queueLimit?: number | undefined;
  /** Longest wait for a slot, then 503 (default 60 s). */
  readonly queueTimeoutMs?: number | undefined;
  /** Tokens of prompt and answer together, per slot; default: what the model was trained for, at most 2048. */
  readonly contextSize?: number | undefined;
  /** CPU threads of llama.cpp (default 1: more is slower on busy machines). */
  readonly threads?: number | undefined;
  /** Default 127.0.0.1; anything else is an open server without a password. */
  readonly host?: string | undefined;
  /** Default 0: a free one. */
  readonly port?: number | undefined;
  /** Largest request body (default 1 MiB: tokenizing that takes a quarter of a second), then 413. */
  readonly bodyLimitBytes?: number | undefined;
  /** A streaming client that reads nothing for this long is dropped (default 30 s). */
  readonly stallTimeoutMs?: number | undefined;
  /** Used where a request does not say; temperature 1 as OpenAI, but tiny models are best at 0. */
  readonly defaults?: { readonly temperature?: number | undefined } | undefined;
  /** From fork to listening (default 60 s). */
  readonly startTimeoutMs?: number | undefined;
  /** From SIGTERM to SIGKILL (default 5 s). */
  readonly stopTimeoutMs?: number | undefined;
  /** pino or anything alike; default: silent. */
  readonly log?: LlamaLog | undefined;
};

/** What the child needs, as plain data: it travels over IPC. */
export type WorkerOptions = {
  readonly modelPath: string;
  readonly modelName: string;
  readonly slots: number;
  readonly queueLimit: number;
  readonly queueTimeoutMs: number;
  readonly contextSize: number | null;
  readonly threads: number;
  readonly host: string;
  readonly port: number;
  readonly bodyLimitBytes: number;
  readonly stallTimeoutMs: number;
  readonly defaultTemperature: number;
};

const DAY_MS = 24 * 60 * 60 * 1000;
const MEBIBYTE = 1024 * 1024;

export function resolveOptions(
  options: LlamaOptions,
): WorkerOptions & { startTimeoutMs: number; stopTimeoutMs: number } {
  return {
    modelPath: options.modelPath,
    modelName: options.modelName ?? basename(options.modelPath, '.gguf'),
    slots: integer('slots', options.slots ?? 4, 1, 256),
    queueLimit: integer('queueLimit', options.queueLimit ?? 16, 0, 100_000),
    queueTimeoutMs: integer('queueTimeoutMs', options.queueTimeoutMs ?? 60_000, 1, DAY_MS),
    contextSize: options.contextSize === undefined ? null : integer('contextSize', options.contextSize, 16, 1_048_576),
    threads: integer('threads', options.threads ?? 1, 1, 1024),
    host: options.host ?? '127.0.0.1',
    port: integer('port', options.port ?? 0, 0, 65_535),
    bodyLimitBytes: integer('bodyLimitBytes', options.bodyLimitBytes ?? MEBIBYTE, 1, 256 * MEBIBYTE),
    stallTimeoutMs: integer('stallTimeoutMs', options.stallTimeoutMs ?? 30_000, 1, DAY_MS),
    defaultTemperature: within('defaults.temperature', options.defaults?.temperature ?? 1, 0, 2),
    startTimeoutMs: integer('startTimeoutMs', options.startTimeoutMs ?? 60_000, 1, DAY_MS),
    stopTimeoutMs: integer('stopTimeoutMs', options.stopTimeoutMs ?? 5_000, 1, DAY_MS),
  };
}

function within(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new LlamaStartError('LLAMA_OPTIONS_INVALID', {
    reason: `${name} is ${value}, allowed is ${min} to ${max}`,
    details: { name, value, min, max },
  });
}

function integer(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value)) return within(name, value, min, max);
  throw new LlamaStartError('LLAMA_OPTIONS_INVALID', {
    reason: `${name} is ${value}, allowed are whole numbers from ${min} to ${max}`,
    details: { name, value, min, max },
  });
}
