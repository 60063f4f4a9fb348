import { isIP } from 'node:net';
import { parseAddress, parseMor } from '@yellowstone/protocol';
import { type Config, defineConfig, LOG_LEVELS, optional, secretly, setting } from '@yellowstone/service';
import { computeAddress } from 'ethers';
import { Type } from 'typebox';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const HostList = Type.Array(Type.String({ pattern: '^[A-Za-z0-9.*\\[\\]:-]+$' }));

/** What both roles need. */
const sharedSettings = {
  rpcUrl: secretly(
    setting({
      env: 'YELLOWSTONE_RPC_URL',
      description: 'JSON-RPC endpoint of the chain.',
      expected: 'an http or https URL, like http://127.0.0.1:8545',
      schema: Type.String({ pattern: '^https?://\\S+$' }),
      parse: (url) => new URL(url).href,
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
  privateKey: secretly(
    setting({
      env: 'YELLOWSTONE_PRIVATE_KEY',
      description: 'Key that signs and pays.',
      expected: 'a private key, 0x and 64 hex digits',
      schema: Type.String({ pattern: '^0x[0-9a-fA-F]{64}$' }),
      parse: requireKey,
    }),
  ),
  pollingMs: setting({
    env: 'YELLOWSTONE_POLLING_MS',
    description: 'How often receipts of transactions are looked for [ms].',
    expected: 'a whole number from 50 to 60000',
    schema: Type.Integer({ minimum: 50, maximum: 60_000 }),
    fallback: '1000',
  }),
  logLevel: setting({
    env: 'YELLOWSTONE_LOG_LEVEL',
    description: 'How much is logged.',
    expected: `one of ${LOG_LEVELS.join(', ')}`,
    schema: Type.Union(LOG_LEVELS.map((level) => Type.Literal(level))),
    fallback: 'info',
  }),
  allowedHosts: setting({
    env: 'YELLOWSTONE_ALLOWED_HOSTS',
    description: 'Host names served beside the loopback names; * = any.',
    expected: 'host names without ports, separated by commas',
    schema: HostList,
    fallback: 'localhost',
  }),
} as const;

/** Settings of `yellowstone provider up`. */
export const providerSettings = defineConfig({
  ...sharedSettings,
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
  provider: optional(
    setting({
      env: 'YELLOWSTONE_PROVIDER_ADDRESS',
      description: 'The provider on chain, when the key is its delegate.',
      expected: 'an address, 0x and 40 hex digits',
      schema: Type.String(),
      parse: parseAddress,
    }),
  ),
  modelsFile: setting({
    env: 'YELLOWSTONE_MODELS_FILE',
    description: 'Which model runs where.',
    expected: 'a path of a JSON file',
    schema: Type.String({ minLength: 1 }),
    fallback: 'models-config.json',
  }),
});

/** Settings of `yellowstone provider offer`. */
export const offerSettings = defineConfig(sharedSettings);

/** Settings of `yellowstone consumer up`. */
export const consumerSettings = defineConfig({
  ...sharedSettings,
  host: setting({
    env: 'YELLOWSTONE_CONSUMER_HOST',
    description: 'Address the consumer listens on; whoever reaches it spends its money.',
    expected: 'a loopback address, 127.0.0.1 or ::1 (others need keys, which come later)',
    schema: Type.Union([Type.Literal('127.0.0.1'), Type.Literal('::1')]),
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

function requireKey(key: string): string {
  // Throws for numbers that are no key, such as 0.
  computeAddress(key);
  return key;
}

function parseIp(text: string): string {
  if (isIP(text) === 0) throw new Error('not an IP address');
  return text;
}
