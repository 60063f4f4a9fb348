import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What a key may use, narrower than its node; what is absent is as the node is set. */
export interface ApiKeyLimits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerDay?: number;
  /** What sessions opened for the key may cost on one UTC day [MOR-wei]. */
  readonly maxMorPerDay?: bigint;
  /** The most session stake there may be after opening one for the key [MOR-wei]. */
  readonly maxStakeMor?: bigint;
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor?: bigint;
  readonly preferredProviders?: readonly string[];
  readonly refusedProviders?: readonly string[];
}

const Count = Type.Optional(Type.Integer({ minimum: 0 }));
const Amount = Type.Optional(Type.String({ pattern: '^(0|[1-9][0-9]{0,38})$' }));
const Providers = Type.Optional(Type.Array(Type.String()));

/** As they are stored: amounts are decimal strings. */
const Stored = Type.Object(
  {
    requestsPerMinute: Count,
    tokensPerMinute: Count,
    tokensPerDay: Count,
    maxMorPerDay: Amount,
    maxStakeMor: Amount,
    maxPricePerSecondMor: Amount,
    preferredProviders: Providers,
    refusedProviders: Providers,
  },
  { additionalProperties: false },
);

const validator = Compile(Stored);

export function limitsToJson(limits: ApiKeyLimits): string {
  return JSON.stringify(limits, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** @throws Error for what this version does not know: an unknown limit must not become no limit */
export function limitsFromJson(stored: unknown): ApiKeyLimits {
  if (!validator.Check(stored)) throw new Error('the limits of an API key are not what was stored');
  const { maxMorPerDay, maxStakeMor, maxPricePerSecondMor, ...others } = stored;
  return {
    ...others,
    ...(maxMorPerDay === undefined ? {} : { maxMorPerDay: BigInt(maxMorPerDay) }),
    ...(maxStakeMor === undefined ? {} : { maxStakeMor: BigInt(maxStakeMor) }),
    ...(maxPricePerSecondMor === undefined ? {} : { maxPricePerSecondMor: BigInt(maxPricePerSecondMor) }),
  };
}
