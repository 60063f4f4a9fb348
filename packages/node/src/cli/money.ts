import { type Address, formatMor } from '@yellowstone/protocol';
import { loadConfig } from '@yellowstone/service';
import { type Command, Option } from 'commander';
import { Overview, toOverview } from '../money/overview.js';
import { readMoney } from '../money/read-money.js';
import { addressArgument, urlArgument } from './arguments.js';
import { requireAccount, withChainView } from './chain-access.js';
import type { CommandContext, Run } from './command.js';
import { durationText, morText, timeText } from './format.js';
import { createNodeClient } from './node-client.js';
import { apiKeySettings } from './settings.js';
import { type Fact, factsText } from './table.js';

interface Options {
  readonly account?: Address;
  readonly url?: string;
}

/** `yellowstone money`; its subcommands are added to what this returns. */
export function addMoney(cli: Command, run: Run): Command {
  return cli
    .command('money')
    .description('show what an account has in wallet, stakes, sessions and credits')
    .option('--account <address>', 'whose money (default: the account of the key)', addressArgument)
    .addOption(
      new Option('--url <url>', 'that of the running node there, with its pending transactions')
        .argParser(urlArgument)
        .conflicts('account'),
    )
    .action(({ account, url }: Options, command: Command) =>
      run(command, async (context) => {
        const overview = await (url === undefined ? readHere(context, account) : readThere(context, url));
        context.terminal.answer(overview, () => factsText(factsOf(overview)));
      }),
    );
}

/** As the chain tells it; what is on its way there only the node's own journal knows. */
async function readHere(context: CommandContext, given: Address | undefined): Promise<Overview> {
  let seen: Overview | undefined;
  await withChainView(context, async ({ reads, chainClock }) => {
    const account = await requireAccount(context, given);
    seen = await context.wait('reading the accounts', async () => {
      const now = await chainClock.now();
      const money = await readMoney(reads, { account, provider: account }, now);
      const books = { spentMor: undefined, maxMorPerDay: undefined, pending: undefined };
      return toOverview(money, books, context.clock.now());
    });
  });
  return seen!; // or it threw
}

/** As a running node tells it. */
async function readThere({ env, signal, wait }: CommandContext, url: string): Promise<Overview> {
  const node = createNodeClient({ url, apiKey: loadConfig(apiKeySettings, env).apiKey });
  try {
    const ask = { method: 'GET', path: '/wallet/overview' } as const;
    return await wait('asking the node', () => node.askFor(Overview, ask, signal));
  } finally {
    await node.close();
  }
}

export function factsOf(money: Overview): readonly Fact[] {
  const { stakes, unstaking, credits, day, pendingIntents } = money;
  const mor = (amount: string): string => morText(BigInt(amount));
  const ended = (endsAt: number): string => timeText(BigInt(endsAt), BigInt(money.now));
  const pending = unstaking.pending.map(({ amountMor, withdrawableAt }): Fact => [
    'unstaking',
    `${mor(amountMor)}, leaves ${ended(withdrawableAt)}`,
  ]);
  const intents = (pendingIntents ?? []).map(({ kind, state, ageSeconds }): Fact => [
    'on its way',
    `${kind}, ${state}, for ${durationText(BigInt(ageSeconds))}`,
  ]);
  const optional: readonly (Fact | undefined)[] = [
    ['wallet', mor(money.walletMor)],
    // Ether has 18 decimals too.
    ['gas', `${formatMor(BigInt(money.etherWei))} ETH`],
    money.approvedMor === '0' ? undefined : ['diamond may take', mor(money.approvedMor)],
    ['staked, sessions', `${mor(stakes.session.activeMor)}, counted today ${mor(stakes.session.countedMor)}`],
    ['staked, access', `${mor(stakes.access.activeMor)}, counted today ${mor(stakes.access.countedMor)}`],
    ...pending,
    unstaking.dueMor === '0' ? undefined : ['can be withdrawn', `${mor(unstaking.dueMor)}, by \`money withdraw\``],
    [
      'allowance today',
      `${mor(stakes.session.remainingMor)} left, ${mor(stakes.session.usedMor)} used; new ${ended(day.endsAt)}`,
    ],
    day.spentMor === null ? undefined : ['spent today', spentText(day.spentMor, day.maxMorPerDay)],
    money.escrowMor === '0' ? undefined : ['in escrow', `${mor(money.escrowMor)} in sessions paid directly`],
    money.providerStakeMor === '0' ? undefined : ['staked, provider', mor(money.providerStakeMor)],
    ['credits', `${mor(credits.unvestedMor)} unvested, ${mor(credits.vestedMor)} vested`],
    credits.claimableMor === '0' ? undefined : ['can be claimed', `${mor(credits.claimableMor)}, by \`claim\``],
    money.directOwedMor === '0' ? undefined : ['direct, unpaid', `${mor(money.directOwedMor)}, by \`claim\``],
  ];
  const provider: readonly Fact[] = money.provider === money.account ? [] : [['provider', money.provider]];
  return [
    ['account', money.account],
    ...provider,
    ...optional.filter((fact): fact is Fact => fact !== undefined),
    ...intents,
  ];
}

function spentText(spentMor: string, maxMorPerDay: string | null): string {
  const spent = `${morText(BigInt(spentMor))} for sessions`;
  return maxMorPerDay === null ? spent : `${spent}, of ${morText(BigInt(maxMorPerDay))}`;
}
