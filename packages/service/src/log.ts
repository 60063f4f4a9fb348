import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';
import { AppError } from './app-error.js';

export type Log = Logger;
export type LogLevel = LevelWithSilent;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Names under which prompts, answers, keys and signatures would travel. They are cut out wherever they stand. */
const NEVER_LOGGED = [
  'apiKey',
  'authorization',
  'body',
  'completion',
  'content',
  'cookie',
  'headers',
  'input',
  'messages',
  'mnemonic',
  'password',
  'privateKey',
  'prompt',
  'rpcUrl',
  'secret',
  'signature',
  'x-yellowstone-signature',
] as const;

const REDACTED_PATHS = NEVER_LOGGED.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

interface LogOptions {
  readonly name: string;
  readonly level?: LogLevel;
  /** Where lines go; stderr unless told otherwise, so that stdout stays for answers. */
  readonly destination?: DestinationStream;
}

/** A pino logger that keeps secrets, prompts and stacks to itself (stacks are for `debug`). */
export function createLog({ name, level = 'info', destination = pino.destination(2) }: LogOptions): Log {
  const withStack = level === 'debug' || level === 'trace';
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      serializers: { err: (error: unknown) => describeError(error, withStack) },
    },
    destination,
  );
}

interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly details?: unknown;
  readonly cause?: ErrorDescription;
  readonly stack?: string;
}

/** An error as data for a log: without paths, tokens in URLs and, unless asked, without stack. */
export function describeError(error: unknown, withStack = false): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message: error instanceof AppError ? error.message : scrub(error.message),
    ...(error instanceof AppError && error.details !== undefined ? { details: plain(error.details) } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause, withStack) }),
    ...(withStack && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}

/** Details as JSON takes them: bigint becomes a decimal string. */
export function plain(details: unknown): unknown {
  return JSON.parse(JSON.stringify(details, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)));
}

const MAX_MESSAGE_CHARACTERS = 600;

/** A text of somebody else without what may be a token in a URL or a path of this machine. */
export function scrub(message: string): string {
  return message
    .slice(0, MAX_MESSAGE_CHARACTERS)
    .replace(/\b(https?|wss?):\/\/(?:[^\s/@"']*@)?([^\s/"'?]+)[^\s"',)]*/g, '$1://$2/…')
    .replace(/(?:\/[\w.@-]+){2,}/g, '[path]');
}
