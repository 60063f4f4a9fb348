import { arbitrum } from './arbitrum';
import { arbitrumSepolia } from './arbitrumSepolia';
import { hardhat } from './hardhat';
import { localhost } from './localhost';
import { problemsOf, type NetworkConfig } from './schema';

const configs: Readonly<Record<string, NetworkConfig>> = { hardhat, localhost, arbitrum, arbitrumSepolia };

/** The validated configuration of a network; names every problem at once. */
export function configOf(network: string): NetworkConfig {
  const config = configs[network];
  if (config === undefined) {
    throw new Error(`no configuration for network ${network}; known: ${Object.keys(configs).join(', ')}`);
  }
  const problems = problemsOf(config);
  if (problems.length > 0) throw new Error(`deploy/config/${network}.ts:\n- ${problems.join('\n- ')}`);
  return config;
}
