import { type Address, formatMor, UINT128_MAX } from '@yellowstone/protocol';
import { loadConfig } from '@yellowstone/service';
import type { Command } from 'commander';
import { endpointUrl } from '../consumer/endpoints/endpoint.js';
import { type JudgedBidBody, JudgedBidsBody, toJudgedBidsBody } from '../consumer/market/bid-body.js';
import { judgeBids } from '../consumer/market/choose-bid.js';
import { createMarket } from '../consumer/market/market.js';
import { nodeError } from '../errors.js';
import { addressArgument, urlArgument } from './arguments.js';
import { accountOf, withChainView } from './chain-access.js';
import type { CommandContext, Run } from './command.js';
import { shortHex } from './format.js';
import { createNodeClient } from './node-client.js';
import { NOTHING_KNOWN } from './nothing-known.js';
import { apiKeySettings, limitSettings } from './settings.js';
import { type Column, tableText } from './table.js';

interface Options {
  readonly model: string;
  readonly account?: Address;
  readonly url?: string;
}

const PERCENT = 100n;
const BPS_PER_PERCENT = 100;

/** `yellowstone bids` */
export function addBids(cli: Command, run: Run): void {
  cli
    .command('bids')
    .description('list the bids for a model, the one that would be taken first; needs no key')
    .requiredOption('--model <name>', 'name or id of the model')
    .option('--account <address>', 'whose bids are marked (default: the account of the key)', addressArgument)
    .option('--url <url>', 'as the running node there judges them, with the key in YELLOWSTONE_API_KEY', urlArgument)
    .action((options: Options, command: Command) =>
      run(command, async (context) => {
        const { model, url } = options;
        const own = url === undefined ? await accountOf(context, options.account) : options.account;
        const judged = await (url === undefined ? judgedHere(context, model) : judgedThere(context, model, url));
        const bids = judged.bids.map((bid) => ({ ...bid, isOwn: bid.provider === own }));
        context.terminal.answer({ ...judged, bids }, () => tableText(columnsFor(own), judged.bids));
      }),
    );
}

/** By the chain and the limits of the settings alone. */
async function judgedHere(context: CommandContext, model: string): Promise<JudgedBidsBody> {
  const limits = loadConfig(limitSettings, context.env);
  const { maxPricePerSecondMor = UINT128_MAX, preferredProviders, refusedProviders, allowPrivateEndpoints } = limits;
  const policy = { maxPricePerSecondMor, preferredProviders, refusedProviders };
  const isEndpointAllowed = (endpoint: string): boolean => {
    try {
      return endpointUrl(endpoint, { allowPrivate: allowPrivateEndpoints }) !== '';
    } catch {
      return false;
    }
  };
  let judged: JudgedBidsBody | undefined;
  await withChainView(context, async ({ reads }) => {
    const market = createMarket({ reads, clock: context.clock });
    judged = await context.wait('reading the bids', async () => {
      const found = await market.find(model);
      if (found === undefined)
        throw nodeError('model_not_found', { model }, { hint: '`yellowstone models` lists them.' });
      const { modelId } = found.model;
      const bids = await market.bids(modelId);
      return toJudgedBidsBody(
        { id: found.id, modelId },
        judgeBids(bids, { ...NOTHING_KNOWN, policy, isEndpointAllowed }),
      );
    });
  });
  return judged!; // or it threw
}

/** With what a running node has seen. */
async function judgedThere({ env, signal, wait }: CommandContext, model: string, url: string): Promise<JudgedBidsBody> {
  const node = createNodeClient({ url, apiKey: loadConfig(apiKeySettings, env).apiKey });
  const path = `/market/models/${encodeURIComponent(model)}/bids`;
  try {
    return await wait('asking the node', () => node.askFor(JudgedBidsBody, { method: 'GET', path }, signal));
  } finally {
    await node.close();
  }
}

export function columnsFor(own: Address | undefined): readonly Column<JudgedBidBody>[] {
  const mor = (amount: string | null): string => (amount === null ? '-' : formatMor(BigInt(amount)));
  return [
    { title: 'MOR per second', cell: ({ pricePerSecondMor }) => mor(pricePerSecondMor), isNumber: true },
    { title: 'MOR per hour', cell: ({ pricePerHourMor }) => mor(pricePerHourMor), isNumber: true },
    {
      title: 'per 1M tokens',
      cell: ({ pricePerMillionTokensMor }) => shortMor(pricePerMillionTokensMor),
      isNumber: true,
    },
    {
      title: 'provider',
      cell: ({ provider }) => (provider === own ? `${shortHex(provider)} (you)` : shortHex(provider)),
    },
    { title: 'endpoint', cell: ({ endpoint }) => endpoint },
    { title: 'sessions', cell: ({ statistics }) => statistics.sessions, isNumber: true },
    { title: 'failed', cell: failedText, isNumber: true },
    { title: 'tokens/s', cell: speedText, isNumber: true },
    { title: 'first token', cell: firstTokenText, isNumber: true },
    { title: 'score', cell: scoreText, isNumber: true },
    { title: 'now', cell: verdictText },
    { title: 'bid id', cell: ({ bidId }) => bidId },
  ];
}

const MOR_DIGITS = 6;

/** Six digits after the point are enough for what is measured; rounded up. */
function shortMor(amount: string | null): string {
  if (amount === null) return '-';
  const step = 10n ** BigInt(18 - MOR_DIGITS);
  return formatMor(((BigInt(amount) + step - 1n) / step) * step);
}

/** By what was earned, as nodes weigh it; rounded up, so that no failure is hidden. */
function failedText({ statistics }: JudgedBidBody): string {
  const [earnedMor, failedMor] = [BigInt(statistics.earnedMor), BigInt(statistics.failedMor)];
  if (statistics.sessions === '0') return '-';
  return earnedMor === 0n ? '0 %' : `${(failedMor * PERCENT + earnedMor - 1n) / earnedMor} %`;
}

/** What comes from the chain alone can be a provider's own word. */
function speedText({ tokensPerSecond, speedSource }: JudgedBidBody): string {
  if (tokensPerSecond === null) return '-';
  return speedSource === 'chain' ? `~${tokensPerSecond.toFixed(1)}` : tokensPerSecond.toFixed(1);
}

function firstTokenText({ measured, statistics }: JudgedBidBody): string {
  if (measured !== null && measured.ttftMs !== null) return `${measured.ttftMs} ms`;
  return statistics.ttftMs === null ? '-' : `~${statistics.ttftMs} ms`;
}

/** What is put on the price. */
function scoreText({ score: { failedOnChainBps, faultsHereBps, slownessBps } }: JudgedBidBody): string {
  const added = failedOnChainBps + faultsHereBps + slownessBps;
  return added === 0 ? '=' : `+${Math.ceil(added / BPS_PER_PERCENT)} %`;
}

function verdictText({ isPicked, refusal, health, isPreferred }: JudgedBidBody): string {
  if (refusal !== null) return refusal.reason.replaceAll('_', ' ');
  const words = [
    ...(isPicked ? ['taken'] : []),
    ...(isPreferred ? ['preferred'] : []),
    ...(health.state === 'ready' ? [] : [health.state]),
  ];
  return words.join(', ') || '-';
}
