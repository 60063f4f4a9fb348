import { AppError, type ErrorEntry, errorFactory } from '@yellowstone/service';

/** Every failure of a node and of its command line, beside `SERVICE_ERRORS` and those of the chain (`CHAIN_…`). */
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
  api_key_not_found: { httpStatus: 404, message: 'There is no API key {id} that could be revoked.' },

  // --- Asking a provider
  authorization_missing: {
    httpStatus: 401,
    message: 'The header {header} is missing.',
    hint: 'Every request to a provider is signed; see docs/protocol.md.',
  },
  authorization_malformed: { httpStatus: 401, message: 'The header {header} is malformed.' },
  authorization_expired: {
    httpStatus: 401,
    message: 'The authorization ended at {deadline}, now it is {now}: {seconds} s too late.',
    hint: 'If it was just made, a clock is wrong.',
  },
  authorization_too_far: {
    httpStatus: 401,
    message: 'The authorization ends at {deadline}, now it is {now}: {seconds} s too far ahead.',
    hint: 'If it was just made, a clock is wrong.',
  },
  signature_invalid: { httpStatus: 401, message: 'The signature is not a signature of this request.' },
  body_not_sealed: {
    httpStatus: 415,
    message: 'The body is {type}: prompts come sealed or not at all.',
    hint: 'Ask through a consumer node of protocol version 2; see docs/protocol.md.',
  },
  body_unreadable: { httpStatus: 400, message: 'The body was not sealed for this request.' },
  node_key_unknown: {
    httpStatus: 409,
    message: 'The key {nodeKey} is not, or no longer, a key of this node.',
    hint: 'GET /yellowstone/info has the keys of now.',
  },
  session_key_expired: {
    httpStatus: 401,
    message: 'The keys of the session ended at {deadline}, now it is {now}.',
    hint: 'Set the session up anew.',
  },
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
  backend_unhealthy: {
    httpStatus: 503,
    message: 'The backend of {model} is down or on trial after failures.',
    hint: 'Try another provider.',
  },
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
  totals_unavailable: {
    httpStatus: 503,
    message: 'What the session {sessionId} got cannot be looked up now.',
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
    hint: 'It can still happen: send the same request again under the same Idempotency-Key, or look for it.',
  },

  // --- Buying and using sessions
  path_not_carried: { httpStatus: 501, message: '{path} is not carried: {reason}. Use {instead}.' },
  model_not_found: { httpStatus: 404, message: 'There is no model {model}.', hint: 'GET /v1/models lists them.' },
  model_unavailable: {
    httpStatus: 503,
    message: 'No provider offers {model} within the limits now.',
    hint: 'The details say why each bid was passed over.',
  },
  no_provider_answered: { httpStatus: 503, message: 'No provider of {model} answered.' },
  opening_uncertain: {
    httpStatus: 503,
    message: 'The opening of a session on the bid {bidId} was on its way when the node lost sight of it.',
    hint: 'Try again: the next request looks for the session before it opens another one.',
  },
  price_limit_exceeded: {
    httpStatus: 402,
    message: 'All bids for {model} are above {limitMor} MOR-wei per second.',
    hint: 'Raise YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR, or the limit of the API key.',
  },
  stake_limit_exceeded: {
    httpStatus: 402,
    message: 'The session needs {neededMor} MOR-wei of stake, the limit is {limitMor}.',
    hint: 'Raise YELLOWSTONE_MAX_STAKE_MOR or the limit of the API key, or book shorter sessions.',
  },
  pay_limit_exceeded: {
    httpStatus: 402,
    message: 'The session costs {neededMor} MOR-wei, the limit is {limitMor}.',
    hint: 'Raise YELLOWSTONE_MAX_PAY_MOR or book shorter sessions.',
  },
  day_limit_exceeded: {
    httpStatus: 402,
    message: 'The session costs {costMor} MOR-wei; of the {limitMor} of today, {spentMor} are spent.',
    hint: 'Raise YELLOWSTONE_MAX_MOR_PER_DAY, close sessions that are not needed, or wait for the next UTC day.',
  },
  key_budget_exceeded: {
    httpStatus: 429,
    message: 'The API key {key} has used {used} of its {allowed} {limit}.',
    hint: 'The next UTC day begins with a new budget; the operator can make a key with a larger one.',
  },
  key_rate_exceeded: {
    httpStatus: 429,
    message: 'The API key {key} is at its limit of {allowed} {limit}.',
    hint: 'Try again after the time in Retry-After.',
  },
  provider_not_wanted: {
    httpStatus: 409,
    message: 'The provider {provider} is refused here.',
    hint: 'Take it out of YELLOWSTONE_REFUSED_PROVIDERS.',
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
  provider_clock_differs: {
    httpStatus: 502,
    message: 'The clock of the provider at {endpoint} says {theirs}, here it is {ours}: {seconds} s apart.',
    hint: 'Set the clock of this machine by NTP, or use another provider.',
  },
  provider_keys_refused: {
    httpStatus: 502,
    message: 'The keys told at {endpoint} are not those of the provider {provider}: {reason}.',
  },
  provider_version_unknown: {
    httpStatus: 502,
    message: 'The provider at {endpoint} speaks protocol {version}, this node speaks {ours}.',
  },
  approval_mismatch: { httpStatus: 502, message: 'The approval has another {field} than was asked for.' },
  approval_expired: {
    httpStatus: 502,
    message:
      'The approval of the provider at {endpoint} was good until {deadline}, here it is {now}: {seconds} s later.',
    hint: 'Set the clock of this machine by NTP, or use another provider.',
  },
  approval_signature_invalid: { httpStatus: 502, message: 'The approval is not signed by the provider {provider}.' },
  request_aborted: { httpStatus: 499, message: 'The client went away.' },

  // --- Starting
  models_file_invalid: { httpStatus: 500, message: 'The models file {file} is wrong: {problems}.' },
  llama_not_installed: {
    httpStatus: 500,
    message: 'The model {model} is embedded, but @yellowstone/llama is not installed.',
    hint: 'npm install @yellowstone/llama',
  },
  llama_server_missing: {
    httpStatus: 500,
    message: 'The llama-server of {model}, {binary}, is not there or cannot be run.',
    hint: 'Check llamaServer.binary in the models file: a path, or a name in PATH.',
  },
  llama_server_failed: {
    httpStatus: 500,
    message: 'The llama-server of {model} did not start: {reason}. It last said: {lastLine}',
    hint: 'Run it by hand with the same arguments to see all that it says.',
  },
  model_file_missing: {
    httpStatus: 500,
    message: 'The file {modelPath} of {model} is not there or cannot be read.',
    hint: 'Paths are relative to the models file.',
  },
  not_a_delegate: { httpStatus: 500, message: '{signer} may not sign for the provider {provider}.' },

  // --- The command line
  usage_wrong: { httpStatus: 400, message: '{problem}.', hint: 'Add --help to see what it takes.' },
  command_timeout: {
    httpStatus: 504,
    message: 'The command did not end within {seconds} s.',
    hint: 'Raise --timeout. What was sent to the chain may still be included: look before trying again.',
  },
  command_interrupted: { httpStatus: 499, message: 'Stopped.' },
  failed_inside: { httpStatus: 500, message: 'Something failed inside: {reason}' },
  file_unusable: { httpStatus: 500, message: 'The file {file} cannot be used: {reason}.' },
  file_exists: { httpStatus: 409, message: 'The file {file} exists already.', hint: '--force replaces it.' },
  answer_missing: { httpStatus: 400, message: '{what} is not known, and there is no terminal to ask. Give {option}.' },
  passwords_differ: { httpStatus: 400, message: 'The two passwords differ.' },
  account_unknown: {
    httpStatus: 400,
    message: 'There is no account to look at.',
    hint: 'Give --account, or run `yellowstone init` for a key.',
  },
  key_unknown: {
    httpStatus: 400,
    message: 'This command signs, and there is no key.',
    hint: 'Run `yellowstone init`, or set YELLOWSTONE_KEYSTORE or YELLOWSTONE_PRIVATE_KEY.',
  },
  deployment_unknown: {
    httpStatus: 404,
    message: 'No deployment of Yellowstone is recorded for chain {chainId}.',
    hint: 'Give --diamond.',
  },
  stake_not_allowed: {
    httpStatus: 402,
    message: 'The session needs {neededStakeMor} MOR of stake, allowed are {limitStakeMor}.',
  },
  pay_not_allowed: { httpStatus: 402, message: 'The session costs {costInMor} MOR, allowed are {limitInMor}.' },
  doctor_found_bad: {
    httpStatus: 500,
    message: 'Of what was looked at, bad is: {checks}.',
    hint: 'What to do stands beside each.',
  },
  nothing_staked: { httpStatus: 409, message: 'There is no {purpose} stake to take out.' },
  node_unreachable: {
    httpStatus: 503,
    message: 'The node at {url} cannot be reached.',
    hint: 'Start it, or give --url.',
  },
  node_silent: { httpStatus: 504, message: 'The node at {url} did not answer in time.' },
  node_refused: { httpStatus: 502, message: '{told}' },
  node_broken: { httpStatus: 502, message: 'The node at {url} sent no usable answer.' },
  answer_truncated: { httpStatus: 502, message: 'The answer broke off; what stands above is incomplete.' },
  model_not_chosen: {
    httpStatus: 400,
    message: 'There are several models: {models}.',
    hint: 'Choose one with --model.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type NodeErrorCode = keyof typeof NODE_ERRORS;

export const nodeError = errorFactory<NodeErrorCode>(NODE_ERRORS);

/** True for an `AppError` of that code. */
export function isNodeError(error: unknown, code: NodeErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}
