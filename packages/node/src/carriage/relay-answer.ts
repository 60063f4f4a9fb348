import { type AppError, openAiFailure } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import { type AnswerObserver, isNothing } from './answer-observer.js';
import type { ByteSource } from './byte-source.js';
import type { ExchangeAnswer } from './exchange.js';
import { errorEvent, ReaderStalledError, relayStream } from './relay-stream.js';

/** How a relayed answer ended: whole, told to have failed by its source, broken off, or left by its reader. */
export type AnswerEnd = 'whole' | 'failed' | 'truncated' | 'left';

/** How an answer is written: in clear for clients, sealed for consumers' nodes. */
export interface AnswerWriter {
  /** What comes first, and the content type that is told outside. */
  begin(contentType: string): { readonly contentType: string; readonly bytes: Buffer };
  part(bytes: Buffer): Buffer;
  /** What comes last. */
  end(end: AnswerEnd): Buffer;
}

export interface AnswerRelay {
  readonly answer: { readonly contentType: string; readonly body: ByteSource };
  readonly reply: FastifyReply;
  readonly writer: AnswerWriter;
  readonly observer: AnswerObserver;
  /** Which events pass; asked after the observer saw them. */
  readonly admit: () => boolean;
  /** Aborted when the reader leaves. */
  readonly signal: AbortSignal;
  /** What is said when the answer breaks off. */
  readonly truncated: () => AppError;
  readonly stallTimeoutMs?: number;
}

/** A stream that failed before its first byte was passed on: another source can still be tried. */
export class EmptyAnswerError extends Error {
  override readonly name = 'EmptyAnswerError';
}

/**
 * Passes a streamed answer on. Nothing is written before there is content in it; an answer that breaks off ends with an
 * error event and without `[DONE]`.
 * @throws what the source throws before the first byte; EmptyAnswerError if it ends or tells an error before that.
 */
export async function relayAnswer(relay: AnswerRelay): Promise<AnswerEnd> {
  const { answer, reply, writer, observer, admit, signal, truncated, stallTimeoutMs = 30_000 } = relay;
  const target = reply.raw;
  let hasBegun = false;
  const begin = (): Buffer => {
    if (observer.hasFailed) throw new EmptyAnswerError('the stream begins with an error');
    hasBegun = true;
    reply.hijack();
    const { contentType, bytes } = writer.begin(answer.contentType);
    target.writeHead(200, {
      ...headersOf(reply),
      'content-type': contentType,
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    return bytes;
  };
  const finish = (end: AnswerEnd): AnswerEnd => {
    if (target.destroyed) return end;
    if (end === 'truncated') target.write(writer.part(errorEvent(openAiFailure(truncated()))));
    target.end(writer.end(end));
    return end;
  };
  try {
    await relayStream({
      source: answer.body,
      target,
      isWorthIt: () => observer.hasFailed || !isNothing(observer.told(), observer.passed()),
      begin,
      part: writer.part,
      admit(data) {
        observer.see(data);
        return admit();
      },
      signal,
      stallTimeoutMs,
    });
  } catch (error) {
    if (!hasBegun) throw error;
    if (signal.aborted || error instanceof ReaderStalledError) {
      target.destroy();
      return 'left';
    }
    return finish('truncated');
  }
  if (!hasBegun) throw new EmptyAnswerError('the stream ended without content');
  if (observer.hasFailed) return finish('failed');
  return finish(observer.isComplete ? 'whole' : 'truncated');
}

const NOTHING = Buffer.alloc(0);

/** As it comes. */
export const CLEAR_WRITER: AnswerWriter = {
  begin: (contentType) => ({ contentType, bytes: NOTHING }),
  part: (bytes) => bytes,
  end: () => NOTHING,
};

/** True for the answers that `relayAnswer` takes. */
export function isEventStream({ contentType }: Pick<ExchangeAnswer, 'contentType'>): boolean {
  return contentType.toLowerCase().startsWith('text/event-stream');
}

/** A signal that is aborted when the reader of a reply goes away before its end, or when the caller does it. */
export function signalOfReader(reply: FastifyReply, controller = new AbortController()): AbortSignal {
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new DOMException('the reader went away', 'AbortError'));
  });
  return controller.signal;
}

function headersOf(reply: FastifyReply): Record<string, string | string[] | number> {
  const entries = Object.entries(reply.getHeaders());
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
