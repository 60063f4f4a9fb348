import type { Payment } from '@yellowstone/client';
import type { Address, BidId } from '@yellowstone/protocol';
import { type Command, Option } from 'commander';
import { addressArgument, bidArgument, durationArgument } from './arguments.js';
import { requireAccount, withChainView } from './chain-access.js';
import type { Run } from './command.js';
import { findBids } from './find-bid.js';
import { durationText, HOUR_SECONDS, morText, timeText } from './format.js';
import { type Fact, factsText } from './table.js';

interface Options {
  readonly model?: string;
  readonly bid?: BidId;
  /** [s] */
  readonly duration: bigint;
  readonly direct?: true;
  readonly account?: Address;
}

/** `yellowstone quote` */
export function addQuote(cli: Command, run: Run): void {
  withBidOptions(cli.command('quote'))
    .description('say what a session would cost, and what stake it needs; nothing is signed')
    .option('--account <address>', 'who would open it (default: the account of the key)', addressArgument)
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withChainView(context, async ({ reads, chainClock }) => {
          const user = await requireAccount(context, options.account);
          const payment: Payment = options.direct === true ? 'direct' : 'pool';
          const { duration: durationSeconds } = options;
          const told = await context.wait('asking for the price', async () => {
            const { model, bids } = await findBids({ reads, clock: context.clock }, options);
            const [bid] = bids;
            const [quote, walletMor, now] = await Promise.all([
              reads.quoteSession({ user, bidId: bid.bidId, durationSeconds, payment }),
              reads.morBalance(user),
              chainClock.now(),
            ]);
            return { model, bid, quote, walletMor, now };
          });
          const { model, bid, quote, walletMor, now } = told;
          const neededMor = payment === 'pool' ? quote.missingStakeMor : quote.costMor;
          const data = {
            model,
            modelId: bid.modelId,
            bidId: bid.bidId,
            provider: bid.provider,
            endpoint: bid.endpoint,
            user,
            payment,
            durationSeconds,
            pricePerSecondMor: bid.priceMor,
            costMor: quote.costMor,
            activeStakeMor: quote.activeStakeMor,
            missingStakeMor: quote.missingStakeMor,
            remainingMor: quote.remainingMor,
            walletMor,
            isWalletEnough: walletMor >= neededMor,
            withdrawableAt: Number(quote.withdrawableAt),
          };
          context.terminal.answer({ ...data, durationSeconds: Number(durationSeconds) }, () =>
            factsText([
              ['model', model],
              ['bid', bid.bidId],
              ['provider', `${bid.provider} at ${bid.endpoint}`],
              ['price', `${morText(bid.priceMor)} per second, ${morText(bid.priceMor * HOUR_SECONDS)} per hour`],
              ['duration', durationText(durationSeconds)],
              [
                'cost',
                `${morText(quote.costMor)}, ${payment === 'pool' ? 'paid by the pool' : 'paid from the wallet'}`,
              ],
              ...(payment === 'pool' ? stakeFacts(quote, now) : []),
              ['wallet', `${morText(walletMor)}${walletMor >= neededMor ? '' : ', which is not enough'}`],
            ]),
          );
        }),
      ),
    );
}

/** Which bid and for how long: the same for quoting and opening. */
export function withBidOptions(command: Command): Command {
  return command
    .option('--model <name>', 'name or id of the model; its best bid is taken')
    .addOption(new Option('--bid <id>', 'this bid').argParser(bidArgument).conflicts('model'))
    .addOption(
      new Option('--duration <duration>', 'length of the session, 5m to 24h')
        .argParser(durationArgument)
        .default(HOUR_SECONDS, '1h'),
    )
    .option('--direct', 'pay from the wallet instead of by stake');
}

interface StakeQuote {
  readonly activeStakeMor: bigint;
  readonly missingStakeMor: bigint;
  readonly remainingMor: bigint;
  readonly withdrawableAt: bigint;
}

function stakeFacts(quote: StakeQuote, now: bigint): readonly Fact[] {
  return [
    ['staked now', morText(quote.activeStakeMor)],
    ['missing stake', quote.missingStakeMor === 0n ? 'none' : `${morText(quote.missingStakeMor)}; it stays yours`],
    ['left of today', `${morText(quote.remainingMor)} of allowance before this session`],
    ['stake can leave', `${timeText(quote.withdrawableAt, now)}, if unstaked now`],
  ];
}
