import type { ServerResponse } from 'node:http';
import { createEventSplitter, dataOf } from './event-splitter.js';

export interface StreamRelay {
  readonly source: AsyncIterable<Buffer>;
  readonly target: ServerResponse;
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

/** The reader of a stream left bytes unread for too long. */
export class ReaderStalledError extends Error {
  override readonly name = 'ReaderStalledError';
}

/**
 * Passes Server-Sent Events on, event for event, as fast as the reader reads. Returns at the end of the source and leaves
 * the target open.
 * @throws whatever the source throws, or the signal's reason, ReaderStalledError when nobody reads.
 */
export async function relayStream({
  source,
  target,
  begin,
  part,
  admit,
  signal,
  stallTimeoutMs,
}: StreamRelay): Promise<void> {
  const splitter = createEventSplitter();
  let hasBegun = false;
  const pass = async (events: readonly Buffer[]): Promise<void> => {
    const admitted = events.filter((event) => admit(dataOf(event)));
    if (admitted.length === 0) return;
    const start = hasBegun ? undefined : begin();
    hasBegun = true;
    const written = part(joined(admitted));
    await write(target, start === undefined ? written : Buffer.concat([start, written]), { signal, stallTimeoutMs });
  };
  for await (const bytes of source) {
    signal.throwIfAborted();
    await pass(splitter.push(bytes));
  }
  const rest = splitter.rest();
  if (rest.length > 0) await pass([rest]);
}

/** One event of ours, such as an error, for a stream that may have ended in the middle of an event. */
export function errorEvent(data: unknown): Buffer {
  return Buffer.from(`\n\ndata: ${JSON.stringify(data)}\n\n`);
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
