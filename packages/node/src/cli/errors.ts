import { type AppError, type ErrorEntry, errorFactory } from '@yellowstone/service';

/** Failures of the command line beside those of the node, the chain and the configuration. */
export const CLI_ERRORS = {
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
  nothing_staked: { httpStatus: 409, message: 'There is no {purpose} stake to take out.' },
  consumer_unreachable: {
    httpStatus: 503,
    message: 'The consumer node at {url} cannot be reached.',
    hint: 'Start it with `yellowstone consumer up`, or give --url.',
  },
  consumer_silent: { httpStatus: 504, message: 'The consumer node at {url} did not answer in time.' },
  consumer_refused: { httpStatus: 502, message: '{told}' },
  consumer_broken: { httpStatus: 502, message: 'The consumer node at {url} sent no usable answer.' },
  answer_truncated: { httpStatus: 502, message: 'The answer broke off; what stands above is incomplete.' },
  model_not_chosen: {
    httpStatus: 400,
    message: 'There are several models: {models}.',
    hint: 'Choose one with --model.',
  },
  doctor_found_bad: {
    httpStatus: 500,
    message: 'Of what was looked at, bad is: {checks}.',
    hint: 'What to do stands beside each.',
  },
  api_key_not_found: { httpStatus: 404, message: 'There is no API key {id} that could be revoked.' },
} as const satisfies Record<string, ErrorEntry>;

export type CliErrorCode = keyof typeof CLI_ERRORS;

export const cliError = errorFactory<CliErrorCode>(CLI_ERRORS);

/** A mistake in the command itself: the program ends with 2. */
export function usageError(problem: string): AppError {
  return cliError('usage_wrong', { problem });
}
