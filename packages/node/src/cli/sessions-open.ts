import type { Payment } from '@yellowstone/client';
import { type BidId, formatMor, UINT128_MAX } from '@yellowstone/protocol';
import { AppError, createLog, loadConfig } from '@yellowstone/service';
import { type Command } from 'commander';
import { nodeError } from '../errors.js';
import { createBuySession } from '../consumer/sessions/buy-session.js';
import { openByBids } from '../consumer/sessions/open-by-bids.js';
import { morArgument } from './arguments.js';
import { withChainHands } from './chain-access.js';
import type { Run } from './command.js';
import { findBids } from './find-bid.js';
import { HOUR_SECONDS, morText, timeText } from './format.js';
import { withProviders } from './provider-access.js';
import { withBidOptions } from './quote.js';
import { limitSettings, logSettings } from './settings.js';
import { factsText } from './table.js';

interface Options {
  readonly model?: string;
  readonly bid?: BidId;
  /** [s] */
  readonly duration: bigint;
  readonly direct?: true;
  readonly maxStake?: bigint;
  readonly maxPay?: bigint;
}

/** What a command learns of a provider ends with it. */
const NOBODY_WATCHES = { begin: () => undefined, failed: () => undefined };

/** `yellowstone sessions open` */
export function addSessionsOpen(sessions: Command, run: Run): void {
  withBidOptions(sessions.command('open'))
    .description('open a session; stakes what is missing, within a limit')
    .option(
      '--max-stake <mor>',
      'most session stake there may ever be (default: YELLOWSTONE_MAX_STAKE_MOR, or what is staked)',
      morArgument,
    )
    .option('--max-pay <mor>', 'most that --direct may cost (default: YELLOWSTONE_MAX_PAY_MOR)', morArgument)
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withChainHands(context, (hands) =>
          withProviders(context, hands, async ({ providers, isEndpointAllowed }) => {
            const { env, clock, signal, terminal, wait } = context;
            const { domain, reads, writes, chainClock } = hands;
            const limits = loadConfig(limitSettings, env);
            const { maxPricePerSecondMor, preferredProviders, refusedProviders } = limits;
            const found = await wait('choosing a bid', () =>
              findBids({ reads, clock }, options, {
                maxPricePerSecondMor,
                preferredProviders,
                refusedProviders,
                isEndpointAllowed,
              }),
            );
            const payment: Payment = options.direct === true ? 'direct' : 'pool';
            const spending = {
              payment,
              sessionSeconds: options.duration,
              maxStakeMor: options.maxStake ?? limits.maxStakeMor ?? 0n,
              maxPayMor: options.maxPay ?? limits.maxPayMor,
            };
            const log = createLog({ name: 'yellowstone', level: loadConfig(logSettings, env).logLevel });
            const buy = createBuySession({ domain, reads, writes, chainClock, providers, log }, spending);
            const { modelId } = found.bids[0];
            const policy = {
              maxPricePerSecondMor: maxPricePerSecondMor ?? UINT128_MAX,
              maxStakeMor: spending.maxStakeMor,
              preferredProviders,
              refusedProviders,
            };
            const payer = { keyId: undefined, maxMorPerDay: undefined };
            const nobody = new Set<never>();
            const want = { modelId, name: found.model, policy, payer, tried: nobody, full: nobody };
            terminal.note(`asking ${found.bids[0].endpoint} for its approval`);
            const { sessionId, bid, openedAt, endsAt } = await openByBids(
              { candidatesOf: async () => found.bids, buy, watch: NOBODY_WATCHES, log },
              { want, signal },
            ).catch((error: unknown) => {
              throw inMor(error);
            });
            const costMor = bid.priceMor * (endsAt - openedAt);
            const data = {
              sessionId,
              model: found.model,
              modelId,
              bidId: bid.bidId,
              provider: bid.provider,
              endpoint: bid.endpoint,
              payment,
              pricePerSecondMor: bid.priceMor,
              costMor,
              openedAt: Number(openedAt),
              endsAt: Number(endsAt),
            };
            terminal.answer(data, () =>
              factsText([
                ['session', sessionId],
                ['model', found.model],
                ['provider', `${bid.provider} at ${bid.endpoint}`],
                ['price', `${morText(bid.priceMor)} per second, ${morText(bid.priceMor * HOUR_SECONDS)} per hour`],
                [
                  'cost',
                  `${morText(costMor)} at most, ${payment === 'pool' ? 'paid by the pool' : 'from your wallet'}`,
                ],
                ['ends', timeText(endsAt, openedAt)],
              ]),
            );
          }),
        ),
      ),
    );
}

/** The limits of a command are flags, and people think in MOR. */
export function inMor(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const { neededMor, limitMor } = error.details ?? {};
  if (typeof neededMor !== 'bigint' || typeof limitMor !== 'bigint') return error;
  const [needed, limit] = [formatMor(neededMor), formatMor(limitMor)];
  if (error.code === 'stake_limit_exceeded') {
    const hint = `Allow it with --max-stake ${needed}; it stays yours.`;
    return nodeError('stake_not_allowed', { neededStakeMor: needed, limitStakeMor: limit }, { cause: error, hint });
  }
  if (error.code === 'pay_limit_exceeded') {
    const hint = `Allow it with --max-pay ${needed}.`;
    return nodeError('pay_not_allowed', { costInMor: needed, limitInMor: limit }, { cause: error, hint });
  }
  return error;
}
