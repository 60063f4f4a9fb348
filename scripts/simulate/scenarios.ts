/** 100 % in parts per million. */
export const PPM = 1_000_000n;

/** What people want of the network on a day. */
export interface Demand {
  /** Access stake as a part of the supply [ppm]. */
  readonly stakedPpm: bigint;
  /** What everybody together asks for [tokens]. */
  readonly tokens: bigint;
}

export const SCENARIO_NAMES = ['low', 'growing', 'saturated'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Demand of a day; progress runs from 0 to `PPM` over the year of the launch. */
export type Scenario = (progressPpm: bigint) => Demand;

const FIRST_TOKENS = 100_000_000n;
const GROWN_TOKENS = 30_000_000_000n;

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  // Few people: 1 % of the supply is staked, and a third of what it could use is asked for.
  low: () => ({ stakedPpm: 10_000n, tokens: FIRST_TOKENS }),
  // Both grow with the square of time: from 1 % to 40 % of the supply, from a tenth of a billion tokens to 30.
  growing: (progressPpm) => {
    const grown = (progressPpm * progressPpm) / PPM;
    return {
      stakedPpm: 10_000n + (390_000n * grown) / PPM,
      tokens: FIRST_TOKENS + ((GROWN_TOKENS - FIRST_TOKENS) * grown) / PPM,
    };
  },
  // More is asked for than the network can ever buy, and 60 % of the supply is staked for it.
  saturated: () => ({ stakedPpm: 600_000n, tokens: 1_000n * GROWN_TOKENS }),
};
