import { describe, expect, it } from 'vitest';
import { secret } from '../secret.js';
import { createSealer } from './sealer.js';

const wallet = secret(`0x${'11'.repeat(32)}`);
const value = Buffer.from('of value');

describe('createSealer', () => {
  it('opens what it sealed, in another process too, and shows nothing of it', () => {
    const sealed = createSealer(wallet, 'test').seal(value, 'row 1');
    expect(createSealer(wallet, 'test').open(sealed, 'row 1')).toEqual(value);
    expect(sealed.toString('latin1')).not.toContain('of value');
    expect(createSealer(wallet, 'test').seal(value, 'row 1')).not.toEqual(sealed);
  });

  it.each([
    ['another wallet', secret(`0x${'12'.repeat(32)}`), 'test', 'row 1'],
    ['another purpose', wallet, 'other', 'row 1'],
    ['another context', wallet, 'test', 'row 2'],
  ])('does not open for %s', (_, key, purpose, context) => {
    const sealed = createSealer(wallet, 'test').seal(value, 'row 1');
    expect(() => createSealer(key, purpose).open(sealed, context)).toThrow(
      expect.objectContaining({ code: 'sealed_value_unreadable', details: { context } }),
    );
  });

  it.each([0, 5, 27])('does not open what is cut to %i bytes or changed', (length) => {
    const sealer = createSealer(wallet, 'test');
    const sealed = sealer.seal(value, 'row 1');
    expect(() => sealer.open(sealed.subarray(0, length), 'row 1')).toThrow('does not open');
    sealed[length] = (sealed[length] ?? 0) ^ 1;
    expect(() => sealer.open(sealed, 'row 1')).toThrow('does not open');
  });
});
