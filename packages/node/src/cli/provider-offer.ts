import { createLog, loadConfig } from '@yellowstone/service';
import type { Command } from 'commander';
import { loadNodeConfig, offerSettings } from '../config.js';
import { offer, type OfferStep } from '../provider/offer/offer.js';
import { openNodeState } from '../state/open-node-state.js';
import { morArgument } from './arguments.js';
import type { CommandContext, Run } from './command.js';
import { HOUR_SECONDS, morText } from './format.js';
import { logSettings } from './settings.js';
import { factsText } from './table.js';
import { tellingWrites } from './telling-writes.js';

interface Options {
  readonly endpoint: string;
  readonly model: string;
  readonly pricePerSecond: bigint;
  readonly stake: bigint;
  readonly tag?: readonly string[];
}

/** `yellowstone provider offer` */
export function addProviderOffer(provider: Command, run: Run): void {
  provider
    .command('offer')
    .description('register provider and model and post a bid; what is there already is left alone')
    .requiredOption('--endpoint <host:port>', 'where consumers reach the provider')
    .requiredOption('--model <name>', 'name of the model')
    .requiredOption('--price-per-second <mor>', 'price in MOR per second', morArgument)
    .requiredOption('--stake <mor>', 'stake of the provider in MOR', morArgument)
    .option('--tag <tag...>', 'tags of the model')
    .action((options: Options, command: Command) => run(command, (context) => providerOffer(context, options)));
}

/** What was done, for people. */
const DONE: Readonly<Record<OfferStep, string>> = {
  mor_approved: 'MOR approved',
  provider_registered: 'provider registered',
  model_registered: 'model registered',
  bid_posted: 'bid posted',
  bid_repriced: 'price changed',
};

async function providerOffer(
  { env, terminal, questions, signal, wait }: CommandContext,
  options: Options,
): Promise<void> {
  const config = loadNodeConfig(offerSettings, env);
  const log = createLog({ name: 'yellowstone-offer', level: loadConfig(logSettings, env).logLevel });
  const open = () => openNodeState(config, { log, terminal: questions.passwordTerminal });
  const asks = config.keystoreFile !== undefined && config.passwordFile === undefined;
  const state = asks ? await open() : await wait('opening key, database and chain', open);
  try {
    const { endpoint, stake: stakeMor, pricePerSecond: pricePerSecondMor, tag: tags = [] } = options;
    const { reads } = state.chain;
    const writes = tellingWrites(state.chain.writes, { terminal, signal });
    const wanted = { stakeMor, endpoint, model: { name: options.model, tags }, pricePerSecondMor };
    const offered = await offer({ reads, writes }, wanted);
    terminal.answer(offered, () =>
      factsText([
        ['provider', `${offered.provider} at ${endpoint}`],
        ['model', `${options.model}, ${offered.modelId}`],
        ['bid', offered.bidId],
        ['price', `${morText(pricePerSecondMor)} per second, ${morText(pricePerSecondMor * HOUR_SECONDS)} per hour`],
        [
          'done',
          offered.done.length === 0 ? 'nothing: all was there' : offered.done.map((step) => DONE[step]).join(', '),
        ],
      ]),
    );
  } finally {
    await state.stop();
  }
}
