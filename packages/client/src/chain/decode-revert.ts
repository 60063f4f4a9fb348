import { DevMor__factory, IYellowstone__factory, TimelockController__factory } from '@yellowstone/contracts';
import { formatMor } from '@yellowstone/protocol';
import { decodeBytes32String, Interface, type ErrorDescription } from 'ethers';
import { chainError, ChainError, type ContractErrorName } from '../errors.js';
import { REVERT_TEXTS } from './revert-texts.js';

/** Where errors are looked up, in this order. Error(string) and Panic(uint256) are known to each. */
const INTERFACES: readonly Interface[] = [
  IYellowstone__factory.createInterface(),
  DevMor__factory.createInterface(),
  TimelockController__factory.createInterface(),
  new Interface([
    'error SafeERC20FailedOperation(address token)',
    'error ReentrancyGuardReentrantCall()',
    'error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)',
    'error SafeCastOverflowedUintToInt(uint256 value)',
    'error FailedCall()',
  ]),
];

/** The bytes of a revert as CHAIN_<ErrorName> with its arguments. */
export function decodeRevert(data: string, cause?: unknown): ChainError {
  const description = describe(data);
  if (description === undefined) {
    return chainError('CHAIN_UNKNOWN_REVERT', { selector: data.slice(0, 10), data }, undefined, { cause });
  }
  const { name } = description;
  const args = argumentsOf(description);
  return new ChainError(`CHAIN_${name}`, sentence(name, args), args, { cause });
}

function describe(data: string): ErrorDescription | undefined {
  for (const candidate of INTERFACES) {
    try {
      const description = candidate.parseError(data);
      if (description !== null) return description;
    } catch {
      // The selector is known here but the arguments are not: another interface may know both.
    }
  }
  return undefined;
}

function argumentsOf({ fragment, args }: ErrorDescription): Record<string, unknown> {
  return Object.fromEntries(fragment.inputs.map((input, index) => [input.name || `${index}`, args[index] as unknown]));
}

function sentence(name: string, args: Readonly<Record<string, unknown>>): string {
  const [why, advice] = REVERT_TEXTS[name as ContractErrorName] ?? [`The contract refused with ${name}`];
  const values = Object.entries(args).map(([key, value]) => `${key}: ${readable(key, value)}`);
  const facts = values.length === 0 ? '' : ` (${values.join(', ')})`;
  return `${why}${facts}${advice === undefined ? '' : `; ${advice}`}.`;
}

/** Arguments of kept errors and of ERC-20 that are MOR without saying so. */
const MOR_ARGUMENTS = new Set(['amount', 'minAmount', 'allowance', 'balance', 'needed', 'maxMor', 'minMor']);
const TIME_ARGUMENTS = new Set(['deadline', 'timestamp', 'latest', 'until', 'allowedFrom', 'endsAt', 'nextAt']);
const NAME_ARGUMENTS = new Set(['name', 'field']);
/** The largest time JavaScript can write as a date [s]. */
const MAX_DATE = 8_640_000_000_000n;

function readable(key: string, value: unknown): string {
  if (typeof value === 'bigint') {
    if (key.endsWith('Mor') || MOR_ARGUMENTS.has(key)) return `${formatMor(value)} MOR`;
    if (TIME_ARGUMENTS.has(key) && value > 0n && value <= MAX_DATE) return new Date(Number(value) * 1000).toISOString();
  }
  if (typeof value === 'string' && NAME_ARGUMENTS.has(key)) return textOf(value);
  return String(value);
}

function textOf(bytes32: string): string {
  try {
    return decodeBytes32String(bytes32);
  } catch {
    return bytes32;
  }
}
