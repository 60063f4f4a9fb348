import { parseMor } from '@yellowstone/protocol';
import { createLog, type Listening, loadConfig, type Log, stopOnSignal } from '@yellowstone/service';
import { Command, Option } from 'commander';
import { type ConnectedChain, connectChain } from './chain/connect-chain.js';
import { consumerSettings, offerSettings, providerSettings } from './config.js';
import { createConsumerNode } from './consumer/create-consumer-node.js';
import { createProviderNode } from './provider/create-provider-node.js';
import { loadModelsFile } from './provider/models-file.js';
import { offer } from './provider/offer/offer.js';

export interface CliDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes one line of JSON; logs go to stderr. */
  readonly print: (line: string) => void;
}

/** The command `yellowstone`. */
export function createCli({ env, print }: CliDeps): Command {
  const cli = new Command('yellowstone').description('Provider and consumer node of the Yellowstone market.');
  const provider = cli.command('provider').description('sell inference');
  provider
    .command('up')
    .description('serve sessions until SIGTERM; settings are YELLOWSTONE_… variables')
    .action(() => providerUp({ env, print }));
  provider
    .command('offer')
    .description('register provider and model and post a bid; what is there already is left alone')
    .requiredOption('--endpoint <host:port>', 'where consumers reach the provider')
    .requiredOption('--model <name>', 'name of the model')
    .addOption(morOption('--price-per-second <mor>', 'price in MOR per second').makeOptionMandatory())
    .addOption(morOption('--stake <mor>', 'stake of the provider in MOR').makeOptionMandatory())
    .option('--tag <tag...>', 'tags of the model')
    .action((options: OfferOptions) => providerOffer({ env, print }, options));
  cli
    .command('consumer')
    .description('use inference')
    .command('up')
    .description('serve the OpenAI API on loopback until SIGTERM; settings are YELLOWSTONE_… variables')
    .action(() => consumerUp({ env, print }));
  return cli;
}

interface OfferOptions {
  readonly endpoint: string;
  readonly model: string;
  readonly pricePerSecond: bigint;
  readonly stake: bigint;
  readonly tag?: readonly string[];
}

async function providerUp({ env, print }: CliDeps): Promise<void> {
  const config = loadConfig(providerSettings, env);
  const log = createLog({ name: 'yellowstone-provider', level: config.logLevel });
  const models = await loadModelsFile({ env }, config.modelsFile);
  const chain = await connectChain(config);
  const { host, port, allowedHosts, provider } = config;
  const options = { models, host, port, allowedHosts, ...(provider === undefined ? {} : { provider }) };
  await runUntilSignal({ log, chain, print, role: 'provider' }, () => createProviderNode({ chain, log }, options));
}

async function consumerUp({ env, print }: CliDeps): Promise<void> {
  const config = loadConfig(consumerSettings, env);
  const log = createLog({ name: 'yellowstone-consumer', level: config.logLevel });
  const chain = await connectChain(config);
  await runUntilSignal({ log, chain, print, role: 'consumer' }, () => createConsumerNode({ chain, log }, config));
}

async function providerOffer({ env, print }: CliDeps, options: OfferOptions): Promise<void> {
  const config = loadConfig(offerSettings, env);
  const chain = await connectChain(config);
  try {
    const { endpoint, stake: stakeMor, pricePerSecond: pricePerSecondMor, tag: tags = [] } = options;
    const offered = await offer(chain, { stakeMor, endpoint, model: { name: options.model, tags }, pricePerSecondMor });
    print(JSON.stringify(offered));
  } finally {
    chain.close();
  }
}

interface Running {
  readonly log: Log;
  readonly chain: ConnectedChain;
  readonly print: (line: string) => void;
  readonly role: 'provider' | 'consumer';
}

/** Starts a node, says where it is, and stops it on SIGTERM. */
async function runUntilSignal({ log, chain, print, role }: Running, start: () => Promise<Listening>): Promise<void> {
  const starting = start();
  stopOnSignal({ log }, async () => {
    const node = await starting;
    await node.stop();
    chain.close();
  });
  try {
    const { url } = await starting;
    print(JSON.stringify({ ready: true, role, url, address: chain.address }));
  } catch (error) {
    chain.close();
    throw error;
  }
}

function morOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseMor);
}
