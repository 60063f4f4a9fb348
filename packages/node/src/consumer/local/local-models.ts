import type { Log } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import { askBackend, asksUsage, toBackendError } from '../../backends/ask-backend.js';
import { countTokens, isRunaway, tokenLimitOf } from '../../backends/count-tokens.js';
import { createFleet } from '../../backends/fleet.js';
import type { ModelEntry } from '../../backends/model-entry.js';
import type { ServedModel } from '../../backends/served-model.js';
import { startBackend } from '../../backends/start-backend.js';
import { takeTurn } from '../../backends/take-turn.js';
import { createAnswerObserver, isNothing, parseRecord, passedIn, usageOf } from '../../carriage/answer-observer.js';
import { type ExchangeAnswer, type ExchangeTimeouts, readBody } from '../../carriage/exchange.js';
import { type JsonObject, parseJsonObject } from '../../carriage/json-body.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { CLEAR_WRITER, isEventStream, relayAnswer, signalOfReader } from '../../carriage/relay-answer.js';
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

const MAX_ANSWER_BYTES = 32 * 1_048_576;

/** Starts their backends; one that does not start is listed and not healthy. */
export async function startLocalModels(
  { dispatcher, clock, log }: LocalDeps,
  { models, timeouts }: LocalOptions,
): Promise<LocalModels> {
  const fleet = createFleet({ log, clock, start: (entry) => startBackend({ log, clock, dispatcher }, entry) });
  await fleet.apply(models);
  const find = (name: string): ServedModel | undefined =>
    [...fleet.models.values()].find(({ backend }) => backend.entry.name === name);

  return {
    list: () =>
      [...fleet.models.values()].map(({ backend }) => ({ name: backend.entry.name, isHealthy: backend.isHealthy() })),
    has: (name) => find(name) !== undefined,
    async answer({ path, model, body }, reply) {
      const local = find(model);
      if (local === undefined) throw nodeError('model_not_found', { model, param: 'model' });
      const signal = signalOfReader(reply);
      const ask = parseJsonObject(body);
      const turn = await takeTurn(local, { signal });
      const { backend } = turn;
      try {
        const startedAt = clock.monotonic();
        const request = { backend, path, ask, requestId: reply.request.id, signal };
        const answer = await askBackend({ dispatcher, timeouts }, request);
        const parts = { answer, reply, signal, clock, startedAt, ask, limit: tokenLimitOf(ask, backend.entry) };
        const summary = await (isEventStream(answer) ? streamed(parts) : whole(parts)).catch((error: unknown) => {
          throw toBackendError(error, backend, signal);
        });
        turn.end(attemptOf(summary));
        return summary;
      } catch (error) {
        turn.fail(error);
        throw error;
      }
    },
    stop: fleet.stop,
  };
}

interface Parts {
  readonly answer: ExchangeAnswer;
  readonly reply: FastifyReply;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly ask: JsonObject;
  /** Tokens that the answer may have. */
  readonly limit: number;
}

async function streamed({ answer, reply, signal, clock, startedAt, ask, limit }: Parts): Promise<AnswerSummary> {
  const observer = createAnswerObserver({ clock, startedAt });
  const truncated = () => nodeError('stream_truncated');
  const admit = (): boolean => {
    if (isRunaway(observer.passed(), limit)) throw truncated();
    return asksUsage(ask) || !observer.lastWasUsageOnly;
  };
  const end = await relayAnswer({ answer, reply, writer: CLEAR_WRITER, observer, admit, signal, truncated });
  const passed = observer.passed();
  const { usage } = countTokens({ told: observer.told(), passed, limit });
  return { end, usage, passed, ttftMs: observer.ttftMs(), durationMs: clock.monotonic() - startedAt };
}

async function whole({ answer, reply, clock, startedAt, limit }: Parts): Promise<AnswerSummary> {
  const body = await readBody(answer.body, MAX_ANSWER_BYTES);
  const parsed = parseRecord(body.toString('utf8')) ?? {};
  const told = usageOf(parsed);
  const passed = passedIn(parsed);
  if (isNothing(told, passed)) throw new Error('the answer has nothing in it');
  await reply.code(200).type(answer.contentType).send(body);
  const { usage } = countTokens({ told, passed, limit });
  return { end: 'whole', usage, passed, ttftMs: undefined, durationMs: clock.monotonic() - startedAt };
}

/** What an answer says about its backend: a reader who left says nothing. */
function attemptOf({ end, usage, durationMs, ttftMs }: AnswerSummary) {
  if (end === 'left') return { kind: 'dropped' } as const;
  return end === 'whole'
    ? ({ kind: 'answered', ...usage, durationMs, ttftMs } as const)
    : ({ kind: 'failed' } as const);
}
