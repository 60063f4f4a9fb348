import { type Address, formatMor } from '@yellowstone/protocol';
import type { ApiKeyLimits } from '@yellowstone/service';
import { type Command, InvalidArgumentError } from 'commander';
import { addressArgument, morArgument } from './arguments.js';
import { countText, shortHex } from './format.js';
import type { ShownKey } from './key-desk.js';

/** The limits of a key as flags. */
export interface LimitOptions {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerDay?: number;
  readonly maxMorPerDay?: bigint;
  readonly maxStake?: bigint;
  readonly maxPrice?: bigint;
  readonly prefer?: readonly Address[];
  readonly refuse?: readonly Address[];
}

const MAX_COUNT = 1_000_000_000;

export function withLimits(command: Command): Command {
  return command
    .option('--requests-per-minute <count>', 'most requests to models', limitArgument)
    .option('--tokens-per-minute <count>', 'most tokens in and out', limitArgument)
    .option('--tokens-per-day <count>', 'most tokens in and out on one UTC day', limitArgument)
    .option('--max-mor-per-day <mor>', 'most that sessions opened for it may cost on one UTC day', morArgument)
    .option('--max-stake <mor>', 'most session stake there may be after opening one for it', morArgument)
    .option('--max-price <mor>', 'highest price of a bid per second', morArgument)
    .option('--prefer <address>', 'provider that is asked first; can be given again', addressList)
    .option('--refuse <address>', 'provider that is never asked; can be given again', addressList);
}

export function limitsIn(options: LimitOptions): ApiKeyLimits {
  const { requestsPerMinute, tokensPerMinute, tokensPerDay, maxMorPerDay, maxStake, maxPrice, prefer, refuse } =
    options;
  const limits = {
    requestsPerMinute,
    tokensPerMinute,
    tokensPerDay,
    maxMorPerDay,
    maxStakeMor: maxStake,
    maxPricePerSecondMor: maxPrice,
    preferredProviders: prefer,
    refusedProviders: refuse,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

/** `60 requests/min, 2 MOR/day` */
export function limitsText(limits: ShownKey['limits']): string {
  const mor = (amount: string): string => formatMor(BigInt(amount));
  const parts = [
    limits.requestsPerMinute === undefined ? [] : `${limits.requestsPerMinute} requests/min`,
    limits.tokensPerMinute === undefined ? [] : `${limits.tokensPerMinute} tokens/min`,
    limits.tokensPerDay === undefined ? [] : `${limits.tokensPerDay} tokens/day`,
    limits.maxMorPerDay === undefined ? [] : `${mor(limits.maxMorPerDay)} MOR/day`,
    limits.maxStakeMor === undefined ? [] : `${mor(limits.maxStakeMor)} MOR staked`,
    limits.maxPricePerSecondMor === undefined ? [] : `${mor(limits.maxPricePerSecondMor)} MOR/s`,
    (limits.preferredProviders ?? []).map((provider) => `prefers ${shortHex(provider)}`),
    (limits.refusedProviders ?? []).map((provider) => `refuses ${shortHex(provider)}`),
  ];
  return parts.flat().join(', ') || '-';
}

/** `3 requests, 120 tokens, 0.01 MOR` */
export function usedText({ requests, tokens, spentMor }: ShownKey['usedToday']): string {
  if (requests === 0 && spentMor === '0') return '-';
  return `${countText(requests, 'request')}, ${countText(tokens, 'token')}, ${formatMor(BigInt(spentMor))} MOR`;
}

function limitArgument(text: string): number {
  const count = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_COUNT) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_COUNT}.`);
  return count;
}

function addressList(text: string, before: readonly Address[] = []): readonly Address[] {
  return [...before, addressArgument(text)];
}
