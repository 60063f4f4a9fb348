import type { morAbi, yellowstoneAbi } from '@yellowstone/contracts';

type ErrorName<Abi extends readonly unknown[]> = Extract<
  Abi[number],
  { readonly type: 'error'; readonly name: string }
>['name'];

/** Custom errors of the diamond and of the MOR token. */
export type ContractErrorName = ErrorName<typeof yellowstoneAbi> | ErrorName<typeof morAbi>;

/** What can go wrong besides a decoded revert: code and the start of the message. */
export const CHAIN_ERRORS = {
  CHAIN_UNREACHABLE: 'The chain cannot be reached',
  CHAIN_TIMEOUT: 'The chain did not answer in time',
  CHAIN_ABORTED: 'Waiting for the chain was stopped',
  CHAIN_RPC_FAILED: 'The RPC endpoint refused the call',
  CHAIN_WRONG_CHAIN: 'The RPC endpoint serves another chain',
  CHAIN_NO_CODE: 'There is no contract at this address',
  CHAIN_NOT_A_DIAMOND: 'The contract at this address is not the Yellowstone diamond',
  CHAIN_NO_GAS_MONEY: 'The account cannot pay the gas',
  CHAIN_NONCE_CONFLICT: 'Another program sends with the same key',
  CHAIN_QUEUE_FULL: 'Too many transactions of this key wait to be sent',
  CHAIN_INVALID_ARGUMENT: 'A value does not fit what the contract takes',
  CHAIN_REVERTED: 'The contract refused without saying why',
  CHAIN_UNKNOWN_REVERT: 'The contract refused with an error this version does not know; update @yellowstone/client',
  CHAIN_EVENT_MISSING: 'The transaction succeeded without the event that tells its outcome',
  CHAIN_REORGANISED: 'Blocks that were read before are no longer part of the chain',
} as const;

export type ChainErrorCode =
  | keyof typeof CHAIN_ERRORS
  | `CHAIN_${ContractErrorName}`
  // Errors of libraries and of the language that no ABI of ours lists, such as CHAIN_Error and CHAIN_Panic.
  | (`CHAIN_${string}` & {});

/** Values that an error carries. */
export type ChainErrorArgs = Readonly<Record<string, unknown>>;

/** The only error this package throws. The message is one sentence with the values and, where obvious, what to do. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly code: ChainErrorCode;
  readonly args: ChainErrorArgs;

  constructor(code: ChainErrorCode, message: string, args: ChainErrorArgs = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.args = Object.freeze({ ...args });
  }
}

/** A failure of the table, with its values and advice. */
export function chainError(
  code: keyof typeof CHAIN_ERRORS,
  args: ChainErrorArgs,
  advice?: string,
  options?: ErrorOptions,
): ChainError {
  const values = Object.entries(args).map(([name, value]) => `${name}: ${String(value)}`);
  const facts = values.length === 0 ? '' : ` (${values.join(', ')})`;
  return new ChainError(
    code,
    `${CHAIN_ERRORS[code]}${facts}${advice === undefined ? '' : `; ${advice}`}.`,
    args,
    options,
  );
}

/** True for a `ChainError`, of that code if one is given. */
export function isChainError(error: unknown, code?: ChainErrorCode): error is ChainError {
  return error instanceof ChainError && (code === undefined || error.code === code);
}
