import { parseMor } from '@yellowstone/protocol';
import { defineConfig, LOG_LEVELS, optional, secretly, setting } from '@yellowstone/service';
import { Type } from 'typebox';
import { consumerSettings, offerSettings } from '../config.js';

const { rpcUrl, diamond, chainId, pollingMs } = offerSettings;

/** What every command needs that looks at the chain; no key among it. */
const marketSettings = defineConfig({ rpcUrl, diamond, chainId, pollingMs });

/** The log of a command is its progress; pino's lines are for whoever asks for them. */
export const logSettings = defineConfig({
  logLevel: setting({
    env: 'YELLOWSTONE_CLI_LOG_LEVEL',
    description: 'How much a command logs beside its progress.',
    expected: `one of ${LOG_LEVELS.join(', ')}`,
    schema: Type.Union(LOG_LEVELS.map((level) => Type.Literal(level))),
    fallback: 'silent',
  }),
});

const { privateKey, keystoreFile, passwordFile } = offerSettings;

/** The same with a key that may be there: its account is the one that is looked at. */
export const lookSettings = defineConfig({ ...marketSettings, privateKey, keystoreFile });

/** What commands need that sign. */
export const walletSettings = defineConfig({ ...marketSettings, privateKey, keystoreFile, passwordFile });

/** Limits that commands share with the consumer node; flags come first. */
export const limitSettings = defineConfig({
  maxPricePerSecondMor: optional(consumerSettings.maxPricePerSecondMor),
  maxStakeMor: optional(consumerSettings.maxStakeMor),
  maxPayMor: setting({
    env: consumerSettings.maxPayMor.env,
    description: consumerSettings.maxPayMor.description,
    expected: consumerSettings.maxPayMor.expected,
    schema: Type.String(),
    parse: parseMor,
    fallback: '0',
  }),
  preferredProviders: consumerSettings.preferredProviders,
  refusedProviders: consumerSettings.refusedProviders,
  allowPrivateEndpoints: consumerSettings.allowPrivateEndpoints,
});

/** What opens the API of a running node. */
export const apiKeySettings = defineConfig({
  apiKey: optional(
    secretly(
      setting({
        env: 'YELLOWSTONE_API_KEY',
        description: 'API key of a running node, for `yellowstone chat` and commands with `--url`.',
        expected: 'a key that `yellowstone keys create` printed',
        schema: Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$' }),
      }),
    ),
  ),
});

/** Settings of `yellowstone chat`. */
export const chatSettings = defineConfig({
  host: consumerSettings.host,
  port: consumerSettings.port,
  ...apiKeySettings,
});
