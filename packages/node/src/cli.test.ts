import { ConfigError } from '@yellowstone/service';
import { describe, expect, it } from 'vitest';
import { createCli } from './cli.js';

const run = (args: readonly string[], env: Record<string, string> = {}) => {
  const cli = createCli({ env, print: () => undefined });
  return cli.parseAsync(['node', 'yellowstone', ...args]);
};
const problemsOf = async (running: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await running.catch((caught: unknown) => caught);
  if (!(error instanceof ConfigError)) throw error;
  return error.problems.map(({ env }) => env);
};

describe('yellowstone', () => {
  it.each([
    [
      ['provider', 'up'],
      ['YELLOWSTONE_RPC_URL', 'YELLOWSTONE_DIAMOND', 'YELLOWSTONE_PRIVATE_KEY'],
    ],
    [
      ['consumer', 'up'],
      [
        'YELLOWSTONE_RPC_URL',
        'YELLOWSTONE_DIAMOND',
        'YELLOWSTONE_PRIVATE_KEY',
        'YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR',
        'YELLOWSTONE_MAX_STAKE_MOR',
      ],
    ],
  ])('%j lists everything that is missing', async (args, missing) => {
    expect(await problemsOf(run(args))).toEqual(missing);
  });

  it('lists everything that is wrong at once, without showing the key', async () => {
    const env = {
      YELLOWSTONE_RPC_URL: 'ftp://x',
      YELLOWSTONE_DIAMOND: '0x12',
      YELLOWSTONE_PRIVATE_KEY: `0x${'00'.repeat(32)}`,
      YELLOWSTONE_CONSUMER_HOST: '0.0.0.0',
      YELLOWSTONE_CONSUMER_PORT: '-1',
      YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '1e3',
      YELLOWSTONE_MAX_STAKE_MOR: '-5',
      YELLOWSTONE_MAX_SESSION_SECONDS: '299',
      YELLOWSTONE_PAYMENT: 'later',
      YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS: 'yes',
    };
    const running = run(['consumer', 'up'], env);
    expect([...(await problemsOf(running))].sort()).toEqual(Object.keys(env).sort());
    await expect(running).rejects.toThrow(/YELLOWSTONE_PRIVATE_KEY is \[secret\]/);
  });

  it('names the models file that cannot be read', async () => {
    const env = {
      YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1',
      YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}`,
      YELLOWSTONE_PRIVATE_KEY: `0x${'11'.repeat(32)}`,
      YELLOWSTONE_MODELS_FILE: '/nowhere/models.json',
    };
    await expect(run(['provider', 'up'], env)).rejects.toMatchObject({ code: 'models_file_invalid' });
  });
});
