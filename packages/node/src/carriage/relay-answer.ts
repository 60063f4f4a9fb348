import { type AppError, openAiFailure } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { AnswerObserver } from './answer-observer.js';
import type { ExchangeAnswer } from './exchange.js';
import { ReaderStalledError, relayStream, writeEvent } from './relay-stream.js';

/** How a relayed answer ended: whole, told to have failed by its source, broken off, or left by its reader. */
export type AnswerEnd = 'whole' | 'failed' | 'truncated' | 'left';

export interface AnswerRelay {
  readonly answer: ExchangeAnswer;
  readonly reply: FastifyReply;
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
 * Passes a streamed answer on. Nothing is written before its first event is there; an answer that breaks off ends with
 * an error event and without `[DONE]`.
 * @throws what the source throws before the first byte; EmptyAnswerError if it ends or tells an error before that.
 */
export async function relayAnswer(relay: AnswerRelay): Promise<AnswerEnd> {
  const { answer, reply, observer, admit, signal, truncated, stallTimeoutMs = 30_000 } = relay;
  const target = reply.raw;
  let hasBegun = false;
  const begin = (): void => {
    if (observer.hasFailed) throw new EmptyAnswerError('the stream begins with an error');
    hasBegun = true;
    reply.hijack();
    target.writeHead(200, {
      ...headersOf(reply),
      'content-type': answer.contentType,
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
  };
  try {
    await relayStream({
      // undici reads without an encoding: chunks are Buffers.
      source: answer.body as AsyncIterable<Buffer>,
      target,
      begin,
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
    writeEvent(target, openAiFailure(truncated()));
    target.end();
    return 'truncated';
  }
  if (!hasBegun) throw new EmptyAnswerError('the stream ended before its first event');
  const isTruncated = !observer.hasFailed && !observer.isComplete;
  if (isTruncated) writeEvent(target, openAiFailure(truncated()));
  target.end();
  return isTruncated ? 'truncated' : observer.hasFailed ? 'failed' : 'whole';
}

/** True for the answers that `relayAnswer` takes. */
export function isEventStream({ contentType }: Pick<ExchangeAnswer, 'contentType'>): boolean {
  return contentType.toLowerCase().startsWith('text/event-stream');
}

/** A signal that is aborted when the reader of a reply goes away before its end. */
export function signalOfReader(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new DOMException('the reader went away', 'AbortError'));
  });
  return controller.signal;
}

function headersOf(reply: FastifyReply): Record<string, string | string[] | number> {
  const entries = Object.entries(reply.getHeaders());
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
