import { inspect } from 'node:util';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { ConfigError, defineConfig, loadConfig, optional, secretly, setting } from './config.js';

const definition = defineConfig({
  port: setting({
    env: 'YELLOWSTONE_PORT',
    description: 'Port.',
    expected: 'a port',
    schema: Type.Integer({ minimum: 0, maximum: 65_535 }),
    fallback: '8083',
  }),
  isOpen: setting({
    env: 'YELLOWSTONE_OPEN',
    description: 'Open.',
    expected: 'true or false',
    schema: Type.Boolean(),
    fallback: 'false',
  }),
  hosts: setting({
    env: 'YELLOWSTONE_HOSTS',
    description: 'Hosts.',
    expected: 'names, separated by commas',
    schema: Type.Array(Type.String({ minLength: 1 })),
    fallback: 'a.example',
  }),
  amount: setting({
    env: 'YELLOWSTONE_AMOUNT',
    description: 'Amount.',
    expected: 'a whole number',
    schema: Type.String(),
    parse: (text) => BigInt(text),
  }),
  file: optional(setting({ env: 'YELLOWSTONE_FILE', description: 'File.', expected: 'a path', schema: Type.String() })),
  key: secretly(
    setting({
      env: 'YELLOWSTONE_KEY',
      description: 'Key.',
      expected: '0x and 64 hex digits',
      schema: Type.String({ pattern: '^0x[0-9a-f]{64}$' }),
    }),
  ),
});

const KEY = `0x${'ab'.repeat(32)}`;

describe('loadConfig', () => {
  it('gives typed values, fallbacks and absent options, frozen', () => {
    const config = loadConfig(definition, { YELLOWSTONE_AMOUNT: '7', YELLOWSTONE_KEY: KEY, YELLOWSTONE_HOSTS: 'a, b' });
    expect(config).toMatchObject({ port: 8083, isOpen: false, hosts: ['a', 'b'], amount: 7n, file: undefined });
    expect(config.key.reveal()).toBe(KEY);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reports all problems at once, with values unless secret, and what is expected', () => {
    const env = {
      YELLOWSTONE_PORT: '70000',
      YELLOWSTONE_OPEN: 'yes',
      YELLOWSTONE_AMOUNT: 'seven',
      YELLOWSTONE_KEY: 'hunter2',
    };
    const error = failureOf(() => loadConfig(definition, env));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toEqual([
      { env: 'YELLOWSTONE_PORT', value: '"70000"', expected: 'a port' },
      { env: 'YELLOWSTONE_OPEN', value: '"yes"', expected: 'true or false' },
      { env: 'YELLOWSTONE_AMOUNT', value: '"seven"', expected: 'a whole number' },
      { env: 'YELLOWSTONE_KEY', value: '[secret]', expected: '0x and 64 hex digits' },
    ]);
    expect((error as ConfigError).message).not.toContain('hunter2');
  });

  it('counts an empty value as absent', () => {
    const error = failureOf(() => loadConfig(definition, { YELLOWSTONE_AMOUNT: '', YELLOWSTONE_KEY: KEY }));
    expect((error as ConfigError).problems).toEqual([{ env: 'YELLOWSTONE_AMOUNT', expected: 'a whole number' }]);
    expect((error as ConfigError).message).toBe(
      'The configuration has 1 problem:\n  YELLOWSTONE_AMOUNT is missing: a whole number',
    );
  });

  it('never prints a secret', () => {
    const config = loadConfig(definition, { YELLOWSTONE_AMOUNT: '7', YELLOWSTONE_KEY: KEY });
    const printed = [
      inspect(config),
      JSON.stringify({ key: config.key }),
      `${config.key.toString()}`,
      inspect(config.key),
    ];
    for (const text of printed) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain('abab');
    }
  });
});

function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
