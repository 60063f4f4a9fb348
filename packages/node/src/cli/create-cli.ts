import { Command, Option } from 'commander';
import { durationArgument } from './arguments.js';
import { addBids } from './bids.js';
import { addChat } from './chat.js';
import { addClaim } from './claim.js';
import { type CliDeps, createRun } from './command.js';
import { addConsumerUp } from './consumer-up.js';
import { addDoctor } from './doctor.js';
import { addInit } from './init.js';
import { addKeys } from './keys.js';
import { addModels } from './models.js';
import { addMoney } from './money.js';
import { addMoneyMoves } from './money-moves.js';
import { addProviderEarnings } from './provider-earnings.js';
import { addProviderOffer } from './provider-offer.js';
import { addProviderUp } from './provider-up.js';
import { addQuote } from './quote.js';
import { addSessions } from './sessions.js';
import { addSessionsClose } from './sessions-close.js';
import { addSessionsOpen } from './sessions-open.js';
import { addSupportBundle } from './support-bundle.js';

const DEFAULT_TIMEOUT_SECONDS = 300n;

/** The command `yellowstone`. Failures are thrown, by commander as well. */
export function createCli(deps: CliDeps): Command {
  const run = createRun(deps);
  const cli = new Command('yellowstone')
    .description('Provider and consumer node of the Yellowstone market.')
    .option('--json', 'results as one line of JSON; progress and failures as lines of JSON on stderr')
    .option('--env-file <file>', 'settings for what the environment does not say (default: .env, if there is one)')
    .addOption(timeoutOption())
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => void deps.stdout.write(text),
      writeErr: (text) => void deps.stderr.write(text),
      // Told once, with everything else that fails.
      outputError: () => undefined,
    });

  addInit(cli, run);
  const provider = cli.command('provider').description('sell inference');
  addProviderUp(provider, run);
  addProviderOffer(provider, run);
  addProviderEarnings(provider, run);
  const consumer = cli.command('consumer').description('use inference');
  addConsumerUp(consumer, run);

  addModels(cli, run);
  addBids(cli, run);
  addQuote(cli, run);
  const sessions = addSessions(cli, run);
  addSessionsOpen(sessions, run);
  addSessionsClose(sessions, run);
  const money = addMoney(cli, run);
  addMoneyMoves(money, run);
  addChat(cli, run);
  addClaim(cli, run);
  addKeys(cli, run);
  addDoctor(cli, run);
  addSupportBundle(cli, run);
  return cli;
}

function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'the longest a command may take')
    .argParser(durationArgument)
    .default(DEFAULT_TIMEOUT_SECONDS, '5m');
}
