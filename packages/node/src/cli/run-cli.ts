import { isChainError } from '@yellowstone/client';
import { ProtocolError } from '@yellowstone/protocol';
import { AppError, ConfigError, describeError, plain } from '@yellowstone/service';
import { CommanderError } from 'commander';
import { nodeError } from '../errors.js';
import { usageError } from './usage-error.js';
import type { CliDeps } from './command.js';
import { createCli } from './create-cli.js';
import { createTerminal, type Failure } from './terminal.js';

/** As shells count: 2 for a command that is written wrongly, 130 for Ctrl-C. */
export const EXIT_CODES = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/**
 * Runs one command line; a failure is told on stderr.
 * @param args without the program and its file
 */
export async function runCli(deps: CliDeps, args: readonly string[]): Promise<ExitCode> {
  const { stdout, stderr, clock } = deps;
  try {
    await createCli(deps).parseAsync([...args], { from: 'user' });
    return EXIT_CODES.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.done;
    // The help of a group of commands stands there already.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT_CODES.usage;
    const failure = failureOf(error);
    const isJson = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).includes('--json');
    createTerminal({ stdout, stderr, monotonic: clock.monotonic }, { isJson }).fail(failure);
    return exitCodeOf(failure);
  }
}

function exitCodeOf({ code }: Failure): ExitCode {
  if (code === 'usage_wrong') return EXIT_CODES.usage;
  return code === 'command_interrupted' ? EXIT_CODES.interrupted : EXIT_CODES.failed;
}

/** Anything thrown as code, message, what to do, and the values. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return failureOf(usageError(error.message.replace(/^error: |\.$/g, '')));
  if (error instanceof AppError) {
    const { code, message, hint, details } = error;
    const cause = code === 'command_interrupted' || code === 'command_timeout' ? waitedFor(error.cause) : undefined;
    return {
      code,
      message: cause === undefined ? message : `${message} ${cause}`,
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details: plain(details) }),
    };
  }
  if (isChainError(error)) return { code: error.code, message: error.message, details: plain(error.args) };
  if (error instanceof ConfigError) {
    const hint = 'Run `yellowstone init`, or see .env.example.';
    return { code: error.code, message: error.message, hint, details: { problems: error.problems } };
  }
  if (error instanceof ProtocolError) return { code: error.code, message: error.message, details: error.details };
  return { ...failureOf(nodeError('failed_inside', { reason: describeError(error).message })) };
}

/** What a stopped command was waiting for, such as a transaction with its hash. */
function waitedFor(cause: unknown): string | undefined {
  return isChainError(cause) ? cause.message : undefined;
}
