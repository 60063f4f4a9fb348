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

/** How the other end of a source is told what its reader wants. */
interface Flow {
  pause(): void;
  resume(): void;
  leave(): void;
}

/** The writing end of a source. */
export interface ByteSink {
  readonly source: ByteSource;
  push(bytes: Buffer): void;
  /** After an error what was pushed before still comes. The first end counts. */
  end(error?: unknown): void;
}

/** A source that is written by hand: what nobody waits for is kept, and the other end is told to pause. */
export function createByteSink(flow: Flow): ByteSink {
  const arrived: Buffer[] = [];
  let waiting: Waiting | undefined;
  let end: { readonly error: unknown } | undefined;
  let isPaused = false;

  const next = (): Promise<Buffer | undefined> => {
    const bytes = arrived.shift();
    if (arrived.length === 0 && isPaused) {
      isPaused = false;
      flow.resume();
    }
    if (bytes !== undefined) return Promise.resolve(bytes);
    if (end !== undefined) return end.error === undefined ? Promise.resolve(undefined) : Promise.reject(end.error);
    return new Promise((resolve, reject) => (waiting = { resolve, reject }));
  };
  return {
    source: { next, leave: flow.leave },
    push(bytes) {
      const reader = waiting;
      waiting = undefined;
      if (reader !== undefined) {
        reader.resolve(bytes);
        return;
      }
      arrived.push(bytes);
      isPaused = true;
      flow.pause();
    },
    end(error) {
      end ??= { error };
      const reader = waiting;
      waiting = undefined;
      if (reader === undefined) return;
      if (end.error === undefined) reader.resolve(undefined);
      else reader.reject(end.error);
    },
  };
}

/** A stream without an encoding as a source. */
export function byteSourceOf(stream: Readable): ByteSource {
  const flow = { pause: () => stream.pause(), resume: () => stream.resume(), leave: () => stream.destroy() };
  const { source, push, end } = createByteSink(flow);
  stream.on('data', push);
  stream.once('end', () => end());
  // An error more, after the first, is nobody's.
  stream.on('error', end);
  stream.once('close', () => end(new Error('the stream was closed before its end')));
  return source;
}

/** What is already there, as a source. */
export function byteSourceFrom(pieces: readonly Buffer[]): ByteSource {
  const left = [...pieces];
  return { next: () => Promise.resolve(left.shift()), leave: () => void (left.length = 0) };
}
