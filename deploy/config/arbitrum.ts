import { fromEnv } from './live';
import { market } from './market';
import type { NetworkConfig } from './schema';

const HOURS_48 = 172_800;

/** Arbitrum One. */
export const arbitrum: NetworkConfig = {
  ...market,
  chainId: 42_161,
  mor: '0x092bAaDB7DEf4C3981454dD9c0A0D7FF07bCFc86',
  delegateRegistry: '0x00000000000000447e69651d841bD8D104Bed493',
  timelockSeconds: HOURS_48,
  proposer: fromEnv('PROPOSER_ADDRESS'),
  guardian: fromEnv('GUARDIAN_ADDRESS'),
};
