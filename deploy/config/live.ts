import type { HttpNetworkUserConfig } from 'hardhat/types';

/** The only place of the contracts' side that reads the environment. */
const env = process.env;

const HARDHAT_CHAIN_ID = 31_337;

/** A chain on this machine: where it listens, which chain it plays, where its deployment is recorded. */
export const localChain = {
  url: env['YELLOWSTONE_RPC_URL'] ?? 'http://127.0.0.1:8545',
  chainId: Number(env['YELLOWSTONE_CHAIN_ID'] ?? HARDHAT_CHAIN_ID),
  deployments: env['YELLOWSTONE_DEPLOYMENTS'] ?? 'deployments',
};

/** An address that a live network needs from the environment; missing ones are reported when the network is used. */
export const fromEnv = (name: string): string => env[name] ?? `$${name} is not set`;

/** Hardhat's network entry; throws if the network is chosen and something it needs is not set. */
export function liveNetwork(name: string, chainId: number, urlName: string): HttpNetworkUserConfig {
  const isChosen = env['HARDHAT_NETWORK'] === name || process.argv[process.argv.indexOf('--network') + 1] === name;
  const missing = isChosen ? missingFor(urlName) : [];
  if (missing.length > 0) throw new Error(`network ${name} needs these environment variables: ${missing.join(', ')}`);
  const key = env['DEPLOYER_PRIVATE_KEY'];
  return { chainId, url: env[urlName] ?? 'http://127.0.0.1:1', accounts: key ? [key] : [] };
}

/** Names of environment variables that a live network needs and that are not set. */
function missingFor(urlName: string): string[] {
  const names = [urlName, 'DEPLOYER_PRIVATE_KEY', 'GUARDIAN_ADDRESS', 'PROPOSER_ADDRESS'];
  return names.filter((name) => !env[name]);
}
