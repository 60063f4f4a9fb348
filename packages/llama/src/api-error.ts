/** Every failure a client can see: code, HTTP status and OpenAI's `type`. */
export const API_ERRORS = {
  invalid_json: { status: 400, type: 'invalid_request_error' },
  invalid_type: { status: 400, type: 'invalid_request_error' },
  invalid_value: { status: 400, type: 'invalid_request_error' },
  missing_required_parameter: { status: 400, type: 'invalid_request_error' },
  unsupported_parameter: { status: 400, type: 'invalid_request_error' },
  chat_template_failed: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  bad_request: { status: 400, type: 'invalid_request_error' },
  host_not_allowed: { status: 403, type: 'invalid_request_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  route_not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  body_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  queue_full: { status: 429, type: 'rate_limit_error' },
  headers_too_large: { status: 431, type: 'invalid_request_error' },
  internal_error: { status: 500, type: 'server_error' },
  queue_timeout: { status: 503, type: 'server_error' },
  server_stopping: { status: 503, type: 'server_error' },
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;

type ApiErrorOptions = {
  /** The request field at fault. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ApiErrorCode, message: string, { param, headers = {} }: ApiErrorOptions = {}) {
    super(message);
    this.code = code;
    this.param = param ?? null;
    this.headers = headers;
  }

  get status(): number {
    return API_ERRORS[this.code].status;
  }

  /** OpenAI's envelope. */
  get body(): object {
    return { error: { message: this.message, type: API_ERRORS[this.code].type, param: this.param, code: this.code } };
  }
}
