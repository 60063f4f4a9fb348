import { isIP } from 'node:net';
import { parseAddress, parseMor } from '@yellowstone/protocol';
import {
  type Config,
  ConfigError,
  type ConfigProblem,
  defineConfig,
  loadConfig,
  LOG_LEVELS,
  optional,
  secretly,
  type Setting,
  setting,
} from '@yellowstone/service';
import { computeAddress } from 'ethers';
import { Type } from 'typebox';
import { DEFAULT_TIMEOUTS, type ExchangeTimeouts } from './carriage/exchange.js';
import { claimSettings, withdrawSettings } from './settings/money-settings.js';
import { policySettings } from './settings/policy-settings.js';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const HostList = Type.Array(Type.String({ pattern: '^[A-Za-z0-9.*\\[\\]:-]+$' }));

/** Settings of the database of one node. */
function storeSettingsOf(role: 'provider' | 'consumer') {
  return {
    dataDir: setting({
      env: 'YELLOWSTONE_DATA_DIR',
      description: 'Folder of the embedded database: chain writes, used request ids, API keys. One per node.',
      expected:
        'a path of a folder; without it a provider takes .yellowstone/provider, a consumer .yellowstone/consumer',
      schema: Type.String({ minLength: 1 }),
      fallback: `.yellowstone/${role}`,
    }),
    databaseUrl: optional(
      secretly(
        setting({
          env: 'YELLOWSTONE_DATABASE_URL',
          description: 'A PostgreSQL instead of the folder; several processes may share it.',
          expected: 'a URL like postgres://user:password@host:5432/yellowstone',
          schema: Type.String({ pattern: '^postgres(ql)?://\\S+$' }),
        }),
      ),
    ),
    logLevel,
  } as const;
}

const logLevel = setting({
  env: 'YELLOWSTONE_LOG_LEVEL',
  description: 'How much is logged.',
  expected: `one of ${LOG_LEVELS.join(', ')}`,
  schema: Type.Union(LOG_LEVELS.map((level) => Type.Literal(level))),
  fallback: 'info',
});

/** The key: either itself, or a keystore with its password. */
const keySettings = {
  privateKey: optional(
    secretly(
      setting({
        env: 'YELLOWSTONE_PRIVATE_KEY',
        description: 'Key that signs and pays; this or YELLOWSTONE_KEYSTORE.',
        expected: 'a private key, 0x and 64 hex digits',
        schema: Type.String({ pattern: '^0x[0-9a-fA-F]{64}$' }),
        parse: requireKey,
      }),
    ),
  ),
  keystoreFile: optional(
    setting({
      env: 'YELLOWSTONE_KEYSTORE',
      description: 'Encrypted file with the key that signs and pays; only its owner may read it.',
      expected: 'a path of a keystore (JSON, version 3)',
      schema: Type.String({ minLength: 1 }),
    }),
  ),
  passwordFile: optional(
    setting({
      env: 'YELLOWSTONE_PASSWORD_FILE',
      description: 'File with the password of the keystore in its first line; without it the terminal is asked.',
      expected: 'a path of a file that only its owner may read, together with YELLOWSTONE_KEYSTORE',
      schema: Type.String({ minLength: 1 }),
    }),
  ),
} as const;

/** What both roles need. */
const sharedSettings = {
  rpcUrl: secretly(
    setting({
      env: 'YELLOWSTONE_RPC_URL',
      description: 'JSON-RPC endpoints of the chain, the preferred one first; more than one keeps a node going.',
      expected: 'an http(s) or ws(s) URL, like http://127.0.0.1:8545, or several separated by commas',
      schema: Type.Array(Type.String({ pattern: '^(http|ws)s?://[^\\s,]+$' }), { minItems: 1 }),
      parse: (urls) => urls.map((url) => new URL(url).href).join(','),
    }),
  ),
  diamond: setting({
    env: 'YELLOWSTONE_DIAMOND',
    description: 'Address of the diamond.',
    expected: 'an address, 0x and 40 hex digits',
    schema: Type.String(),
    parse: parseAddress,
  }),
  chainId: optional(
    setting({
      env: 'YELLOWSTONE_CHAIN_ID',
      description: 'Refuse any other chain.',
      expected: 'a chain id, like 42161',
      schema: Type.String({ pattern: '^[1-9][0-9]{0,17}$' }),
      parse: BigInt,
    }),
  ),
  ...keySettings,
  pollingMs: setting({
    env: 'YELLOWSTONE_POLLING_MS',
    description: 'How often receipts of transactions are looked for [ms].',
    expected: 'a whole number from 50 to 60000',
    schema: Type.Integer({ minimum: 50, maximum: 60_000 }),
    fallback: '1000',
  }),
  allowedHosts: setting({
    env: 'YELLOWSTONE_ALLOWED_HOSTS',
    description: 'Host names served beside the loopback names; * = any.',
    expected: 'host names without ports, separated by commas',
    schema: HostList,
    fallback: 'localhost',
  }),
} as const;

/** How patient a node is with whom it asks. */
const patienceSettings = {
  firstByteMs: setting({
    env: 'YELLOWSTONE_FIRST_BYTE_MS',
    description: 'How long an answer may take to begin, at the provider or the backend [ms].',
    expected: 'a whole number from 100 to 3600000',
    schema: Type.Integer({ minimum: 100, maximum: 3_600_000 }),
    fallback: String(DEFAULT_TIMEOUTS.firstByteMs),
  }),
  idleMs: setting({
    env: 'YELLOWSTONE_IDLE_MS',
    description: 'How long an answer may fall silent between two bytes [ms].',
    expected: 'a whole number from 100 to 3600000',
    schema: Type.Integer({ minimum: 100, maximum: 3_600_000 }),
    fallback: String(DEFAULT_TIMEOUTS.idleMs),
  }),
} as const;

/** How long running answers may go on when a node stops; backends, sessions and database need the rest of half a minute. */
const MOST_DRAIN_MS = { provider: 20_000, consumer: 10_000 } as const;

function drainSettingsOf(role: keyof typeof MOST_DRAIN_MS) {
  return {
    graceMs: setting({
      env: 'YELLOWSTONE_DRAIN_MS',
      description: 'How long running answers may go on when the node stops, before they are cut [ms].',
      expected: `a whole number up to ${MOST_DRAIN_MS.provider} at a provider, up to ${MOST_DRAIN_MS.consumer} at a consumer; without it the most`,
      schema: Type.Integer({ minimum: 0, maximum: MOST_DRAIN_MS[role] }),
      fallback: String(MOST_DRAIN_MS[role]),
    }),
  } as const;
}

/** Settings of `yellowstone provider up`. */
export const providerSettings = defineConfig({
  ...sharedSettings,
  ...patienceSettings,
  ...drainSettingsOf('provider'),
  ...storeSettingsOf('provider'),
  host: setting({
    env: 'YELLOWSTONE_PROVIDER_HOST',
    description: 'Address the provider listens on; put TLS in front before opening it.',
    expected: 'an IP address',
    schema: Type.String(),
    parse: parseIp,
    fallback: '127.0.0.1',
  }),
  port: setting({
    env: 'YELLOWSTONE_PROVIDER_PORT',
    description: 'Port of the provider; 0 = any free one.',
    expected: 'a port from 0 to 65535',
    schema: Port,
    fallback: '3333',
  }),
  apiHost: setting({
    env: 'YELLOWSTONE_PROVIDER_API_HOST',
    description: "Address the operator's API listens on; put TLS in front before opening it, API keys travel in clear.",
    expected: 'an IP address',
    schema: Type.String(),
    parse: parseIp,
    fallback: '127.0.0.1',
  }),
  apiPort: setting({
    env: 'YELLOWSTONE_PROVIDER_API_PORT',
    description: "Port of the operator's API of a provider; 0 = any free one.",
    expected: 'a port from 0 to 65535',
    schema: Port,
    fallback: '8082',
  }),
  provider: optional(
    setting({
      env: 'YELLOWSTONE_PROVIDER_ADDRESS',
      description: 'The provider on chain, when the key is its delegate.',
      expected: 'an address, 0x and 40 hex digits',
      schema: Type.String(),
      parse: parseAddress,
    }),
  ),
  ...withdrawSettings,
  ...claimSettings,
  modelsFile: setting({
    env: 'YELLOWSTONE_MODELS_FILE',
    description: 'Which model runs where.',
    expected: 'a path of a JSON file',
    schema: Type.String({ minLength: 1 }),
    fallback: 'models-config.json',
  }),
});

/** Settings of `yellowstone provider offer`. */
export const offerSettings = defineConfig({ ...sharedSettings, ...storeSettingsOf('provider') });

/** Settings of commands that need the database of a node only, such as those about API keys. */
export const storeSettings = {
  provider: defineConfig(storeSettingsOf('provider')),
  consumer: defineConfig(storeSettingsOf('consumer')),
} as const;

/** Settings of `yellowstone consumer up`. */
export const consumerSettings = defineConfig({
  ...sharedSettings,
  ...patienceSettings,
  ...drainSettingsOf('consumer'),
  ...storeSettingsOf('consumer'),
  host: setting({
    env: 'YELLOWSTONE_CONSUMER_HOST',
    description: 'Address the consumer listens on; put TLS in front before opening it, API keys travel in clear.',
    expected: 'an IP address',
    schema: Type.String(),
    parse: parseIp,
    fallback: '127.0.0.1',
  }),
  port: setting({
    env: 'YELLOWSTONE_CONSUMER_PORT',
    description: 'Port of the consumer; 0 = any free one.',
    expected: 'a port from 0 to 65535',
    schema: Port,
    fallback: '8083',
  }),
  allowedOrigins: setting({
    env: 'YELLOWSTONE_ALLOWED_ORIGINS',
    description: "Origins of web pages that may call, beside the node's own.",
    expected: 'origins like https://app.example, separated by commas, or none',
    schema: Type.Array(Type.String({ pattern: '^(none|https?://[^\\s/,]+)$' })),
    fallback: 'none',
  }),
  localModelsFile: optional(
    setting({
      env: 'YELLOWSTONE_LOCAL_MODELS_FILE',
      description: 'Models of this machine, used without a session; written like models-config.json of a provider.',
      expected: 'a path of a JSON file',
      schema: Type.String({ minLength: 1 }),
    }),
  ),
  payment: setting({
    env: 'YELLOWSTONE_PAYMENT',
    description: 'Who pays sessions: the pool by stake, or the wallet directly.',
    expected: 'pool or direct',
    schema: Type.Union([Type.Literal('pool'), Type.Literal('direct')]),
    fallback: 'pool',
  }),
  sessionSeconds: setting({
    env: 'YELLOWSTONE_MAX_SESSION_SECONDS',
    description: 'Length of the sessions that are booked [s].',
    expected: 'a whole number from 300 to 86400',
    schema: Type.Integer({ minimum: 300, maximum: 86_400 }),
    parse: BigInt,
    fallback: '3600',
  }),
  maxPricePerSecondMor: setting({
    env: 'YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR',
    description: 'Highest price of a bid [MOR per second].',
    expected: 'an amount of MOR, like 0.001',
    schema: Type.String(),
    parse: parseMor,
  }),
  maxStakeMor: setting({
    env: 'YELLOWSTONE_MAX_STAKE_MOR',
    description: 'Most session stake there may ever be [MOR].',
    expected: 'an amount of MOR, like 100',
    schema: Type.String(),
    parse: parseMor,
  }),
  maxPayMor: setting({
    env: 'YELLOWSTONE_MAX_PAY_MOR',
    description: 'Most that a directly paid session may cost [MOR].',
    expected: 'an amount of MOR, like 5',
    schema: Type.String(),
    parse: parseMor,
    fallback: '0',
  }),
  ...policySettings,
  ...withdrawSettings,
  allowPrivateEndpoints: setting({
    env: 'YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS',
    description: 'For development: providers may listen on loopback and private nets.',
    expected: 'true or false',
    schema: Type.Boolean(),
    fallback: 'false',
  }),
});

export type ProviderConfig = Config<typeof providerSettings>;
export type ConsumerConfig = Config<typeof consumerSettings>;
export type OfferConfig = Config<typeof offerSettings>;
export type StoreConfig = Config<(typeof storeSettings)['provider']>;
export type KeyConfig = Config<typeof keySettings>;

/** How long each part of an exchange may take, as the settings say. */
export function timeoutsOf({
  firstByteMs,
  idleMs,
}: Pick<ExchangeTimeouts, 'firstByteMs' | 'idleMs'>): ExchangeTimeouts {
  return { ...DEFAULT_TIMEOUTS, firstByteMs, idleMs };
}

/**
 * Reads the settings of a node, which has exactly one key.
 * @throws ConfigError with all problems at once
 */
export function loadNodeConfig<Definition extends Readonly<Record<string, Setting<unknown>>> & typeof keySettings>(
  definition: Definition,
  env: Readonly<Record<string, string | undefined>>,
): Config<Definition> {
  const given = (name: keyof typeof keySettings): boolean => (env[keySettings[name].env] ?? '') !== '';
  const keyProblems = problemsOfKey({
    privateKey: given('privateKey'),
    keystoreFile: given('keystoreFile'),
    passwordFile: given('passwordFile'),
  });
  try {
    const config = loadConfig(definition, env);
    if (keyProblems.length === 0) return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...error.problems, ...keyProblems]);
  }
  throw new ConfigError(keyProblems);
}

/** Which of the settings of a key are given, and what is wrong with that. */
export function problemsOfKey(given: Readonly<Record<keyof typeof keySettings, boolean>>): readonly ConfigProblem[] {
  const key = { env: keySettings.privateKey.env };
  if (given.privateKey && given.keystoreFile) {
    return [{ ...key, value: '[secret]', expected: 'either this or YELLOWSTONE_KEYSTORE, not both' }];
  }
  const missing = given.privateKey || given.keystoreFile ? [] : [{ ...key, expected: 'this or YELLOWSTONE_KEYSTORE' }];
  const alone = given.passwordFile && !given.keystoreFile;
  const keystore = { env: keySettings.keystoreFile.env, expected: 'the keystore that YELLOWSTONE_PASSWORD_FILE opens' };
  return [...missing, ...(alone ? [keystore] : [])];
}

function requireKey(key: string): string {
  // Throws for numbers that are no key, such as 0.
  computeAddress(key);
  return key;
}

function parseIp(text: string): string {
  if (isIP(text) === 0) throw new Error('not an IP address');
  return text;
}
