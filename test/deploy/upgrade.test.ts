import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import hre, { deployments, ethers } from 'hardhat';
import { expect } from 'chai';
import { FACETS, type FacetEntry } from '../../scripts/diamond/facets';
import { selectorsOf } from '../../scripts/diamond/wanted';
import type { StorageLayouts } from '../../scripts/storage-layout';
import { proposeCall, proposeUpgrade } from '../../scripts/upgrade/propose';
import { readProposals, type Proposal } from '../../scripts/upgrade/proposal';
import { cancelProposal, executeProposal, listPending } from '../../scripts/upgrade/settle';
import { ownedDiamond, type Owned } from '../../scripts/upgrade/timelock';
import { isDifferent } from '../../scripts/verify/row';
import { deploymentRows } from '../../scripts/verify/deployment';
import { stateOfRepository } from '../../scripts/verify/state';
import { HOUR, load, openMarket, time, type OpenMarket } from '../fixtures/market';

const HOURS_48 = 48 * HOUR;

/** The list of facets after somebody changed the pool. */
const CHANGED: readonly FacetEntry[] = FACETS.map((entry) =>
  entry.facet === 'PoolFacet' ? { facet: 'PoolFacetV2', serves: 'PoolFacetV2' } : entry,
);
const WITHOUT_CLAIMS: readonly FacetEntry[] = FACETS.filter(({ facet }) => facet !== 'ClaimFacet');

describe('upgrade', () => {
  let folder: string;
  let market: OpenMarket;
  let owned: Owned;
  let lines: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yellowstone-proposals-'));
    // A fixture of its own for each test, because the records of deployments are not part of a chain's snapshot.
    market = await load(() => openMarket());
    lines = [];
    owned = await ownedDiamond(hre, { folder, log: (line) => lines.push(line) });
  });

  afterEach(async () => rm(folder, { recursive: true }));

  const versionOf = async (): Promise<bigint> => {
    const pool = await ethers.getContractAt('PoolFacetV2', await market.diamond.getAddress());
    return pool['poolVersion']!() as Promise<bigint>;
  };
  /** The diamond's owner gets the delay of Arbitrum, by the path that every change takes. */
  const slowDown = async (): Promise<void> => {
    await proposeCall(owned, `updateDelay(${HOURS_48})`);
    await executeProposal(owned);
  };
  const refused = async (action: Promise<unknown>): Promise<string> =>
    action.then(
      () => 'it was not refused',
      (reason: unknown) => (reason as Error).message,
    );
  const proposed = async (): Promise<Proposal> => (await proposeUpgrade(owned, { facets: CHANGED }))!; // it changes

  it('has nothing to do while the diamond serves the code of the repository', async () => {
    expect(await proposeUpgrade(owned)).to.equal(undefined);
    expect(lines).to.include('nothing to do: the diamond serves the code of this repository');
    expect(readProposals(folder, 'hardhat')).to.deep.equal([]);
  });

  describe('of one facet under a 48 h timelock', () => {
    beforeEach(slowDown);

    it('writes the cut in words before it schedules it', async () => {
      const { operationId, words, delaySeconds } = await proposed();
      const file = await readFile(join(folder, `hardhat-${operationId}.json`), 'utf8');
      expect((JSON.parse(file) as Proposal).words).to.deep.equal(words);
      const { address } = await deployments.get('PoolFacetV2');
      const functions = await selectorsOf(hre, 'PoolFacet');
      expect(words.filter((line) => line.startsWith('replace'))).to.have.length(functions.length);
      expect(words.filter((line) => line.startsWith('add'))).to.deep.equal([
        `add ${ethers.id('poolVersion()').slice(0, 10)} poolVersion() at ${address}`,
      ]);
      expect(delaySeconds).to.equal(HOURS_48);
      expect(await market.timelock.isOperationPending(operationId)).to.equal(true);
    });

    it('refuses to execute too early and says how long', async () => {
      const { operationId } = await proposed();
      const readyAt = Number(await market.timelock.getTimestamp(operationId));
      await time.increaseTo(readyAt - 90 * 60);
      expect(await refused(executeProposal(owned))).to.include(`${operationId} is not ready: 1 h 30 min left, until `);
      await expect(versionOf()).to.be.reverted;
    });

    it('serves the new code after 48 h and keeps what is stored', async () => {
      const { operationId } = await proposed();
      const before = await stored(market);
      await time.increase(HOURS_48);
      await executeProposal(owned);

      expect(await versionOf()).to.equal(2n);
      const { address } = await deployments.get('PoolFacetV2');
      for (const selector of await selectorsOf(hre, 'PoolFacetV2')) {
        expect(await market.diamond.facetAddress(selector)).to.equal(address);
      }
      expect(await stored(market)).to.deep.equal(before);
      expect(await market.timelock.isOperationDone(operationId)).to.equal(true);
      expect(await proposeUpgrade(owned, { facets: CHANGED })).to.equal(undefined);
      expect((await deploymentRows(hre, CHANGED)).filter(isDifferent).map(({ subject }) => subject)).to.deep.equal([
        'timelock delay [s]',
      ]);
    });

    it('is forgotten when it is cancelled, and can be proposed again', async () => {
      const { operationId } = await proposed();
      await cancelProposal(owned);
      await time.increase(HOURS_48);
      expect(await refused(executeProposal(owned, operationId))).to.include(`${operationId} is not scheduled`);
      expect(await refused(cancelProposal(owned, operationId))).to.include('is not pending, its state is unknown');
      expect((await proposed()).operationId).to.equal(operationId);
    });

    it('is the only pending one', async () => {
      const { operationId } = await proposed();
      expect(await refused(proposeUpgrade(owned))).to.include(`upgrade ${operationId} is pending on hardhat`);
      expect(await listPending(owned)).to.have.length(1);
    });
  });

  it('takes the same path without delay on a local chain, back and forth', async () => {
    await proposed();
    await executeProposal(owned);
    expect(await versionOf()).to.equal(2n);
    await proposeUpgrade(owned, { allowRemoval: true });
    await executeProposal(owned);
    await expect(versionOf()).to.be.reverted;
    const again = await proposed();
    await executeProposal(owned);
    expect(await versionOf()).to.equal(2n);
    expect(again.salt).to.equal(ethers.toBeHex(1, 32));
  });

  it('refuses to remove the functions of a facet that was forgotten in the list', async () => {
    expect(await refused(proposeUpgrade(owned, { facets: WITHOUT_CLAIMS }))).to.match(
      /would remove .*claimSessionCredits\(address,uint128\).* --allow-removal/,
    );
    expect(readProposals(folder, 'hardhat')).to.deep.equal([]);
  });

  it('removes functions when it is meant', async () => {
    const { words } = (await proposeUpgrade(owned, { facets: WITHOUT_CLAIMS, allowRemoval: true }))!; // it changes
    const functions = await selectorsOf(hre, 'IClaims');
    expect(words.filter((line) => line.startsWith('remove'))).to.have.length(functions.length);
  });

  it('refuses another storage layout before anything is deployed', async () => {
    const record = await deployments.get('Yellowstone');
    const { storage } = record.linkedData as { storage: StorageLayouts };
    const { feeMor, count, ...rest } = fieldsByName(storage, 'Bid');
    const fields = [count, feeMor, ...Object.values(rest)];
    const Bid = { ...storage['Bid'], layout: { ...storage['Bid']!.layout, fields } };
    await deployments.save('Yellowstone', { ...record, linkedData: { storage: { ...storage, Bid } } });
    expect(await refused(proposed())).to.match(
      /may only grow at the end:\n- Bid.Layout: feeMor stands where count was/,
    );
    expect(await deployments.getOrNull('PoolFacetV2')).to.equal(undefined);
  });

  describe('of a parameter', () => {
    it('takes the same path', async () => {
      await proposeCall(owned, 'setPoolParameters(50, 90, 2000000000000000000)');
      await executeProposal(owned);
      expect(await market.diamond.getPoolParameters()).to.deep.equal([50n, 90n, 2n * 10n ** 18n]);
    });

    it('is what verify:deployment then finds, with both values', async () => {
      await proposeCall(owned, 'setPoolParameters(50, 100, 1000000000000000000)');
      await executeProposal(owned);
      expect((await deploymentRows(hre)).filter(isDifferent)).to.deep.equal([
        { subject: 'budgetBps', expected: '100', found: '50' },
      ]);
    });

    it('refuses a function that nobody has, and a wrong number of values', async () => {
      expect(await refused(proposeCall(owned, 'setNothing(1)'))).to.include('neither the diamond nor the timelock');
      expect(await refused(proposeCall(owned, 'setGuardian()'))).to.include('takes 1 values, 0 given');
      expect(await refused(proposeCall(owned, 'setGuardian'))).to.include('write name(value, value)');
    });
  });

  describe('a second deployment', () => {
    it('sends nothing and says that there is nothing to do', async () => {
      const sent = await ethers.provider.getTransactionCount(market.deployer);
      const before = await deployments.all();
      await deployments.run('diamond', { resetMemory: false, deletePreviousDeployments: false });
      expect(await ethers.provider.getTransactionCount(market.deployer)).to.equal(sent);
      expect(await deployments.all()).to.deep.equal(before);
      expect(await stateOfRepository(hre)).to.equal(
        `nothing to do: the diamond at ${await market.diamond.getAddress()} runs the code of this repository`,
      );
    });

    it('completes the records of a first one that was interrupted', async () => {
      const record = await deployments.get('Yellowstone');
      await deployments.delete('Yellowstone');
      await deployments.run('diamond', { resetMemory: false, deletePreviousDeployments: false });
      const { address, linkedData } = await deployments.get('Yellowstone');
      expect({ address, linkedData }).to.deep.equal({ address: record.address, linkedData: record.linkedData });
    });

    it('names the facets that differ and points to an upgrade', async () => {
      await proposed();
      await executeProposal(owned);
      expect(await stateOfRepository(hre))
        .to.include('differs from this repository in PoolFacet code, other functions')
        .and.include('npm run upgrade -- propose --network hardhat');
    });

    it('stops when the chain has no diamond where the records name one', async () => {
      await deployments.save('Diamond', { address: market.stranger.address, abi: [] });
      expect(await refused(stateOfRepository(hre))).to.include('but this chain has no code there');
    });
  });
});

const fieldsByName = (storage: StorageLayouts, noun: string) =>
  Object.fromEntries(storage[noun]!.layout.fields.map((field) => [field.name, field]));

/** Values of several nouns, as the diamond answers them. */
async function stored({ diamond, provider, modelId, bidId }: OpenMarket): Promise<unknown[]> {
  return [
    await diamond.owner(),
    await diamond.getPoolParameters(),
    await diamond.getEmissionSchedule(),
    await diamond.getTreasury(),
    await diamond.getProvider(provider),
    await diamond.getModel(modelId),
    await diamond.getBid(bidId),
  ];
}
