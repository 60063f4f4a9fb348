import '@nomicfoundation/hardhat-ethers';
import '../../scripts/solcjs';
import type { HardhatUserConfig } from 'hardhat/config';

const config: HardhatUserConfig = {
  solidity: { version: '0.8.30', settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 200 } } },
  networks: {
    localhost: {
      url: process.env['YELLOWSTONE_RPC_URL'] ?? 'http://127.0.0.1:8545',
      accounts: [process.env['CONSUMER_KEY'] ?? ''].filter((key) => key !== ''),
    },
  },
  paths: { tests: 'test', cache: '../../cache/examples', artifacts: '../../cache/examples/artifacts' },
  mocha: { timeout: 60_000 },
};

export default config;
