import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@yellowstone/service';
import type { FastifyReply } from 'fastify';
import { createAnswerObserver, parseRecord, passedIn, usageOf } from '../../carriage/answer-observer.js';
import { readBody } from '../../carriage/exchange.js';
import type { CarriedPath } from '../../carriage/provider-api.js';
import { CLEAR_WRITER, isEventStream, relayAnswer } from '../../carriage/relay-answer.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { ProviderAnswer } from '../ask-provider.js';
import type { OpenSession } from '../open-session.js';
import type { ProviderClient } from '../provider-client.js';
import { refusalOf, toldErrorIn, toProviderError } from '../provider-exchange.js';

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

/** The provider says that the session is over. The chain knows whether that is so. */
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
    const summary = isEventStream(answer)
      ? await relayEvents(deps, { answer, startedAt, signal }, reply)
      : await relayWhole(answer, reply);
    return { ...summary, durationMs: sinceStart() };
  } catch (error) {
    throw toProviderError(error, endpoint, signal);
  }
}

type Relayed = Omit<AnswerSummary, 'durationMs'>;

interface Streamed {
  readonly answer: ProviderAnswer;
  /** [ms] */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

async function relayEvents(
  { clock }: RelayDeps,
  { answer, startedAt, signal }: Streamed,
  reply: FastifyReply,
): Promise<Relayed> {
  const observer = createAnswerObserver({ clock, startedAt });
  const truncated = () => nodeError('stream_truncated');
  const relay = { answer, reply, writer: CLEAR_WRITER, observer, admit: () => true, signal, truncated };
  const seen = await relayAnswer(relay);
  const receipt = answer.receipt()?.receipt;
  // The provider tells a client in an event that its backend broke off, and tells us in the receipt.
  const end = seen === 'failed' && receipt?.end === 'truncated' ? 'truncated' : seen;
  return { end, usage: receipt ?? observer.usage(), passed: observer.passed(), ttftMs: observer.ttftMs(), receipt };
}

/** Nothing is written before the receipt was checked. */
async function relayWhole(answer: ProviderAnswer, reply: FastifyReply): Promise<Relayed> {
  const body = await readBody(answer.body, MAX_ANSWER_BYTES);
  const parsed = parseRecord(body.toString('utf8'));
  if (parsed === undefined) throw new Error('the answer is not a JSON object');
  if (!Array.isArray(parsed['choices'] ?? parsed['data'])) throw new Error('the answer has nothing in it');
  await reply.code(200).type(answer.contentType).send(body);
  const receipt = answer.receipt()?.receipt;
  const usage = receipt ?? usageOf(parsed) ?? { inputTokens: 0, outputTokens: 0 };
  return { end: 'whole', usage, passed: passedIn(parsed), ttftMs: undefined, receipt };
}

async function askPatiently(
  { providers }: RelayDeps,
  { session, path, body, signal }: RelayRequest,
  requestId: string,
): Promise<ProviderAnswer> {
  const { endpoint } = session.bid;
  for (const waitMs of [...NEW_SESSION_WAITS_MS, undefined]) {
    const answer = await providers.ask({ session, path, body, requestId }, signal);
    if (answer.status === 200) return answer;
    const text = await readBody(answer.body, MAX_FAILURE_BYTES).then(String, (error: unknown) => {
      throw toProviderError(error, endpoint, signal);
    });
    const isYoung = toldErrorIn(text).code === 'session_not_found';
    if (!isYoung || waitMs === undefined) throw refusal(answer, text, session);
    await sleep(waitMs, undefined, { signal });
  }
  throw new Error('unreachable: the last round throws');
}

/** Only what is sealed is believed: a forged word in clear must not make us open another session or blame a client. */
function refusal(answer: ProviderAnswer, text: string, { bid }: OpenSession): Error {
  const { code, message, param } = toldErrorIn(text);
  if (answer.isSealed && code !== undefined && GONE.includes(code)) return new SessionGoneError(code);
  const isPassedOn = answer.isSealed && PASSED_ON.includes(answer.status);
  if (!isPassedOn || code === undefined || message === undefined) return refusalOf(answer, text, bid.endpoint);
  const { status: httpStatus, retryAfterSeconds } = answer;
  return new AppError({
    code,
    httpStatus,
    message,
    details: { param, endpoint: bid.endpoint },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
