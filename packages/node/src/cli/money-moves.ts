import { PURPOSES, type Purpose } from '@yellowstone/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { morArgument } from './arguments.js';
import { withChainHands } from './chain-access.js';
import type { Run } from './command.js';
import { morText, timeText } from './format.js';
import { nodeError } from '../errors.js';

interface Options {
  readonly purpose: Purpose;
}

/** `yellowstone money stake | unstake | withdraw` */
export function addMoneyMoves(money: Command, run: Run): void {
  money
    .command('stake')
    .description('stake MOR; it counts at once')
    .argument('<mor>', 'how much', positiveMorArgument)
    .addOption(purposeOption())
    .action((amountMor: bigint, { purpose }: Options, command: Command) =>
      run(command, (context) =>
        withChainHands(context, async ({ reads, writes, account }) => {
          const [balanceMor, allowedMor] = await context.wait('reading the wallet', () =>
            Promise.all([reads.morBalance(account), reads.morAllowance(account)]),
          );
          if (balanceMor < amountMor) {
            throw nodeError('wallet_too_low', { wallet: account, balanceMor, neededMor: amountMor });
          }
          if (allowedMor < amountMor) await (await writes.approveMor(amountMor)).wait();
          const { activeMor } = await (await writes.stake({ purpose, amountMor })).wait();
          context.terminal.answer({ purpose, stakedMor: amountMor, activeMor }, () =>
            [`Staked ${morText(amountMor)} for ${purpose}; now ${morText(activeMor)} in all.`].join('\n'),
          );
        }),
      ),
    );
  money
    .command('unstake')
    .description('take stake out of use at once; it can leave at the first UTC midnight 12 hours away')
    .argument('<mor>', 'how much, or all', amountOrAllArgument)
    .addOption(purposeOption())
    .action((asked: bigint | 'all', { purpose }: Options, command: Command) =>
      run(command, (context) =>
        withChainHands(context, async ({ reads, writes, chainClock, account }) => {
          const all = async (): Promise<bigint> =>
            (await context.wait('reading the stake', () => reads.stake(account, purpose))).activeMor;
          const amountMor = asked === 'all' ? await all() : asked;
          if (amountMor === 0n) throw nodeError('nothing_staked', { purpose });
          const { activeMor, withdrawableAt } = await (await writes.unstake({ purpose, amountMor })).wait();
          const now = await chainClock.now();
          const data = { purpose, unstakedMor: amountMor, activeMor, withdrawableAt: Number(withdrawableAt) };
          context.terminal.answer(
            data,
            () => `Unstaked ${morText(amountMor)}; \`money withdraw\` pays it ${timeText(withdrawableAt, now)}.`,
          );
        }),
      ),
    );
  money
    .command('withdraw')
    .description('take unstaked MOR that is due into the wallet')
    .action((_: unknown, command: Command) =>
      run(command, (context) =>
        withChainHands(context, async ({ reads, writes, chainClock, account }) => {
          const { dueMor, pending } = await context.wait('reading what is due', () => reads.unstaking(account));
          if (dueMor === 0n) {
            const now = await chainClock.now();
            const [next] = pending;
            const nextAt = next === undefined ? null : Number(next.withdrawableAt);
            context.terminal.answer({ withdrawnMor: 0n, nextAt }, () =>
              next === undefined
                ? 'Nothing is on its way out.'
                : `Nothing is due; ${morText(next.amountMor)} can leave ${timeText(next.withdrawableAt, now)}.`,
            );
            return;
          }
          const { amountMor } = await (await writes.withdrawStake()).wait();
          context.terminal.answer({ withdrawnMor: amountMor }, () => `${morText(amountMor)} went to the wallet.`);
        }),
      ),
    );
}

function purposeOption(): Option {
  return new Option('--purpose <purpose>', 'what the stake serves').choices(PURPOSES).default('session');
}

function positiveMorArgument(text: string): bigint {
  const amountMor = morArgument(text);
  if (amountMor === 0n) throw new InvalidArgumentError('Expected more than 0 MOR.');
  return amountMor;
}

function amountOrAllArgument(text: string): bigint | 'all' {
  return text === 'all' ? 'all' : positiveMorArgument(text);
}
