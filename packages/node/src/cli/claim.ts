import type { Address } from '@yellowstone/protocol';
import { loadConfig } from '@yellowstone/service';
import type { Command } from 'commander';
import { providerSettings } from '../config.js';
import { addressArgument, morArgument } from './arguments.js';
import { withChainHands } from './chain-access.js';
import type { Run } from './command.js';
import { morText } from './format.js';
import { factsText } from './table.js';

interface Options {
  readonly provider?: Address;
  readonly max?: bigint;
}

const { provider: providerSetting } = providerSettings;

/** `yellowstone claim` */
export function addClaim(cli: Command, run: Run): void {
  cli
    .command('claim')
    .description("pay a provider's vested credits and direct earnings to its payout address; anybody may send it")
    .option(
      '--provider <address>',
      'whose (default: YELLOWSTONE_PROVIDER_ADDRESS, or the account of the key)',
      addressArgument,
    )
    .option('--max <mor>', 'at most so much of the credits', morArgument)
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withChainHands(context, async ({ reads, writes, account }) => {
          const { env, wait, terminal } = context;
          const provider = options.provider ?? loadConfig({ provider: providerSetting }, env).provider ?? account;
          const [credits, owedMor, pool] = await wait('reading the credits', () =>
            Promise.all([reads.sessionCredits(provider), reads.directOwed(provider), reads.pool()]),
          );
          const maxMor = options.max === undefined ? {} : { maxMor: options.max };
          // What the guard holds back stays owed.
          const canClaim = credits.vestedMor > 0n && pool.availableMor > 0n;
          const claimed = canClaim
            ? await (await writes.claimSessionCredits({ provider, ...maxMor })).wait()
            : { paidMor: 0n, leftMor: credits.vestedMor };
          const direct = owedMor > 0n ? await (await writes.withdrawDirect(provider)).wait() : { amountMor: 0n };
          const { paidMor, leftMor } = claimed;
          const { unvestedMor } = credits;
          const data = { provider, paidMor, leftMor, unvestedMor, directPaidMor: direct.amountMor };
          terminal.answer(data, () =>
            factsText([
              ['provider', provider],
              ['paid', `${morText(paidMor)} of credits, ${morText(direct.amountMor)} of direct earnings`],
              ['left', `${morText(leftMor)} vested, ${morText(unvestedMor)} not vested yet`],
            ]),
          );
        }),
      ),
    );
}
