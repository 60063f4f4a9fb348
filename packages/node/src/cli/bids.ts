import type { Bid } from '@yellowstone/client';
import { type Address, formatMor } from '@yellowstone/protocol';
import type { Command } from 'commander';
import { createMarket } from '../consumer/market/market.js';
import { nodeError } from '../errors.js';
import { addressArgument } from './arguments.js';
import { accountOf, withChainView } from './chain-access.js';
import type { Run } from './command.js';
import { HOUR_SECONDS, shortHex } from './format.js';
import { type Column, tableText } from './table.js';

interface Options {
  readonly model: string;
  readonly account?: Address;
}

const PERCENT = 100n;
const MILLI = 1_000;

/** `yellowstone bids` */
export function addBids(cli: Command, run: Run): void {
  cli
    .command('bids')
    .description('list the bids for a model, the cheapest first; needs no key')
    .requiredOption('--model <name>', 'name or id of the model')
    .option('--account <address>', 'whose bids are marked (default: the account of the key)', addressArgument)
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withChainView(context, async ({ reads }) => {
          const own = await accountOf(context, options.account);
          const market = createMarket({ reads, clock: context.clock });
          const found = await context.wait('reading the bids', () => market.find(options.model));
          if (found === undefined) {
            throw nodeError('model_not_found', { model: options.model }, { hint: '`yellowstone models` lists them.' });
          }
          const { id, model, bids } = found;
          context.terminal.answer(
            { model: id, modelId: model.modelId, bids: bids.map((bid) => toJson(bid, own)) },
            () => tableText(columnsFor(own), bids),
          );
        }),
      ),
    );
}

export function columnsFor(own: Address | undefined): readonly Column<Bid>[] {
  return [
    { title: 'MOR per second', cell: ({ priceMor }) => formatMor(priceMor), isNumber: true },
    { title: 'MOR per hour', cell: ({ priceMor }) => formatMor(priceMor * HOUR_SECONDS), isNumber: true },
    {
      title: 'provider',
      cell: ({ provider }) => (provider === own ? `${shortHex(provider)} (you)` : shortHex(provider)),
    },
    { title: 'endpoint', cell: ({ endpoint }) => endpoint },
    { title: 'sessions', cell: ({ statistics }) => statistics.sessions.toString(), isNumber: true },
    { title: 'failed', cell: failedText, isNumber: true },
    { title: 'tokens/s', cell: speedText, isNumber: true },
    { title: 'first token', cell: firstTokenText, isNumber: true },
    { title: 'bid id', cell: ({ bidId }) => bidId },
  ];
}

/** By what was earned, as nodes weigh it; rounded up, so that no failure is hidden. */
function failedText({ statistics: { earnedMor, failedMor, sessions } }: Bid): string {
  if (sessions === 0n) return '-';
  return earnedMor === 0n ? '0 %' : `${(failedMor * PERCENT + earnedMor - 1n) / earnedMor} %`;
}

function speedText({ statistics: { receipts, tokensPerSecondMilli } }: Bid): string {
  return receipts === 0n ? '-' : (Number(tokensPerSecondMilli) / MILLI).toFixed(1);
}

function firstTokenText({ statistics: { receipts, ttftMs } }: Bid): string {
  return receipts === 0n ? '-' : `${ttftMs} ms`;
}

function toJson(bid: Bid, own: Address | undefined) {
  const { bidId, provider, endpoint, priceMor, createdAt, providerStakeMor, statistics } = bid;
  return {
    bidId,
    provider,
    isOwn: provider === own,
    endpoint,
    pricePerSecondMor: priceMor,
    pricePerHourMor: priceMor * HOUR_SECONDS,
    createdAt: Number(createdAt),
    providerStakeMor,
    statistics,
  };
}
