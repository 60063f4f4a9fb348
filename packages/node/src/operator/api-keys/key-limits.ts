import type { ApiKeyLimits } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import { AccountAddress, addressOf, Amount, amountOf, body } from '../fields.js';

const MAX_COUNT = 1_000_000_000;
const MAX_PROVIDERS = 100;

const Count = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_COUNT, description }));
const Mor = (description: string) => Type.Optional(Type.String({ ...Amount, description }));
const Providers = (description: string) =>
  Type.Optional(Type.Array(AccountAddress, { maxItems: MAX_PROVIDERS, description }));

/** What a key may use of its node: the stricter of both holds. */
export const KeyLimits = body({
  requestsPerMinute: Count('requests to models'),
  tokensPerMinute: Count('tokens in and out; known after each answer'),
  tokensPerDay: Count('tokens in and out on one UTC day'),
  maxMorPerDay: Mor('most that sessions opened for it may cost on one UTC day [MOR-wei]'),
  maxStakeMor: Mor('most session stake there may be after opening one for it [MOR-wei]'),
  maxPricePerSecondMor: Mor('highest price of a bid [MOR-wei per second]'),
  preferredProviders: Providers('they come before those that the node prefers'),
  refusedProviders: Providers('never asked for it, beside those that the node refuses'),
});
export type KeyLimits = Static<typeof KeyLimits>;

const AMOUNTS = ['maxMorPerDay', 'maxStakeMor', 'maxPricePerSecondMor'] as const;
const PROVIDERS = ['preferredProviders', 'refusedProviders'] as const;

/** @throws request_invalid for amounts above what contracts store and for addresses with a wrong checksum */
export function limitsOf(limits: KeyLimits): ApiKeyLimits {
  const { requestsPerMinute, tokensPerMinute, tokensPerDay } = limits;
  const counts = { requestsPerMinute, tokensPerMinute, tokensPerDay };
  const amounts = AMOUNTS.map((name) => [name, mapped(limits[name], (text) => amountOf(text, `limits.${name}`))]);
  const lists = PROVIDERS.map((name) => [name, limits[name]?.map((address) => addressOf(address, `limits.${name}`))]);
  return given({ ...counts, ...Object.fromEntries(amounts), ...Object.fromEntries(lists) }) as ApiKeyLimits;
}

/** As they are shown. */
export function limitsBody(limits: ApiKeyLimits): KeyLimits {
  const amounts = AMOUNTS.map((name) => [name, limits[name]?.toString()]);
  return given({ ...limits, ...Object.fromEntries(amounts) }) as KeyLimits;
}

function mapped<From, To>(value: From | undefined, change: (value: From) => To): To | undefined {
  return value === undefined ? undefined : change(value);
}

function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
