import { DevMor__factory, IYellowstone__factory } from '@yellowstone/contracts';
import { AbiCoder, concat, encodeBytes32String, id, makeError, ZeroAddress } from 'ethers';
import { describe, expect, it } from 'vitest';
import { ChainError } from '../errors.js';
import { decodeError } from './decode-error.js';

const yellowstone = IYellowstone__factory.createInterface();
const mor = DevMor__factory.createInterface();
const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const MOR = 10n ** 18n;

const allowanceTooLow = yellowstone.encodeErrorResult('AllowanceTooLow', [2n * MOR, MOR / 2n]);

describe('decodeError, given a revert', () => {
  const shapes: Record<string, unknown> = {
    'as ethers throws it for a call': makeError('execution reverted', 'CALL_EXCEPTION', {
      action: 'call',
      data: allowanceTooLow,
      reason: null,
      invocation: null,
      revert: null,
      transaction: { to: ALICE, data: '0x12345678' },
    }),
    'as an answer of a node': { error: { code: 3, message: 'execution reverted', data: allowanceTooLow } },
    'as Hardhat nests it': { info: { error: { data: { message: 'reverted', data: allowanceTooLow } } } },
    'as a proxy writes it into a text': {
      info: { responseBody: JSON.stringify({ error: { data: allowanceTooLow } }) },
    },
    'as the cause of another error': new Error('outer', { cause: { cause: { data: allowanceTooLow } } }),
  };
  it.each(Object.entries(shapes))('finds its data %s', (_, error) => {
    const decoded = decodeError(error, 'openSession');
    expect(decoded.code).toBe('CHAIN_AllowanceTooLow');
    expect(decoded.args).toEqual({ costMor: 2n * MOR, remainingMor: MOR / 2n });
    expect(decoded.message).toBe(
      "The cost is above what is left of the day's allowance (costMor: 2 MOR, remainingMor: 0.5 MOR); " +
        'book less, stake more, or wait for the next UTC day.',
    );
    expect(decoded.cause).toBe(error);
  });

  it('does not take calldata for a revert', () => {
    const error = makeError('missing revert data', 'CALL_EXCEPTION', {
      action: 'call',
      data: null,
      reason: null,
      invocation: null,
      revert: null,
      transaction: { to: ALICE, data: allowanceTooLow },
    });
    expect(decodeError(error, 'pool').code).toBe('CHAIN_REVERTED');
  });

  it('survives errors that contain themselves', () => {
    const error: Record<string, unknown> = {};
    error.error = { info: error };
    expect(decodeError(error, 'pool').code).toBe('CHAIN_RPC_FAILED');
  });

  it('knows the errors of the MOR token', () => {
    const data = mor.encodeErrorResult('ERC20InsufficientAllowance', [ALICE, 0n, MOR]);
    const decoded = decodeError({ data }, 'stake');
    expect(decoded.code).toBe('CHAIN_ERC20InsufficientAllowance');
    expect(decoded.message).toContain('needed: 1 MOR); call approveMor with enough first.');
  });

  it('writes times and names for people', () => {
    const passed = yellowstone.encodeErrorResult('DeadlinePassed', [1_700_000_000n, 1_700_000_001n]);
    expect(decodeError({ data: passed }, 'x').message).toContain('deadline: 2023-11-14T22:13:20.000Z');
    const field = encodeBytes32String('user');
    const mismatch = yellowstone.encodeErrorResult('ApprovalMismatch', [field, 1n, 2n]);
    expect(decodeError({ data: mismatch }, 'x').message).toContain('field: user, approved: 1, expected: 2');
  });

  it('writes numbers too large for a date as numbers', () => {
    const data = yellowstone.encodeErrorResult('DeadlineTooFar', [2n ** 200n, 1n]);
    expect(decodeError({ data }, 'x').message).toContain(`deadline: ${2n ** 200n}`);
  });

  it('names an error that has no text here', () => {
    const data = concat([
      id('ERC20InvalidReceiver(address)').slice(0, 10),
      AbiCoder.defaultAbiCoder().encode(['address'], [ZeroAddress]),
    ]);
    expect(decodeError({ data }, 'x').message).toMatch(/^The contract refused with ERC20InvalidReceiver /);
  });

  it('decodes require texts and panics', () => {
    const text = concat(['0x08c379a0', AbiCoder.defaultAbiCoder().encode(['string'], ['no'])]);
    expect(decodeError({ data: text }, 'x').code).toBe('CHAIN_Error');
    const panic = concat(['0x4e487b71', AbiCoder.defaultAbiCoder().encode(['uint256'], [0x11n])]);
    expect(decodeError({ data: panic }, 'x').code).toBe('CHAIN_Panic');
  });

  it('keeps the selector of an unknown error', () => {
    const data = id('Unheard()').slice(0, 10);
    const decoded = decodeError({ data }, 'x');
    expect(decoded).toMatchObject({ code: 'CHAIN_UNKNOWN_REVERT', args: { selector: data } });
  });
});

describe('decodeError, given another failure', () => {
  const failures: [string, unknown, string][] = [
    ['a refused connection', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'CHAIN_UNREACHABLE'],
    [
      'refused connections to all addresses of a host',
      new AggregateError([Object.assign(new Error('no'), { code: 'ECONNREFUSED' })]),
      'CHAIN_UNREACHABLE',
    ],
    ['a bad gateway', makeError('502', 'SERVER_ERROR', { request: '' }), 'CHAIN_UNREACHABLE'],
    [
      'silence',
      makeError('timeout', 'TIMEOUT', { operation: 'request', reason: 'timeout', request: null as never }),
      'CHAIN_TIMEOUT',
    ],
    ['an account without gas money', new Error('insufficient funds for gas * price + value'), 'CHAIN_NO_GAS_MONEY'],
    ['a used nonce', new Error('nonce too low'), 'CHAIN_NONCE_CONFLICT'],
    ['a value out of range', new RangeError('x'), 'CHAIN_INVALID_ARGUMENT'],
    ['an answer that is no answer', makeError('x', 'BAD_DATA', { value: '0x' }), 'CHAIN_NOT_A_DIAMOND'],
    ['anything else', 'what', 'CHAIN_RPC_FAILED'],
  ];
  it.each(failures)('tells %s', (_, error, code) => {
    expect(decodeError(error, 'pool')).toMatchObject({ code, args: { doing: 'pool' } });
  });

  it('leaves a decoded error alone', () => {
    const error = new ChainError('CHAIN_StakeTooLow', 'x');
    expect(decodeError(error, 'pool')).toBe(error);
  });
});
