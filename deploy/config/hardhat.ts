import { market } from './market';
import type { NetworkConfig } from './schema';

/** The network inside Hardhat, for tests. */
export const hardhat: NetworkConfig = { ...market, timelockSeconds: 0 };
