import './scripts/solcjs';
import './scripts/sources';
import '@nomicfoundation/hardhat-toolbox';
import 'hardhat-deploy';
import './scripts/bindings';
import './scripts/operate/task';
import './scripts/upgrade/task';
import './scripts/verify/task';
import { liveNetwork, localChain } from './deploy/config/live';
import type { HardhatUserConfig } from 'hardhat/config';

const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

/** Day 99 of the emission, 12:00 UTC; tests move on from there. */
const TESTS_START_AT = '2024-05-17T12:00:00Z';
/** `hardhat node` is a chain for people and programs: it keeps the time of the clock and mines every second. */
const isServing = process.argv.includes('node');
/** `hardhat coverage` compiles instrumented contracts; they stay apart from the ordinary ones. */
const isMeasuring = process.argv.includes('coverage');

const config: HardhatUserConfig = {
  solidity: {
    version: '0.8.30',
    settings: {
      evmVersion: 'cancun',
      viaIR: false,
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: 'none' },
    },
  },
  networks: {
    hardhat: {
      chainId: localChain.chainId,
      accounts: { mnemonic: DEV_MNEMONIC, count: 40 },
      ...(isServing ? { mining: { auto: true, interval: 1_000 } } : { initialDate: TESTS_START_AT }),
    },
    localhost: { url: localChain.url, accounts: { mnemonic: DEV_MNEMONIC } },
    arbitrum: liveNetwork('arbitrum', 42_161, 'ARBITRUM_RPC_URL'),
    arbitrumSepolia: liveNetwork('arbitrumSepolia', 421_614, 'ARBITRUM_SEPOLIA_RPC_URL'),
  },
  paths: {
    deploy: 'deploy/steps',
    deployments: localChain.deployments,
    ...(isMeasuring ? { artifacts: 'coverage/artifacts', cache: 'coverage/cache' } : {}),
  },
  namedAccounts: { deployer: 0, guardian: 1 },
  mocha: { timeout: 120_000 },
  gasReporter: { enabled: false },
  typechain: {
    outDir: 'typechain-types',
    target: 'ethers-v6',
    node16Modules: true,
    dontOverrideCompile: isMeasuring,
  },
};

export default config;
