import { type ChainError, isChainError } from '@yellowstone/client';
import { AppError, type ErrorEntry, errorFactory, scrub } from '@yellowstone/service';

/** Every failure a node answers, beside those of any HTTP server (`SERVICE_ERRORS`) and of the chain (`CHAIN_…`). */
export const NODE_ERRORS = {
  // --- API keys
  api_key_missing: {
    httpStatus: 401,
    message: 'An API key is needed.',
    hint: 'Make one with `yellowstone keys create` and send it as Authorization: Bearer.',
  },
  invalid_api_key: {
    httpStatus: 401,
    message: 'The API key is unknown, revoked or expired.',
    hint: 'Make one with `yellowstone keys create`.',
  },
  api_key_scope_missing: { httpStatus: 403, message: 'The API key {key} does not have the scope {scope}.' },

  // --- Asking a provider
  authorization_missing: {
    httpStatus: 401,
    message: 'The header {header} is missing.',
    hint: 'Every request to a provider is signed; see docs/protocol.md.',
  },
  authorization_malformed: { httpStatus: 401, message: 'The header {header} is malformed.' },
  authorization_expired: {
    httpStatus: 401,
    message: 'The authorization ended at {deadline}, now it is {now}.',
    hint: 'If it was just made, a clock is wrong.',
  },
  authorization_too_far: {
    httpStatus: 401,
    message: 'The authorization ends at {deadline}, later than {latest}.',
    hint: 'If it was just made, a clock is wrong.',
  },
  signature_invalid: { httpStatus: 401, message: 'The signature is not a signature of this request.' },
  requester_not_allowed: {
    httpStatus: 403,
    message: '{requester} is neither the user of the session nor its delegate.',
  },
  request_replayed: { httpStatus: 409, message: 'A request with the id {requestId} was seen before.' },
  session_not_found: { httpStatus: 404, message: 'There is no session {sessionId}.' },
  session_of_another_provider: { httpStatus: 403, message: 'The session belongs to the provider {provider}.' },
  session_ended: { httpStatus: 410, message: 'The session {sessionId} ended at {endsAt}.', hint: 'Open a new one.' },
  session_closed: { httpStatus: 410, message: 'The session {sessionId} is closed.', hint: 'Open a new one.' },
  bid_not_found: { httpStatus: 404, message: 'There is no bid {bidId}.' },
  bid_of_another_provider: { httpStatus: 403, message: 'The bid belongs to the provider {provider}.' },
  bid_not_active: { httpStatus: 409, message: 'The bid {bidId} is not active.' },
  bid_not_per_second: { httpStatus: 409, message: 'The bid {bidId} is per {unit}, sessions need one per second.' },
  model_not_served: { httpStatus: 404, message: 'The model {modelId} is not served here.' },
  duration_out_of_range: {
    httpStatus: 400,
    message: 'A session lasts {minSeconds} to {maxSeconds} s here, not {durationSeconds}.',
  },
  backend_unhealthy: { httpStatus: 503, message: 'The backend of {model} is down.', hint: 'Try another provider.' },
  backend_unreachable: { httpStatus: 502, message: 'The backend of {model} cannot be reached.' },
  backend_timeout: { httpStatus: 504, message: 'The backend of {model} did not answer in time.' },
  backend_failed: { httpStatus: 502, message: 'The backend of {model} failed with status {status}.' },
  backend_broken: { httpStatus: 502, message: 'The backend of {model} sent no usable answer.' },
  backend_busy: { httpStatus: 429, message: 'The backend of {model} is busy.' },
  queue_full: { httpStatus: 429, message: 'All {slots} slots of {model} are busy and {queue} requests wait.' },
  queue_timeout: { httpStatus: 503, message: 'No slot of {model} became free in time.' },
  replay_memory_unavailable: {
    httpStatus: 503,
    message: 'Whether the request is new cannot be looked up now.',
    hint: 'Try again in a moment.',
  },
  stream_truncated: { httpStatus: 502, message: 'The answer broke off; what came before is incomplete.' },

  // --- Operating
  not_ready: { httpStatus: 503, message: 'The node is not ready: {failing}.', hint: '`yellowstone doctor` says more.' },
  provider_not_found: { httpStatus: 404, message: 'There is no provider {provider}.' },
  spender_not_allowed: {
    httpStatus: 400,
    message: 'This node lets nobody but the diamond {diamond} spend its MOR, not {spender}.',
  },
  transaction_pending: {
    httpStatus: 504,
    message: 'The transaction {tx} was sent and is in no block yet.',
    hint: 'It can still happen: look for it before trying again.',
  },

  // --- Buying and using sessions
  model_not_found: { httpStatus: 404, message: 'There is no model {model}.', hint: 'GET /v1/models lists them.' },
  model_unavailable: {
    httpStatus: 503,
    message: 'No provider offers {model} within the limits now.',
    hint: 'The details say why each bid was passed over.',
  },
  no_provider_answered: { httpStatus: 503, message: 'No provider of {model} answered.' },
  price_limit_exceeded: {
    httpStatus: 402,
    message: 'All bids for {model} are above {limitMor} MOR-wei per second.',
    hint: 'Raise YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR.',
  },
  stake_limit_exceeded: {
    httpStatus: 402,
    message: 'The session needs {neededMor} MOR-wei of stake, the limit is {limitMor}.',
    hint: 'Raise YELLOWSTONE_MAX_STAKE_MOR or book shorter sessions.',
  },
  pay_limit_exceeded: {
    httpStatus: 402,
    message: 'The session costs {neededMor} MOR-wei, the limit is {limitMor}.',
    hint: 'Raise YELLOWSTONE_MAX_PAY_MOR or book shorter sessions.',
  },
  wallet_too_low: {
    httpStatus: 402,
    message: 'The wallet {wallet} holds {balanceMor} MOR-wei and needs {neededMor}.',
    hint: 'Send MOR to it.',
  },
  endpoint_invalid: { httpStatus: 502, message: 'The endpoint {endpoint} is neither host:port nor an https URL.' },
  endpoint_refused: {
    httpStatus: 502,
    message: 'The endpoint {endpoint} points to a {kind} address.',
    hint: 'For development YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS=true allows private ones.',
  },
  provider_unreachable: { httpStatus: 502, message: 'The provider at {endpoint} cannot be reached.' },
  provider_timeout: { httpStatus: 504, message: 'The provider at {endpoint} did not answer in time.' },
  provider_broken: { httpStatus: 502, message: 'The provider at {endpoint} sent no usable answer.' },
  provider_refused: { httpStatus: 502, message: 'The provider at {endpoint} refused with {status} {providerCode}.' },
  provider_version_unknown: {
    httpStatus: 502,
    message: 'The provider at {endpoint} speaks protocol {version}, this node speaks {ours}.',
  },
  approval_mismatch: { httpStatus: 502, message: 'The approval has another {field} than was asked for.' },
  approval_signature_invalid: { httpStatus: 502, message: 'The approval is not signed by the provider {provider}.' },
  request_aborted: { httpStatus: 499, message: 'The client went away.' },

  // --- Starting
  models_file_invalid: { httpStatus: 500, message: 'The models file {file} is wrong: {problems}.' },
  llama_not_installed: {
    httpStatus: 500,
    message: 'The model {model} is embedded, but @yellowstone/llama is not installed.',
    hint: 'npm install @yellowstone/llama',
  },
  not_a_delegate: { httpStatus: 500, message: '{signer} may not sign for the provider {provider}.' },
} as const satisfies Record<string, ErrorEntry>;

export type NodeErrorCode = keyof typeof NODE_ERRORS;

export const nodeError = errorFactory<NodeErrorCode>(NODE_ERRORS);

/** True for an `AppError` of that code. */
export function isNodeError(error: unknown, code: NodeErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

/** Status of chain failures that are not simply a conflict with the state of the chain. */
const CHAIN_STATUS: Readonly<Record<string, number>> = {
  CHAIN_UNREACHABLE: 503,
  CHAIN_TIMEOUT: 503,
  CHAIN_ABORTED: 503,
  CHAIN_RPC_FAILED: 503,
  CHAIN_QUEUE_FULL: 503,
  CHAIN_OperationPaused: 503,
  CHAIN_NO_GAS_MONEY: 402,
  CHAIN_AllowanceTooLow: 402,
  CHAIN_StakeMissing: 402,
  CHAIN_PayTooHigh: 402,
  CHAIN_ERC20InsufficientBalance: 402,
  CHAIN_ERC20InsufficientAllowance: 402,
  CHAIN_INVALID_ARGUMENT: 400,
  CHAIN_InsufficientRightsForOperation: 403,
  CHAIN_SessionNotFound: 404,
};

/** A failure of the chain as an answer: its own code, its values, a true status, nothing about the RPC endpoint. */
export function fromChainError(error: ChainError): AppError {
  const { code, message, args } = error;
  // Only who waited for a transaction knows its hash.
  if (code === 'CHAIN_TIMEOUT' && typeof args['hash'] === 'string') {
    return nodeError('transaction_pending', { tx: args['hash'] }, { cause: error });
  }
  const httpStatus = CHAIN_STATUS[code] ?? 409;
  return new AppError({ code, httpStatus, message: scrub(message), details: scrubbed(args), cause: error });
}

function scrubbed(args: ChainError['args']): ChainError['args'] {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]),
  );
}

/** What a node's server knows of errors that are not its own. */
export function translateError(error: unknown): AppError | undefined {
  if (isChainError(error)) return fromChainError(error);
  const isAbort = error instanceof DOMException && error.name === 'AbortError';
  return isAbort ? nodeError('request_aborted', {}, { cause: error }) : undefined;
}
