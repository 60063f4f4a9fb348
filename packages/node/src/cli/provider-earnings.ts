import { loadConfig } from '@yellowstone/service';
import type { Command } from 'commander';
import { EarningsBody } from '../operator/earnings/earnings-routes.js';
import { dayArgument, urlArgument } from './arguments.js';
import type { CommandContext, Run } from './command.js';
import { countText, isoText, morText, shortHex } from './format.js';
import { createNodeClient } from './node-client.js';
import { apiKeySettings } from './settings.js';
import { type Column, type Fact, factsText, tableText } from './table.js';

interface Options {
  readonly url: string;
  readonly from?: string;
  readonly to?: string;
}

type Line = EarningsBody['days'][number]['models'][number] & { readonly day: string };

const USUAL_URL = 'http://127.0.0.1:8082';

/** `yellowstone provider earnings` */
export function addProviderEarnings(provider: Command, run: Run): void {
  provider
    .command('earnings')
    .description('show what a running provider served and earned, by UTC day and model; asks the node')
    .option('--from <day>', 'first UTC day, such as 2026-11-01 (default: 30 days in all)', dayArgument)
    .option('--to <day>', 'last UTC day (default: today)', dayArgument)
    .option(
      '--url <url>',
      "the operator's API of the node, asked with the key in YELLOWSTONE_API_KEY",
      urlArgument,
      USUAL_URL,
    )
    .action((options: Options, command: Command) => run(command, (context) => providerEarnings(context, options)));
}

async function providerEarnings({ env, signal, wait, terminal }: CommandContext, options: Options): Promise<void> {
  const node = createNodeClient({ url: options.url, apiKey: loadConfig(apiKeySettings, env).apiKey });
  try {
    const { from, to } = options;
    const query = new URLSearchParams({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
    const path = `/provider/earnings?${query.toString()}`;
    const earned = await wait('asking the node', () => node.askFor(EarningsBody, { method: 'GET', path }, signal));
    terminal.answer(earned, () => [linesText(earned), factsText(factsOf(earned))].filter(Boolean).join('\n\n'));
  } finally {
    await node.close();
  }
}

function linesText({ days }: EarningsBody): string {
  const lines = days.flatMap(({ day, models }) => models.map((model): Line => ({ day, ...model })));
  return lines.length === 0 ? '' : tableText(COLUMNS, lines);
}

const COLUMNS: readonly Column<Line>[] = [
  { title: 'day', cell: ({ day }) => day },
  { title: 'model', cell: ({ name, modelId }) => name ?? shortHex(modelId) },
  { title: 'answers', cell: ({ answers }) => answers, isNumber: true },
  { title: 'failed', cell: ({ failures }) => failures, isNumber: true },
  { title: 'tokens in', cell: ({ inputTokens }) => inputTokens, isNumber: true },
  { title: 'tokens out', cell: ({ outputTokens }) => outputTokens, isNumber: true },
  { title: 'sessions closed', cell: ({ sessionsClosed }) => sessionsClosed, isNumber: true },
  { title: 'from the pool', cell: ({ credited }) => morText(BigInt(credited)), isNumber: true },
  { title: 'direct', cell: ({ direct }) => morText(BigInt(direct)), isNumber: true },
];

function factsOf({ provider, from, to, total, owed, readTo }: EarningsBody): readonly Fact[] {
  const mor = (amount: string): string => morText(BigInt(amount));
  return [
    ['provider', provider],
    ['days', `${from} to ${to}, UTC`],
    ['served', `${countText(BigInt(total.answers), 'answer')}, ${countText(BigInt(total.failures), 'failure')}`],
    ['earned', `${mor(total.credited)} from the pool, ${mor(total.direct)} directly`],
    ['paid out', `${mor(total.claimed)} of credits, ${mor(total.withdrawn)} of escrow`],
    ['owed now', `${mor(owed.unvested)} unvested, ${mor(owed.vested)} vested, ${mor(owed.direct)} in escrow`],
    ['can be claimed', `${mor(owed.claimable)}, by \`yellowstone claim\``],
    ['chain read to', readTo === null ? 'not yet' : isoText(BigInt(readTo))],
  ];
}
