import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from './app-error.js';
import { serviceError } from './errors.js';
import { describeError, plain } from './log.js';

/** Turns errors of other packages into ours; `undefined` = not mine. */
export type TranslateError = (error: unknown) => AppError | undefined;

interface EnvelopeOptions {
  readonly translate?: TranslateError;
  readonly bodyLimitBytes: number;
}

/** How a resource answers a failure. */
export interface ResourceFailure {
  readonly error: { readonly code: string; readonly message: string; readonly details: unknown };
}

/** How an OpenAI path answers a failure. */
export interface OpenAiFailure {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** Installs the one place where errors become answers: true status, typed body, no stack. */
export function installEnvelope(server: FastifyInstance, { translate, bodyLimitBytes }: EnvelopeOptions): void {
  server.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    return answer(request, reply, serviceError('route_not_found', { method: request.method, path }));
  });
  server.setErrorHandler((error, request, reply) => {
    const known = toAppError(error, translate, bodyLimitBytes);
    if (known.httpStatus >= 500) {
      const level = known.code === 'internal_error' ? 'error' : 'warn';
      request.log[level]({ err: known.code === 'internal_error' ? error : known }, 'request failed');
    }
    return answer(request, reply, known);
  });
}

/** Any thrown value as an `AppError`; what nobody knows becomes `internal_error`. */
export function toAppError(error: unknown, translate: TranslateError | undefined, bodyLimitBytes: number): AppError {
  if (error instanceof AppError) return error;
  return (
    fromFastify(error, bodyLimitBytes) ?? translate?.(error) ?? serviceError('internal_error', {}, { cause: error })
  );
}

/** The body of a failure, in the form of the path it was asked on. */
export function failureBody(error: AppError, path: string): ResourceFailure | OpenAiFailure {
  return isOpenAiPath(path) ? openAiFailure(error) : resourceFailure(error);
}

/** The failure as resources write it. */
export function resourceFailure(error: AppError): ResourceFailure {
  return { error: { code: error.code, message: messageOf(error), details: plain(error.details ?? {}) } };
}

/** The failure as OpenAI writes it, for bodies and for events inside a stream. */
export function openAiFailure(error: AppError): OpenAiFailure {
  const param = error.details?.['param'];
  return {
    error: {
      message: messageOf(error),
      type: openAiTypeOf(error.httpStatus),
      param: typeof param === 'string' ? param : null,
      code: error.code,
    },
  };
}

function answer(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', String(error.retryAfterSeconds));
  // The rest of an unread body is not worth waiting for.
  if (error.httpStatus === 413) void reply.header('connection', 'close');
  return reply
    .code(error.httpStatus)
    .type('application/json; charset=utf-8')
    .send(failureBody(error, pathOf(request)));
}

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};

function openAiTypeOf(httpStatus: number): string {
  return OPENAI_TYPES[httpStatus] ?? (httpStatus >= 500 ? 'server_error' : 'invalid_request_error');
}

function messageOf(error: AppError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}

function isOpenAiPath(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/');
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]?.slice(0, 200) ?? '/';
}

function fromFastify(error: unknown, bodyLimitBytes: number): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, validation, validationContext, statusCode } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const problems = validation.map(({ instancePath, message }) => `${fieldOf(instancePath)} ${message ?? 'is wrong'}`);
    const param = fieldOf(validation[0]?.instancePath ?? '');
    return serviceError('request_invalid', { problems: problems.join('; '), where: validationContext, param });
  }
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return serviceError('content_type_unsupported');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return serviceError('body_too_large', { limitBytes: bodyLimitBytes });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return serviceError('body_malformed');
    default:
  }
  if (error instanceof SyntaxError && statusCode === 400) return serviceError('body_malformed');
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return serviceError('request_invalid', { problems: describeError(error).message });
}

/** `/messages/0/content` to `messages.0.content`. */
function fieldOf(instancePath: string): string {
  return instancePath === '' ? 'the body' : instancePath.slice(1).replaceAll('/', '.');
}
