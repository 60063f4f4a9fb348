import type { Reads } from '@yellowstone/client';
import { type Address, dayOf, dayStartAt, formatMor } from '@yellowstone/protocol';
import type { Command } from 'commander';
import { addressArgument } from './arguments.js';
import { requireAccount, withChainView } from './chain-access.js';
import type { Run } from './command.js';
import { isoText, morText, timeText } from './format.js';
import { readPages } from './read-pages.js';
import { type Fact, factsText } from './table.js';

interface Options {
  readonly account?: Address;
}

/** `yellowstone money`; its subcommands are added to what this returns. */
export function addMoney(cli: Command, run: Run): Command {
  return cli
    .command('money')
    .description('show what an account has in wallet, stakes, sessions and credits')
    .option('--account <address>', 'whose money (default: the account of the key)', addressArgument)
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withChainView(context, async ({ reads, chainClock }) => {
          const account = await requireAccount(context, options.account);
          const { money, now } = await context.wait('reading the accounts', async () => {
            const now = await chainClock.now();
            return { money: await readMoney(reads, account, now), now };
          });
          context.terminal.answer(toJson(money), () => factsText(factsOf(money, now)));
        }),
      ),
    );
}

type MoneyReads = Pick<
  Reads,
  | 'day'
  | 'directOwed'
  | 'etherBalance'
  | 'morAllowance'
  | 'morBalance'
  | 'pool'
  | 'provider'
  | 'sessionCredits'
  | 'stake'
  | 'unstaking'
  | 'userSessions'
>;

export type Money = Awaited<ReturnType<typeof readMoney>>;

/** Everything that is the account's [MOR-wei], and what may be used today. */
export async function readMoney(reads: MoneyReads, account: Address, now: bigint) {
  const [walletMor, ether, approvedMor, session, access, unstaking, day, pool, provider, credits, owedMor, sessions] =
    await Promise.all([
      reads.morBalance(account),
      reads.etherBalance(account),
      reads.morAllowance(account),
      reads.stake(account, 'session'),
      reads.stake(account, 'access'),
      reads.unstaking(account),
      reads.day(dayOf(now)),
      reads.pool(),
      reads.provider(account),
      reads.sessionCredits(account),
      reads.directOwed(account),
      readPages((page) => reads.userSessions(account, page)),
    ]);
  const inEscrow = sessions.filter(({ payment, isClosed }) => payment === 'direct' && !isClosed);
  const escrowMor = inEscrow.reduce(
    (sum, { pricePerSecondMor, openedAt, endsAt }) => sum + pricePerSecondMor * (endsAt - openedAt),
    0n,
  );
  const { vestedMor, unvestedMor } = credits;
  return {
    account,
    walletMor,
    etherWei: ether,
    approvedMor,
    stakes: { session, access },
    unstaking,
    /** In sessions that this account pays directly and nobody closed. */
    escrowMor,
    /** Direct earnings that could not be paid out. */
    directOwedMor: owedMor,
    providerStakeMor: provider?.stakeMor ?? 0n,
    credits: {
      unvestedMor,
      vestedMor,
      /** What the guard of the pool lets out now. */
      claimableMor: vestedMor < pool.availableMor ? vestedMor : pool.availableMor,
    },
    day: { day: day.day, budgetMor: day.budgetMor, endsAt: dayStartAt(day.day + 1n) },
  };
}

export function factsOf(money: Money, now: bigint): readonly Fact[] {
  const { stakes, unstaking, credits, day } = money;
  const ended = (endsAt: bigint): string => timeText(endsAt, now);
  const pending = unstaking.pending.map(({ amountMor, withdrawableAt }): Fact => [
    'unstaking',
    `${morText(amountMor)}, leaves ${ended(withdrawableAt)}`,
  ]);
  const optional: readonly (Fact | undefined)[] = [
    ['wallet', morText(money.walletMor)],
    // Ether has 18 decimals too.
    ['gas', `${formatMor(money.etherWei)} ETH`],
    money.approvedMor === 0n ? undefined : ['diamond may take', morText(money.approvedMor)],
    ['staked, sessions', `${morText(stakes.session.activeMor)}, counted today ${morText(stakes.session.countedMor)}`],
    ['staked, access', `${morText(stakes.access.activeMor)}, counted today ${morText(stakes.access.countedMor)}`],
    ...pending,
    unstaking.dueMor === 0n ? undefined : ['can be withdrawn', `${morText(unstaking.dueMor)}, by \`money withdraw\``],
    [
      'allowance today',
      `${morText(stakes.session.remainingMor)} left, ${morText(stakes.session.usedMor)} used; new ${ended(day.endsAt)}`,
    ],
    money.escrowMor === 0n ? undefined : ['in escrow', `${morText(money.escrowMor)} in sessions paid directly`],
    money.providerStakeMor === 0n ? undefined : ['staked, provider', morText(money.providerStakeMor)],
    ['credits', `${morText(credits.unvestedMor)} unvested, ${morText(credits.vestedMor)} vested`],
    credits.claimableMor === 0n ? undefined : ['can be claimed', `${morText(credits.claimableMor)}, by \`claim\``],
    money.directOwedMor === 0n ? undefined : ['direct, unpaid', `${morText(money.directOwedMor)}, by \`claim\``],
  ];
  return [['account', money.account], ...optional.filter((fact): fact is Fact => fact !== undefined)];
}

function toJson({ unstaking, day, ...rest }: Money) {
  const pending = unstaking.pending.map(({ amountMor, withdrawableAt }) => ({
    amountMor,
    withdrawableAt: Number(withdrawableAt),
    withdrawableAtIso: isoText(withdrawableAt),
  }));
  return {
    ...rest,
    unstaking: { dueMor: unstaking.dueMor, pending },
    day: { day: Number(day.day), budgetMor: day.budgetMor, endsAt: Number(day.endsAt) },
  };
}
