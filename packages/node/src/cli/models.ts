import type { Model } from '@yellowstone/client';
import type { Command } from 'commander';
import { createMarket } from '../consumer/market/market.js';
import type { MarketModel } from '../consumer/market-model.js';
import { withChainView } from './chain-access.js';
import type { Run } from './command.js';
import { countText, HOUR_SECONDS } from './format.js';
import { readPages } from '../money/read-pages.js';
import { type Column, tableText } from './table.js';
import { formatMor } from '@yellowstone/protocol';

/** A model with what it costs. */
interface ListedModel {
  /** What other commands and clients take as its name. */
  readonly name: string;
  readonly model: Model;
  /** [MOR-wei per second]; undefined = nobody offers it. */
  readonly lowestMor: bigint | undefined;
  readonly highestMor: bigint | undefined;
  readonly bids: number;
}

/** `yellowstone models` */
export function addModels(cli: Command, run: Run): void {
  cli
    .command('models')
    .description('list the models of the market with their prices; needs no key')
    .action((_: unknown, command: Command) =>
      run(command, (context) =>
        withChainView(context, async ({ reads }) => {
          const listed = await context.wait('reading the market', async () => {
            const offered = await createMarket({ reads, clock: context.clock }).models();
            return listOf(await readPages(reads.models), offered);
          });
          context.terminal.answer({ models: listed.map(toJson) }, () =>
            listed.length === 0 ? 'The market has no models.' : tableText(COLUMNS, listed),
          );
        }),
      ),
    );
}

/** Models that somebody offers first, then by name. */
export function listOf(models: readonly Model[], offered: readonly MarketModel[]): readonly ListedModel[] {
  const listed = models.map((model): ListedModel => {
    const found = offered.find((one) => one.model.modelId === model.modelId);
    const bids = found?.bids ?? [];
    const name = found?.id ?? model.name;
    return { name, model, lowestMor: bids[0]?.priceMor, highestMor: bids.at(-1)?.priceMor, bids: bids.length };
  });
  return listed.sort(
    (left, right) => Number(right.bids > 0) - Number(left.bids > 0) || left.name.localeCompare(right.name),
  );
}

const COLUMNS: readonly Column<ListedModel>[] = [
  { title: 'model', cell: ({ name }) => name },
  { title: 'MOR per hour', cell: priceRangeText },
  { title: 'bids', cell: ({ bids }) => String(bids), isNumber: true },
  { title: 'tags', cell: ({ model }) => model.tags.join(', ') },
  { title: 'model id', cell: ({ model }) => model.modelId },
];

function priceRangeText({ lowestMor, highestMor, bids }: ListedModel): string {
  if (lowestMor === undefined || highestMor === undefined) return countText(bids, 'bid');
  const lowest = formatMor(lowestMor * HOUR_SECONDS);
  return lowestMor === highestMor ? lowest : `${lowest} to ${formatMor(highestMor * HOUR_SECONDS)}`;
}

function toJson({ name, model, lowestMor, highestMor, bids }: ListedModel) {
  return {
    name,
    modelId: model.modelId,
    owner: model.owner,
    tags: model.tags,
    bids,
    tokenBids: model.tokenBids,
    lowestPricePerSecondMor: lowestMor ?? null,
    highestPricePerSecondMor: highestMor ?? null,
    lowestPricePerHourMor: lowestMor === undefined ? null : lowestMor * HOUR_SECONDS,
    highestPricePerHourMor: highestMor === undefined ? null : highestMor * HOUR_SECONDS,
  };
}
