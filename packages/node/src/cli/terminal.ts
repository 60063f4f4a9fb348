import { jsonText, plainLines, plainText } from './format.js';

/** Where people and programs read: results on stdout, everything else on stderr. */
export interface Terminal {
  readonly isJson: boolean;
  /** The result: lines for people, one line of JSON with `--json`. */
  answer(data: unknown, human: () => string): void;
  /** A part of a result that comes piece by piece; nothing with `--json`. */
  piece(text: string): void;
  /** Something worth knowing that is no result. */
  note(text: string): void;
  /** Tells that something is waited for, until it is there. */
  wait<Value>(what: string, act: () => Promise<Value>): Promise<Value>;
  fail(failure: Failure): void;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: unknown;
}

export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface TerminalDeps {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** For durations [ms]. */
  readonly monotonic: () => number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Without a terminal that can be updated, a long wait says so this often. */
const REMIND_MS = 10_000;
const CLEAR_LINE = '\r\u001B[2K';
const MS_PER_SECOND = 1_000;

export function createTerminal(
  { stdout, stderr, monotonic }: TerminalDeps,
  { isJson }: { readonly isJson: boolean },
): Terminal {
  const say = (kind: string, text: string): void => {
    stderr.write(isJson ? `${jsonText({ [kind]: text })}\n` : `${plainText(text)}\n`);
  };
  /** Shows a wait; the result ends the showing. */
  const show = (what: string): ((isDone: boolean) => void) => {
    const startedAt = monotonic();
    const seconds = (): number => Math.floor((monotonic() - startedAt) / MS_PER_SECOND);
    if (stderr.isTTY !== true || isJson) {
      say('progress', `${what} …`);
      const timer = setInterval(() => say('progress', `${what} … ${seconds()} s`), REMIND_MS).unref();
      return () => clearInterval(timer);
    }
    let frame = 0;
    const draw = (): void => {
      const sign = FRAMES[frame++ % FRAMES.length] ?? '';
      const time = seconds() === 0 ? '' : ` ${seconds()} s`;
      stderr.write(`${CLEAR_LINE}${sign} ${plainText(what)} …${time}`);
    };
    draw();
    const timer = setInterval(draw, FRAME_MS).unref();
    return (isDone) => {
      clearInterval(timer);
      stderr.write(`${CLEAR_LINE}${isDone ? '✓' : '✗'} ${plainText(what)}\n`);
    };
  };
  return {
    isJson,
    answer: (data, human) => void stdout.write(isJson ? `${jsonText(data)}\n` : `${plainLines(human())}\n`),
    piece: (text) => void (isJson || stdout.write(plainLines(text))),
    note: (text) => say('note', text),
    async wait(what, act) {
      const end = show(what);
      try {
        const value = await act();
        end(true);
        return value;
      } catch (error) {
        end(false);
        throw error;
      }
    },
    fail({ code, message, hint, details }) {
      const error = {
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(details === undefined ? {} : { details }),
      };
      if (isJson) return void stderr.write(`${jsonText({ error })}\n`);
      stderr.write(`${plainLines(message)}\n${hint === undefined ? '' : `${plainLines(hint)}\n`}`);
    },
  };
}
