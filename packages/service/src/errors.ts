import { type ErrorEntry, errorFactory } from './app-error.js';

/** Failures that every HTTP server of ours has. Codes are lower case because OpenAI clients compare them so. */
export const SERVICE_ERRORS = {
  request_invalid: { httpStatus: 400, message: 'The request does not fit: {problems}.' },
  body_malformed: { httpStatus: 400, message: 'The body is not valid JSON.' },
  http_malformed: { httpStatus: 400, message: 'The request is not valid HTTP.' },
  host_not_allowed: {
    httpStatus: 403,
    message: 'The host name {host} is not served here.',
    hint: 'Use a loopback name, or add the name to YELLOWSTONE_ALLOWED_HOSTS.',
  },
  origin_not_allowed: {
    httpStatus: 403,
    message: 'Web pages of {origin} may not call this server.',
    hint: 'Add the origin to YELLOWSTONE_ALLOWED_ORIGINS if you trust it.',
  },
  route_not_found: { httpStatus: 404, message: 'There is no {method} {path}.' },
  request_timeout: { httpStatus: 408, message: 'The request took too long to arrive.' },
  body_too_large: { httpStatus: 413, message: 'The body is larger than {limitBytes} bytes.' },
  content_type_unsupported: {
    httpStatus: 415,
    message: 'The content type is not supported.',
    hint: 'Send application/json.',
  },
  headers_too_large: { httpStatus: 431, message: 'The headers are too large.' },
  internal_error: {
    httpStatus: 500,
    message: 'Something failed inside.',
    hint: 'The log has the reason under this request id.',
  },
  server_stopping: { httpStatus: 503, message: 'The server is stopping.', hint: 'Try again in a moment.' },
} as const satisfies Record<string, ErrorEntry>;

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS;

export const serviceError = errorFactory<ServiceErrorCode>(SERVICE_ERRORS);
