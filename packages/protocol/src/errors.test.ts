import { describe, expect, it } from 'vitest';
import { ProtocolError } from './errors.js';

describe('ProtocolError', () => {
  it('says what happened, with the values, and keeps them in details that JSON can hold', () => {
    const cause = new Error('below');
    const error = new ProtocolError('STAKE_TOO_LOW', { amountMor: 2n, activeMor: 1n }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('ProtocolError');
    expect(error.code).toBe('STAKE_TOO_LOW');
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('More stake was asked back than is active (amountMor: 2, activeMor: 1).');
    expect(JSON.stringify(error.details)).toBe('{"amountMor":"2","activeMor":"1"}');
  });
});
