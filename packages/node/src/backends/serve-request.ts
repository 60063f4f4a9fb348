import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import {
  createAnswerObserver,
  isNothing,
  type Passed,
  parseRecord,
  passedIn,
  type Usage,
  usageOf,
} from '../carriage/answer-observer.js';
import { type ExchangeAnswer, type ExchangeTimeouts, readBody } from '../carriage/exchange.js';
import type { JsonObject } from '../carriage/json-body.js';
import type { CarriedPath } from '../carriage/provider-api.js';
import { type AnswerEnd, type AnswerWriter, isEventStream, relayAnswer } from '../carriage/relay-answer.js';
import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';
import { askBackend, asksUsage, toBackendError } from './ask-backend.js';
import type { Backend } from './backend.js';
import { type CountFlag, countTokens, isRunaway, tokenLimitOf } from './count-tokens.js';
import type { AttemptResult } from './health.js';

/** What was delivered of an answer so far. */
export interface Delivered extends Usage {
  /** From asking the backend on [ms]. */
  readonly durationMs: number;
  /** Of an answer in one piece all its time; undefined if no token came, such as with embeddings. */
  readonly ttftMs: number | undefined;
}

/** An answer that was delivered, whole or not. */
export interface ServedRequest extends Delivered {
  readonly end: AnswerEnd;
  /** False for an answer in one piece. */
  readonly isStream: boolean;
  /** What passed of it. */
  readonly passed: Passed;
  /** What is odd about the count of the backend. */
  readonly flags: readonly CountFlag[];
}

interface ServeDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface ServeOptions {
  readonly timeouts: ExchangeTimeouts;
  readonly maxAnswerBytes?: number | undefined;
}

export interface BackendRequest {
  /** Whose turn was taken. */
  readonly backend: Backend;
  readonly path: CarriedPath;
  readonly ask: JsonObject;
  /** Aborted when the reader leaves. */
  readonly signal: AbortSignal;
}

/** Where an answer goes. */
export interface Delivery {
  readonly reply: FastifyReply;
  /** Nothing is written before; at once if there is nothing to wait for. */
  readonly mayBegin?: Promise<void>;
  /** Writes a stream; can ask what was delivered of it. */
  writer(delivered: () => Delivered): AnswerWriter;
  /** Is told what an answer in one piece has, before it is sent. */
  beforeWhole?(delivered: Delivered): void;
}

const MAX_ANSWER_BYTES = 32 * 1_048_576;

/** Asks a backend and writes its answer to the reply. What was delivered counts, however it ended. */
export function createServeRequest({ dispatcher, clock }: ServeDeps, options: ServeOptions) {
  const { timeouts, maxAnswerBytes = MAX_ANSWER_BYTES } = options;

  /** @throws backend_…, stream_truncated, the signal's reason, or why it may not begin, before the first byte */
  return async (request: BackendRequest, delivery: Delivery): Promise<ServedRequest> => {
    const { backend, path, ask, signal } = request;
    const startedAt = clock.monotonic();
    const isText = path !== '/v1/embeddings';
    const limit = isText ? tokenLimitOf(ask, backend.entry) : 0;
    const orBackendError = (error: unknown): never => {
      throw toBackendError(error, backend, signal);
    };

    const stream = async (answer: ExchangeAnswer): Promise<ServedRequest> => {
      const observer = createAnswerObserver({ clock, startedAt });
      const truncated = () => nodeError('stream_truncated');
      const admit = (): boolean => {
        if (isRunaway(observer.passed(), limit)) throw truncated();
        return asksUsage(ask) || !observer.lastWasUsageOnly;
      };
      const counted = () => countTokens({ told: observer.told(), passed: observer.passed(), limit });
      const delivered = (): Delivered => {
        return { ...counted().usage, durationMs: clock.monotonic() - startedAt, ttftMs: observer.ttftMs() };
      };
      const writer = delivery.writer(delivered);
      const relay = { answer, reply: delivery.reply, writer, observer, admit, signal, truncated };
      const end = await relayAnswer(relay).catch(orBackendError);
      return { ...delivered(), end, isStream: true, passed: observer.passed(), flags: counted().flags };
    };

    const whole = async (answer: ExchangeAnswer): Promise<ServedRequest> => {
      const body = await readBody(answer.body, maxAnswerBytes).catch(orBackendError);
      const parsed = parseRecord(body.toString('utf8')) ?? {};
      const [told, passed] = [usageOf(parsed), passedIn(parsed)];
      if (isNothing(told, passed)) throw nodeError('backend_broken', { model: backend.entry.name });
      const { usage, flags } = countTokens({ told, passed, limit });
      const durationMs = clock.monotonic() - startedAt;
      const delivered = { ...usage, durationMs, ttftMs: isText ? durationMs : undefined };
      delivery.beforeWhole?.(delivered);
      await delivery.reply.code(200).type(answer.contentType).send(body);
      return { ...delivered, end: 'whole', isStream: false, passed, flags: isText ? flags : [] };
    };

    const requestId = delivery.reply.request.id;
    const asking = askBackend({ dispatcher, timeouts }, { backend, path, ask, requestId, signal });
    const [answer] = await Promise.all([asking, delivery.mayBegin]);
    return isEventStream(answer) ? stream(answer) : whole(answer);
  };
}

/** What an answer says about its backend: a reader who left says nothing. */
export function attemptOf({ end, outputTokens, durationMs, ttftMs }: ServedRequest): AttemptResult {
  if (end === 'left') return { kind: 'dropped' };
  if (end !== 'whole') return { kind: 'failed' };
  return { kind: 'answered', outputTokens, durationMs, ttftMs };
}
