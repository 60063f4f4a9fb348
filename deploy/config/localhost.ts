import { market } from './market';
import type { NetworkConfig } from './schema';

/** A chain on this machine, for the demo and for trying things. */
export const localhost: NetworkConfig = { ...market, timelockSeconds: 0 };
