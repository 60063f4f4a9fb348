import type { Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import { askBackend, asksUsage, toBackendError } from '../../backends/ask-backend.js';
import type { Backend } from '../../backends/backend.js';
import type { ModelEntry } from '../../backends/model-entry.js';
import { createSlots, type Slots } from '../../backends/slots.js';
import { startBackend } from '../../backends/start-backend.js';
import { createAnswerObserver, parseRecord, passedIn, usageOf } from '../../carriage/answer-observer.js';
import { type ExchangeAnswer, type ExchangeTimeouts, readBody } from '../../carriage/exchange.js';
import { parseJsonObject } from '../../carriage/json-body.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { isEventStream, relayAnswer, signalOfReader } from '../../carriage/relay-answer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';

/** Models of this machine: no session, no price, nothing on chain. */
export interface LocalModels {
  list(): readonly { readonly name: string; readonly isHealthy: boolean }[];
  has(name: string): boolean;
  /** @throws backend_…, queue_full, queue_timeout, before the first byte */
  answer(request: LocalRequest, reply: FastifyReply): Promise<AnswerSummary>;
  stop(): Promise<void>;
}

export interface LocalRequest {
  readonly path: CarriedPath;
  readonly model: string;
  readonly body: Buffer;
}

interface LocalDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly log: Log;
}

interface LocalOptions {
  readonly models: readonly ModelEntry[];
  readonly timeouts: ExchangeTimeouts;
}

interface Local {
  readonly backend: Backend;
  readonly slots: Slots;
}

const MAX_ANSWER_BYTES = 32 * 1_048_576;

/** Starts their backends. @throws what a backend throws that cannot be started; the others are stopped */
export async function startLocalModels(
  { dispatcher, clock, log }: LocalDeps,
  { models, timeouts }: LocalOptions,
): Promise<LocalModels> {
  const started = await Promise.allSettled(models.map((entry) => startBackend({ log, dispatcher }, entry)));
  const backends = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.allSettled(backends.map((backend) => backend.stop()));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason as Error;
  }
  const locals = new Map<string, Local>(
    backends.map((backend) => [backend.entry.name, { backend, slots: createSlots(backend.entry) }]),
  );
  return {
    list: () => backends.map((backend) => ({ name: backend.entry.name, isHealthy: backend.isHealthy() })),
    has: (name) => locals.has(name),
    async answer({ path, model, body }, reply) {
      const local = locals.get(model);
      if (local === undefined) throw nodeError('model_not_found', { model, param: 'model' });
      const { backend, slots } = local;
      const signal = signalOfReader(reply);
      const ask = parseJsonObject(body);
      const release = await slots.acquire(signal);
      try {
        const startedAt = clock.monotonic();
        const request = { backend, path, ask, requestId: reply.request.id, signal };
        const answer = await askBackend({ dispatcher, timeouts }, request);
        const parts = { answer, reply, signal, clock, startedAt };
        return await (isEventStream(answer) ? streamed(parts, asksUsage(ask)) : whole(parts)).catch(
          (error: unknown) => {
            throw toBackendError(error, backend, signal);
          },
        );
      } finally {
        release();
      }
    },
    stop,
  };
}

interface Parts {
  readonly answer: ExchangeAnswer;
  readonly reply: FastifyReply;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly startedAt: number;
}

async function streamed(
  { answer, reply, signal, clock, startedAt }: Parts,
  wantsUsage: boolean,
): Promise<AnswerSummary> {
  const observer = createAnswerObserver({ clock, startedAt });
  const truncated = () => nodeError('stream_truncated');
  const admit = () => wantsUsage || !observer.lastWasUsageOnly;
  const end = await relayAnswer({ answer, reply, observer, admit, signal, truncated });
  const durationMs = clock.monotonic() - startedAt;
  return { end, usage: observer.usage(), passed: observer.passed(), ttftMs: observer.ttftMs(), durationMs };
}

async function whole({ answer, reply, clock, startedAt }: Parts): Promise<AnswerSummary> {
  const body = await readBody(answer.body, MAX_ANSWER_BYTES);
  const parsed = parseRecord(body.toString('utf8'));
  if (parsed === undefined) throw new Error('the answer is not a JSON object');
  await reply.code(200).type(answer.contentType).send(body);
  const usage = usageOf(parsed) ?? { inputTokens: 0, outputTokens: 0 };
  const durationMs = clock.monotonic() - startedAt;
  return { end: 'whole', usage, passed: passedIn(parsed), ttftMs: undefined, durationMs };
}
