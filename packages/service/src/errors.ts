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
  database_unreachable: {
    httpStatus: 503,
    message: 'The database cannot be opened.',
    hint: 'Check YELLOWSTONE_DATABASE_URL or YELLOWSTONE_DATA_DIR: is it reachable, writable, with room left?',
  },
  database_full: {
    httpStatus: 503,
    message: 'The database takes nothing new: {reason}.',
    hint: 'Make room on its disk; what was begun goes on by itself.',
  },
  database_in_use: {
    httpStatus: 503,
    message: 'Process {pid} on {host} uses the data folder {folder}.',
    hint: 'Stop it first and start it again afterwards, or set YELLOWSTONE_DATABASE_URL: a PostgreSQL takes several processes.',
  },
  database_newer: {
    httpStatus: 503,
    message: 'The database was used by a later version of this program.',
    hint: 'Install that version, or restore a backup from before.',
  },
  database_migration_failed: {
    httpStatus: 503,
    message: 'The database could not be brought to the newest schema: migration {migration} failed.',
    hint: 'Nothing was changed. The log has the reason.',
  },
  intent_differs: {
    httpStatus: 409,
    message: 'The idempotency key {idempotencyKey} stands for another request.',
    hint: 'Use a new key for a new request.',
  },
  chain_replaced: {
    httpStatus: 503,
    message: 'Chain {chainId} is another one than the database knows: its first block is {found}, not {expected}.',
    hint: 'Connect to the chain of before, or use a new database.',
  },
  intent_unknown: { httpStatus: 404, message: 'There is no chain intent {id}.' },
  key_file_missing: {
    httpStatus: 500,
    message: 'The file {file} cannot be read: {reason}.',
    hint: 'Check its path and its owner.',
  },
  key_file_exposed: {
    httpStatus: 500,
    message: 'The file {file} can be read by others (mode {mode}).',
    hint: 'chmod 600 it, and change the key or password if others had the chance to read it.',
  },
  key_file_exists: {
    httpStatus: 500,
    message: 'The file {file} exists already.',
    hint: 'Choose another path: keystores are never overwritten.',
  },
  keystore_malformed: {
    httpStatus: 500,
    message: 'The file {file} is not a complete keystore.',
    hint: 'It may be truncated: restore it from a backup.',
  },
  keystore_wrong_password: {
    httpStatus: 500,
    message: 'The password does not open the keystore {file}.',
    hint: 'Check the password file, or type it again.',
  },
  password_too_short: {
    httpStatus: 500,
    message: 'The password has fewer than {minLength} characters.',
    hint: 'Whoever gets the keystore can try passwords at leisure: take a long one.',
  },
  password_prompt_impossible: {
    httpStatus: 500,
    message: 'There is no terminal to ask for the password.',
    hint: 'Put the password into a file of mode 600 and name that file.',
  },
  key_invalid: {
    httpStatus: 500,
    message: 'This is not a private key.',
    hint: 'A private key is 0x and 64 hex digits.',
  },
  claims_waiting: {
    httpStatus: 503,
    message: 'The database is too slow: {waiting} requests wait for it.',
    hint: 'Look at the load and the disk of the database.',
  },
  sealed_value_unreadable: {
    httpStatus: 500,
    message: 'A sealed value of the database does not open: {context}.',
    hint: 'It was sealed with another wallet key, or the database is damaged.',
  },
  scope_unknown: { httpStatus: 400, message: 'There is no scope {scope}; there are {scopes}.' },
  server_stopping: { httpStatus: 503, message: 'The server is stopping.', hint: 'Try again in a moment.' },
} as const satisfies Record<string, ErrorEntry>;

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS;

export const serviceError = errorFactory<ServiceErrorCode>(SERVICE_ERRORS);
