import type { ServerResponse } from 'node:http';
import type { ByteSource } from './byte-source.js';
import { createEventSplitter, dataOf } from './event-splitter.js';

export interface StreamRelay {
  readonly source: ByteSource;
  readonly target: ServerResponse;
  /** True once there is something to begin an answer for; what came before is held back until then. */
  readonly isWorthIt: () => boolean;
  /** Called once, before the first byte is written; gives what is written before it. Throw to write nothing at all. */
  readonly begin: () => Buffer;
  /** Turns what passes into what is written. */
  readonly part: (bytes: Buffer) => Buffer;
  /** Looks at each event before it passes; false hides it. */
  readonly admit: (data: string | undefined) => boolean;
  readonly signal: AbortSignal;
  /** The longest the reader may leave bytes unread [ms]. */
  readonly stallTimeoutMs: number;
}

/** What is held back at most before an answer begins: marks without content, such as the role of who speaks. */
const MAX_HELD_BYTES = 65_536;

/** The reader of a stream left bytes unread for too long. */
export class ReaderStalledError extends Error {
  override readonly name = 'ReaderStalledError';
}

/**
 * Passes Server-Sent Events on, event for event, as fast as the reader reads. Returns at the end of the source and leaves
 * the target open; nothing was written if nothing was worth it.
 * @throws whatever the source throws, or the signal's reason, ReaderStalledError when nobody reads.
 */
export async function relayStream({
  source,
  target,
  isWorthIt,
  begin,
  part,
  admit,
  signal,
  stallTimeoutMs,
}: StreamRelay): Promise<void> {
  const splitter = createEventSplitter();
  let hasBegun = false;
  let held: readonly Buffer[] = [];
  const pass = async (events: readonly Buffer[]): Promise<void> => {
    const admitted = events.filter((event) => admit(dataOf(event)));
    if (admitted.length === 0) return;
    held = [...held, ...admitted];
    if (hasBegun || isWorthIt() || sizeOf(held) > MAX_HELD_BYTES) await send();
  };
  const send = async (): Promise<void> => {
    const start = hasBegun ? undefined : begin();
    hasBegun = true;
    const written = part(joined(held));
    held = [];
    await write(target, start === undefined ? written : Buffer.concat([start, written]), { signal, stallTimeoutMs });
  };
  try {
    for (let bytes = await source.next(); bytes !== undefined; bytes = await source.next()) {
      signal.throwIfAborted();
      await pass(splitter.push(bytes));
    }
    const rest = splitter.rest();
    if (rest.length > 0) await pass([rest]);
    if (held.length > 0 && isWorthIt()) await send();
  } catch (error) {
    source.leave();
    throw error;
  }
}

/** One event of ours, such as an error, for a stream that may have ended in the middle of an event. */
export function errorEvent(data: unknown): Buffer {
  return Buffer.from(`\n\ndata: ${JSON.stringify(data)}\n\n`);
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function joined([first, ...others]: readonly Buffer[]): Buffer {
  return first !== undefined && others.length === 0 ? first : Buffer.concat([first ?? Buffer.alloc(0), ...others]);
}

interface Patience {
  readonly signal: AbortSignal;
  readonly stallTimeoutMs: number;
}

async function write(target: ServerResponse, bytes: Buffer, { signal, stallTimeoutMs }: Patience): Promise<void> {
  if (target.write(bytes)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      target.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onDrain = (): void => settle(resolve);
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    const timer = setTimeout(
      () => settle(() => reject(new ReaderStalledError(`nobody read for ${stallTimeoutMs} ms`))),
      stallTimeoutMs,
    );
    target.once('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
