import { createInterface } from 'node:readline';
import { promptPassword, type Secret, type Terminal as PasswordTerminal } from '@yellowstone/service';
import { nodeError } from '../errors.js';
import type { TextStream } from './terminal.js';

/** Where a person types, or a program writes. */
export type Keyboard = NodeJS.ReadableStream & PasswordTerminal['input'];

/** Where questions are shown. */
export type Screen = TextStream & NodeJS.WritableStream;

/** Asks people. Questions go to stderr: stdout is for results. */
export interface Questions {
  /** True if somebody can answer. */
  readonly canAsk: boolean;
  readonly passwordTerminal: PasswordTerminal;
  /** What conversations read from and write to. */
  readonly keyboard: Keyboard;
  readonly screen: NodeJS.WritableStream;
  /** @param fallback taken for an empty answer */
  line(question: string, fallback?: string): Promise<string>;
  /** A line that is not shown. */
  secretLine(question: string): Promise<Secret>;
  /** Everything that is piped in. */
  everything(): Promise<string>;
}

interface QuestionDeps {
  readonly keyboard: Keyboard;
  readonly output: Screen;
  readonly signal: AbortSignal;
}

const MAX_INPUT_BYTES = 1_048_576;

export function createQuestions({ keyboard, output, signal }: QuestionDeps): Questions {
  const passwordTerminal: PasswordTerminal = {
    input: keyboard,
    output: { write: (text: string | Uint8Array) => Boolean(output.write(String(text))) },
  };
  return {
    canAsk: keyboard.isTTY === true,
    passwordTerminal,
    keyboard,
    screen: output,
    async line(question, fallback) {
      const shown = fallback === undefined ? question : `${question} [${fallback}]`;
      const answer = (await typedLine(`${shown}: `)).trim();
      return answer === '' ? (fallback ?? '') : answer;
    },
    async secretLine(question) {
      try {
        return await promptPassword(passwordTerminal, question);
      } catch (cause) {
        // In raw mode Ctrl-C is a character.
        throw keyboard.isTTY ? nodeError('command_interrupted', {}, { cause }) : cause;
      }
    },
    async everything() {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of keyboard) {
        chunks.push(Buffer.from(chunk));
        bytes += chunks.at(-1)?.length ?? 0;
        if (bytes > MAX_INPUT_BYTES) throw nodeError('file_unusable', { file: 'standard input', reason: 'too long' });
      }
      return Buffer.concat(chunks).toString('utf8');
    },
  };

  function typedLine(question: string): Promise<string> {
    const lines = createInterface({ input: keyboard, terminal: false });
    output.write(question);
    return new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      lines.once('line', (line) => {
        signal.removeEventListener('abort', stop);
        resolve(line);
      });
      lines.once('close', () => reject(nodeError('command_interrupted')));
    }).finally(() => lines.close());
  }
}
