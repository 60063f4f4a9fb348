import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import { createAnswerObserver, parseRecord, passedIn, usageOf } from '../../carriage/answer-observer.js';
import { type ExchangeAnswer, readBody } from '../../carriage/exchange.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { isEventStream, relayAnswer } from '../../carriage/relay-answer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import { type ProviderClient, refusalOf, toProviderError } from '../provider-client.js';

export interface RelayRequest {
  readonly session: OpenSession;
  readonly path: CarriedPath;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

interface RelayDeps {
  readonly providers: Pick<ProviderClient, 'ask'>;
  readonly clock: Clock;
}

/** The provider knows the session no more; another one has to be opened. */
export class SessionGoneError extends Error {
  override readonly name = 'SessionGoneError';
}

const MAX_ANSWER_BYTES = 32 * 1_048_576;
const MAX_FAILURE_BYTES = 65_536;
/** What is the client's fault, or a full queue, is told as the provider tells it. */
const PASSED_ON: readonly number[] = [400, 413, 422, 429];
const GONE: readonly string[] = ['session_closed', 'session_ended', 'session_of_another_provider'];
/** A provider may see a new session a moment later than we do. */
const NEW_SESSION_WAITS_MS: readonly number[] = [300, 700, 1_500];

/**
 * Sends a request of a session to its provider, writes the answer to the reply, and says how it went.
 * @throws before the first byte: provider_… , SessionGoneError, or what the provider said is wrong with the request.
 */
export async function relayRequest(
  deps: RelayDeps,
  request: RelayRequest,
  reply: FastifyReply,
): Promise<AnswerSummary> {
  const { session, signal } = request;
  const { endpoint } = session.bid;
  const startedAt = deps.clock.monotonic();
  const sinceStart = (): number => deps.clock.monotonic() - startedAt;
  const answer = await askPatiently(deps, request, reply.request.id);
  try {
    if (isEventStream(answer)) {
      const observer = createAnswerObserver({ clock: deps.clock, startedAt });
      const truncated = () => nodeError('stream_truncated');
      const end = await relayAnswer({ answer, reply, observer, admit: () => true, signal, truncated });
      return {
        end,
        usage: observer.usage(),
        passed: observer.passed(),
        ttftMs: observer.ttftMs(),
        durationMs: sinceStart(),
      };
    }
    const body = await readBody(answer.body, MAX_ANSWER_BYTES);
    const parsed = parseRecord(body.toString('utf8'));
    if (parsed === undefined) throw new Error('the answer is not a JSON object');
    if (!Array.isArray(parsed['choices'] ?? parsed['data'])) throw new Error('the answer has nothing in it');
    await reply.code(200).type(answer.contentType).send(body);
    const usage = usageOf(parsed) ?? { inputTokens: 0, outputTokens: 0 };
    return { end: 'whole', usage, passed: passedIn(parsed), ttftMs: undefined, durationMs: sinceStart() };
  } catch (error) {
    throw toProviderError(error, endpoint, signal);
  }
}

async function askPatiently(
  { providers }: RelayDeps,
  request: RelayRequest,
  requestId: string,
): Promise<ExchangeAnswer> {
  const { session, path, body, signal } = request;
  for (const waitMs of [...NEW_SESSION_WAITS_MS, undefined]) {
    const answer = await providers.ask({ session, path, body, requestId }, signal);
    if (answer.status === 200) return answer;
    const text = await readBody(answer.body, MAX_FAILURE_BYTES).then(String, () => '');
    const told = toldError(text);
    if (told.code !== 'session_not_found' || waitMs === undefined) throw refusal(answer, text, session);
    await sleep(waitMs, undefined, { signal });
  }
  throw new Error('unreachable: the last round throws');
}

interface ToldError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly param: unknown;
}

function refusal(answer: ExchangeAnswer, text: string, { bid }: OpenSession): Error {
  const { code, message, param } = toldError(text);
  if (code !== undefined && GONE.includes(code)) return new SessionGoneError(code);
  if (!PASSED_ON.includes(answer.status) || code === undefined || message === undefined) {
    return refusalOf(answer, text, bid.endpoint);
  }
  const { status: httpStatus, retryAfterSeconds } = answer;
  return new AppError({
    code,
    httpStatus,
    message,
    details: { param, endpoint: bid.endpoint },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function toldError(text: string): ToldError {
  const error = parseRecord(text)?.['error'];
  const told = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const { code, message, param } = told;
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
    param,
  };
}
