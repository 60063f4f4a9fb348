import type { Readable } from 'node:stream';

/** Bytes that come one after another; asked for by one reader, who is waited for. */
export interface ByteSource {
  /** What comes next; undefined at the end. @throws what the stream throws */
  next(): Promise<Buffer | undefined>;
  /** Lets go of what is left. */
  leave(): void;
}

interface Waiting {
  readonly resolve: (bytes: Buffer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A stream without an encoding as a source. It does what iterating over the stream does at a third of the cost, which
 * counts where a stream has a piece or two.
 */
export function byteSourceOf(stream: Readable): ByteSource {
  const arrived: Buffer[] = [];
  let waiting: Waiting | undefined;
  let end: { readonly error: unknown } | undefined;

  const finish = (error: unknown): void => {
    end ??= { error };
    const reader = waiting;
    waiting = undefined;
    if (reader === undefined) return;
    if (end.error === undefined) reader.resolve(undefined);
    else reader.reject(end.error);
  };
  stream.on('data', (bytes: Buffer) => {
    const reader = waiting;
    waiting = undefined;
    if (reader !== undefined) {
      reader.resolve(bytes);
      return;
    }
    arrived.push(bytes);
    stream.pause();
  });
  stream.once('end', () => finish(undefined));
  stream.once('error', finish);
  stream.once('close', () => finish(new Error('the stream was closed before its end')));
  // One error more, after the first, is nobody's.
  stream.on('error', () => undefined);
  return {
    next() {
      const bytes = arrived.shift();
      if (arrived.length === 0 && stream.isPaused()) stream.resume();
      if (bytes !== undefined) return Promise.resolve(bytes);
      if (end !== undefined) return end.error === undefined ? Promise.resolve(undefined) : Promise.reject(end.error);
      return new Promise((resolve, reject) => (waiting = { resolve, reject }));
    },
    leave: () => void stream.destroy(),
  };
}

/** What is already there, as a source. */
export function byteSourceFrom(pieces: readonly Buffer[]): ByteSource {
  const left = [...pieces];
  return { next: () => Promise.resolve(left.shift()), leave: () => void (left.length = 0) };
}
