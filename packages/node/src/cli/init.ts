import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chainIdOf, connect, deploymentOf } from '@yellowstone/client';
import { type Address, formatMor } from '@yellowstone/protocol';
import {
  createKeystore,
  loadConfig,
  MIN_PASSWORD_LENGTH,
  readPassword,
  type Secret,
  secret,
  serviceError,
} from '@yellowstone/service';
import { type Command, Option } from 'commander';
import { nodeError } from '../errors.js';
import { consumerSettings, providerSettings, storeSettings } from '../config.js';
import { makeApiKey } from '../state/make-api-key.js';
import { addressArgument, morArgument, rpcArgument } from './arguments.js';
import type { CommandContext, Run } from './command.js';
import { type EnvEntry, envText } from './env-text.js';
import { exists, replaceFile } from './private-files.js';
import { factsText } from './table.js';

type Role = keyof typeof storeSettings;

interface Options {
  readonly role?: Role;
  readonly folder: string;
  readonly rpcUrl?: string;
  readonly diamond?: Address;
  readonly importKey?: true;
  readonly keyFile?: string;
  readonly passwordFile?: string;
  readonly maxPricePerSecond?: bigint;
  readonly maxStake?: bigint;
  readonly allowPrivateEndpoints?: true;
  readonly force?: true;
}

/** Everything that must be known before anything is written. */
interface Plan {
  readonly role: Role;
  readonly folder: string;
  readonly rpcUrl: string;
  readonly diamond: Address;
  readonly chainId: bigint;
  /** A new random one if undefined. */
  readonly privateKey: Secret | undefined;
  readonly password: Secret;
}

/** `yellowstone init` */
export function addInit(cli: Command, run: Run): void {
  cli
    .command('init')
    .description('write .env and an encrypted key for a node, and make its first API key')
    .addOption(new Option('--role <role>', 'what the node is').choices(Object.keys(storeSettings)))
    .option('--folder <folder>', 'where the files go', '.')
    .option(
      '--rpc-url <url>',
      'JSON-RPC endpoints, separated by commas (default: YELLOWSTONE_RPC_URL, or asked for)',
      rpcArgument,
    )
    .option('--diamond <address>', 'address of the diamond (default: the recorded one of the chain)', addressArgument)
    .option('--import-key', 'take a key that there is: asked for without showing it, or read from stdin')
    .addOption(new Option('--key-file <file>', 'take the key in the first line of this file').conflicts('importKey'))
    .option('--password-file <file>', 'file with the password of the keystore; the node opens it with that')
    .option('--max-price-per-second <mor>', 'consumer: highest price of a bid', morArgument)
    .option('--max-stake <mor>', 'consumer: most session stake there may ever be', morArgument)
    .option('--allow-private-endpoints', 'consumer, for development: providers may be on loopback')
    .option('--force', 'replace .env; a keystore that is there is renamed, never deleted')
    .action((options: Options, command: Command) => run(command, (context) => init(context, options)));
}

async function init(context: CommandContext, options: Options): Promise<void> {
  const { terminal, wait } = context;
  const folder = resolve(options.folder);
  const files = { env: join(folder, '.env'), keystore: join(folder, 'keystore.json'), data: join(folder, 'data') };
  if (options.force !== true) {
    for (const file of [files.env, files.keystore]) {
      if (await exists(file)) throw nodeError('file_exists', { file });
    }
  }
  const plan = await planOf(context, options, folder);
  await mkdir(folder, { recursive: true });
  const setAside = (await exists(files.keystore)) ? `${files.keystore}.${context.clock.now()}.old` : undefined;
  if (setAside !== undefined) await rename(files.keystore, setAside);
  try {
    const { privateKey, password } = plan;
    const address = await wait('encrypting the key', () =>
      createKeystore(files.keystore, password, privateKey === undefined ? {} : { privateKey }),
    );
    const entries = entriesOf(plan, options, files);
    const store = loadConfig(storeSettings[plan.role], {
      ...context.env,
      [storeSettings[plan.role].dataDir.env]: files.data,
    });
    const scopes = ['infer', 'operate'] as const;
    const token = await wait('making the first API key', () => makeApiKey(store, { name: 'first', scopes }));
    await replaceFile(files.env, envText(entries));
    if (setAside !== undefined) terminal.note(`The keystore of before is ${setAside}.`);
    tell(context, { plan, options, files, address, apiKey: token.reveal() });
  } catch (error) {
    // Nobody knows the new key yet, and the old one must be found where it was.
    await rm(files.keystore, { force: true });
    if (setAside !== undefined) await rename(setAside, files.keystore);
    throw error;
  }
}

async function planOf(context: CommandContext, options: Options, folder: string): Promise<Plan> {
  const { env, questions } = context;
  const role = options.role ?? (await askRole(context));
  const rpcUrl =
    options.rpcUrl ??
    env[providerSettings.rpcUrl.env] ??
    (questions.canAsk ? rpcArgument(await questions.line('JSON-RPC endpoint', 'http://127.0.0.1:8545')) : undefined);
  if (rpcUrl === undefined) throw nodeError('answer_missing', { what: 'The JSON-RPC endpoint', option: '--rpc-url' });
  const place = await findDiamond(context, rpcUrl, options.diamond);
  const privateKey = await importedKey(context, options);
  return { role, folder, rpcUrl, ...place, privateKey, password: await newPassword(context, options.passwordFile) };
}

async function askRole({ questions }: CommandContext): Promise<Role> {
  if (!questions.canAsk) throw nodeError('answer_missing', { what: 'The role', option: '--role' });
  for (;;) {
    const answer = await questions.line('Role of the node, provider or consumer', 'consumer');
    if (answer === 'provider' || answer === 'consumer') return answer;
  }
}

/** The diamond as asked for, or as recorded for the chain; it is looked for there. */
async function findDiamond(
  { wait, questions, signal, env }: CommandContext,
  rpcUrl: string,
  asked: Address | undefined,
): Promise<{ diamond: Address; chainId: bigint }> {
  const rpcUrls = rpcUrl.split(',');
  const given = asked ?? (env[providerSettings.diamond.env] || undefined);
  const chainId =
    given === undefined ? await wait('asking for the chain', () => chainIdOf({ rpcUrls }, { signal })) : undefined;
  const recorded = chainId === undefined ? undefined : recordedDiamond(chainId);
  let diamond = given ?? recorded;
  if (diamond === undefined && questions.canAsk)
    diamond = addressArgument(await questions.line('Address of the diamond'));
  if (diamond === undefined) throw nodeError('deployment_unknown', { chainId });
  const there = diamond;
  const connection = await wait('looking for the diamond', () => connect({ rpcUrls, diamond: there }, { signal }));
  connection.close();
  return { diamond: connection.diamond, chainId: connection.chainId };
}

function recordedDiamond(chainId: bigint): string | undefined {
  try {
    return deploymentOf(chainId).diamond;
  } catch {
    return undefined;
  }
}

async function importedKey({ questions }: CommandContext, options: Options): Promise<Secret | undefined> {
  if (options.keyFile !== undefined) return readPassword(options.keyFile);
  if (options.importKey !== true) return undefined;
  if (questions.canAsk) return questions.secretLine('Private key');
  return secret((await questions.everything()).trim());
}

async function newPassword({ questions }: CommandContext, file: string | undefined): Promise<Secret> {
  if (file !== undefined) return readPassword(file);
  if (!questions.canAsk) throw nodeError('answer_missing', { what: 'The password', option: '--password-file' });
  const password = await questions.secretLine(
    `New password of the keystore, ${MIN_PASSWORD_LENGTH} characters or more`,
  );
  if (password.reveal().length < MIN_PASSWORD_LENGTH) {
    throw serviceError('password_too_short', { minLength: MIN_PASSWORD_LENGTH });
  }
  const again = await questions.secretLine('Once more');
  if (again.reveal() !== password.reveal()) throw nodeError('passwords_differ');
  return password;
}

interface Files {
  readonly env: string;
  readonly keystore: string;
  readonly data: string;
}

function entriesOf({ role, rpcUrl, diamond, chainId }: Plan, options: Options, files: Files): readonly EnvEntry[] {
  const { maxPricePerSecond, maxStake, passwordFile, allowPrivateEndpoints } = options;
  const entry = (setting: EnvEntry['setting'], value: string | undefined): EnvEntry =>
    value === undefined ? { setting } : { setting, value };
  const shared = providerSettings;
  const mor = (amountMor: bigint | undefined): string | undefined =>
    amountMor === undefined ? undefined : formatMor(amountMor);
  const common = [
    entry(shared.rpcUrl, rpcUrl),
    entry(shared.diamond, diamond),
    entry(shared.chainId, chainId.toString()),
    entry(shared.keystoreFile, files.keystore),
    entry(shared.passwordFile, passwordFile === undefined ? undefined : resolve(passwordFile)),
    entry(shared.dataDir, files.data),
  ];
  if (role === 'provider')
    return [...common, entry(shared.modelsFile, join(resolve(options.folder), 'models-config.json'))];
  return [
    ...common,
    entry(consumerSettings.maxPricePerSecondMor, mor(maxPricePerSecond)),
    entry(consumerSettings.maxStakeMor, mor(maxStake)),
    entry(consumerSettings.allowPrivateEndpoints, allowPrivateEndpoints === true ? 'true' : undefined),
  ];
}

interface Told {
  readonly plan: Plan;
  readonly options: Options;
  readonly files: Files;
  readonly address: Address;
  readonly apiKey: string;
}

function tell({ terminal }: CommandContext, { plan, options, files, address, apiKey }: Told): void {
  const { role, folder, diamond, chainId, privateKey } = plan;
  const next = nextSteps(plan, options);
  const data = { role, folder, chainId: chainId.toString(), diamond, address, apiKey };
  terminal.answer({ ...data, envFile: files.env, keystoreFile: files.keystore, dataDir: files.data, next }, () =>
    [
      factsText([
        ['role', role],
        ['chain', chainId.toString()],
        ['diamond', diamond],
        ['account', `${address}, ${privateKey === undefined ? 'a new key: back up the keystore' : 'an imported key'}`],
        ['settings', files.env],
        ['keystore', files.keystore],
        ['database', files.data],
        ['API key', `${apiKey}  (shown this once)`],
      ]),
      '',
      'Next:',
      ...next.map((step) => `  ${step}`),
    ].join('\n'),
  );
}

function nextSteps({ role, folder }: Plan, options: Options): readonly string[] {
  const enter = folder === process.cwd() ? [] : [`cd ${folder}`];
  if (role === 'provider') {
    return [
      ...enter,
      'send MOR and ETH to the account',
      'yellowstone provider offer --endpoint <host:port> --model <name> --price-per-second <mor> --stake <mor>',
      'write models-config.json with the model id, as docs/guide/02-model-setup.md shows',
      'yellowstone provider up',
    ];
  }
  const isLimited = options.maxPricePerSecond !== undefined && options.maxStake !== undefined;
  const limits = 'set YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR and YELLOWSTONE_MAX_STAKE_MOR in .env';
  return [
    ...enter,
    'send MOR and ETH to the account',
    'yellowstone models',
    ...(isLimited ? [] : [limits]),
    'yellowstone consumer up',
    'YELLOWSTONE_API_KEY=… yellowstone chat',
  ];
}
