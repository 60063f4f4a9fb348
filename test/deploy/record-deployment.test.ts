import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { deployments, ethers, network } from 'hardhat';
import { deploymentFrom, recordDeployment, withDeployment } from '../../scripts/record-deployment';

const MOR = '0x092bAaDB7DEf4C3981454dD9c0A0D7FF07bCFc86';
const REGISTRY = '0x00000000000000447e69651d841bD8D104Bed493';
const records = {
  Diamond: { address: '0x1111111111111111111111111111111111111111', receipt: { blockNumber: 7 } },
  TimelockController: { address: '0x2222222222222222222222222222222222222222' },
  DevMor: { address: '0x3333333333333333333333333333333333333333' },
};
const recorded = {
  diamond: records.Diamond.address,
  mor: MOR,
  timelock: records.TimelockController.address,
  delegateRegistry: REGISTRY,
  block: 7,
};

describe('recording a deployment', () => {
  it("takes the network's own MOR and registry before deployed ones", () => {
    expect(deploymentFrom(records, { mor: MOR, delegateRegistry: REGISTRY })).to.deep.equal(recorded);
    expect(deploymentFrom(records, { delegateRegistry: REGISTRY }).mor).to.equal(records.DevMor.address);
  });

  it('names everything that is missing at once', () => {
    const attempt = (): unknown => deploymentFrom({}, { mor: MOR });
    expect(attempt).to.throw(/Diamond, TimelockController, LocalDelegateRegistry, the receipt of Diamond's creation/);
  });

  it('keeps other chains and replaces the same one', () => {
    const before = { 42161: recorded, 1: recorded };
    const after = withDeployment(before, 42_161n, { ...recorded, block: 8 });
    expect(after).to.deep.equal({ 1: recorded, 42161: { ...recorded, block: 8 } });
    expect(before[42161].block).to.equal(7);
  });

  it('refuses a chain on one machine', async () => {
    const refusal = await recordDeployment({ deployments, ethers, network }).catch((error: Error) => error.message);
    expect(refusal).to.equal('hardhat is not a live network; only live ones are recorded');
  });

  it('writes what the real steps deployed', async () => {
    await deployments.fixture();
    const folder = mkdtempSync(join(tmpdir(), 'yellowstone-record-'));
    const file = join(folder, 'deployments.json');
    try {
      writeFileSync(file, '{}\n');
      const live = { ...network, name: 'hardhat', live: true };
      const deployment = await recordDeployment({ deployments, ethers, network: live }, file);
      const { address, receipt } = await deployments.get('Diamond');
      expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal({ 31337: deployment });
      expect(deployment).to.include({ diamond: address, block: receipt?.blockNumber });
      expect(deployment.mor).to.equal((await deployments.get('DevMor')).address);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
