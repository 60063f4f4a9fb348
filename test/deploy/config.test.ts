import { expect } from 'chai';
import { configOf } from '../../deploy/config';
import { hardhat } from '../../deploy/config/hardhat';
import { problemsOf } from '../../deploy/config/schema';
import { liveNetwork } from '../../deploy/config/live';

const NEEDED = ['ARBITRUM_RPC_URL', 'DEPLOYER_PRIVATE_KEY', 'GUARDIAN_ADDRESS', 'PROPOSER_ADDRESS'];

describe('deployment configuration', () => {
  it('is free of problems on local networks', () => {
    expect(problemsOf(configOf('hardhat'))).to.deep.equal([]);
    expect(problemsOf(configOf('localhost'))).to.deep.equal([]);
  });

  it('lists all problems at once', () => {
    const problems = problemsOf({
      ...hardhat,
      mor: '0x123',
      guardian: 'me',
      timelockSeconds: -1,
      guardBps: 101,
      budgetBps: 102,
      minOpenMor: 0n,
      startPriceMor: 0n,
      challengeRewardMor: -1n,
      demandDepositMor: 0n,
      routerRules: { ...hardhat.routerRules, commitIntervalSeconds: 0, meanAnswers: 0 },
      minPricePerSecondMor: 2n ** 128n,
      computeBucket: 5,
    });
    expect(problems).to.deep.equal([
      'mor is not an address: 0x123',
      'guardian is not an address: me',
      `minPricePerSecondMor is outside 0 to 2^128 - 1: ${2n ** 128n}`,
      'challengeRewardMor is outside 0 to 2^128 - 1: -1',
      'timelockSeconds is negative: -1',
      'guardBps is above 100: 101',
      'budgetBps is above guardBps: 102',
      'minOpenMor is zero',
      'startPriceMor is zero',
      'demandDepositMor is zero',
      'routerRules.commitIntervalSeconds is not positive',
      'routerRules.meanAnswers is not positive',
      'the prices per second have min above max',
      'computeBucket is no bucket: 5',
    ]);
  });

  it('refuses a network that it does not know, and names those it knows', () => {
    expect(() => configOf('mainnet')).to.throw(
      'no configuration for network mainnet; known: hardhat, localhost, arbitrum, arbitrumSepolia',
    );
  });

  describe('of a live network', () => {
    const environment = { ...process.env };
    const chosen = () => liveNetwork('arbitrum', 42_161, 'ARBITRUM_RPC_URL');

    beforeEach(() => {
      NEEDED.forEach((name) => delete process.env[name]);
      process.env['HARDHAT_NETWORK'] = 'arbitrum';
    });

    afterEach(() => {
      for (const name of [...NEEDED, 'HARDHAT_NETWORK']) {
        if (environment[name] === undefined) delete process.env[name];
        else process.env[name] = environment[name];
      }
    });

    it('names every environment variable that is missing', () => {
      expect(chosen).to.throw(`network arbitrum needs these environment variables: ${NEEDED.join(', ')}`);
    });

    it('names only those that are missing', () => {
      process.env['ARBITRUM_RPC_URL'] = 'http://127.0.0.1:1';
      process.env['PROPOSER_ADDRESS'] = '0x0000000000000000000000000000000000000001';
      expect(chosen).to.throw('variables: DEPLOYER_PRIVATE_KEY, GUARDIAN_ADDRESS');
    });

    it('needs nothing while another network is chosen', () => {
      process.env['HARDHAT_NETWORK'] = 'hardhat';
      expect(chosen().accounts).to.deep.equal([]);
    });
  });
});
