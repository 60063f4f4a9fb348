import { fromEnv } from './live';
import { market } from './market';
import type { NetworkConfig } from './schema';

const MINUTES_10 = 600;

/** Arbitrum Sepolia, for rehearsals: a development MOR and a short timelock. */
export const arbitrumSepolia: NetworkConfig = {
  ...market,
  chainId: 421_614,
  delegateRegistry: '0x00000000000000447e69651d841bD8D104Bed493',
  timelockSeconds: MINUTES_10,
  proposer: fromEnv('PROPOSER_ADDRESS'),
  guardian: fromEnv('GUARDIAN_ADDRESS'),
};
