import { expect } from 'chai';
import { artifacts, ethers, network } from 'hardhat';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { casesOf, formulasOf } from '../fixtures/vectors';

/** The code of a facet at an address, as if its diamond stood there. */
async function placed(contract: string, address: string): Promise<string> {
  const { deployedBytecode } = await artifacts.readArtifact(contract);
  await network.provider.send('hardhat_setCode', [address, deployedBytecode]);
  return address;
}

async function facetAt(facet: string, address: string): Promise<IYellowstone> {
  return (await ethers.getContractAt('IYellowstone', await placed(facet, address))) as unknown as IYellowstone;
}

const textsOf = (inputs: Readonly<Record<string, unknown>>): Record<string, string> => inputs as Record<string, string>;

describe('ids', () => {
  const ANYWHERE = ethers.getAddress('0x00000000000000000000000000000000000face7');

  it('knows every formula of ids.json', () => {
    expect(formulasOf('ids.json')).to.have.members([
      'bidIdOf',
      'sessionIdOf',
      'modelIdOf',
      'providerModelIdOf',
      'delegationRule',
    ]);
  });

  it('of bids equal the vectors, unlike for every diamond', async () => {
    for (const { inputs, expected } of casesOf('ids.json', 'bidIdOf')) {
      const { diamond, provider, modelId, nonce } = textsOf(inputs);
      const facet = await facetAt('MarketplaceFacet', diamond!);
      expect(await facet.getBidId(provider!, modelId!, nonce!)).to.equal(expected);
    }
  });

  it('of sessions equal the vectors of this chain', async () => {
    const local = casesOf('ids.json', 'sessionIdOf').filter(({ inputs }) => inputs['chainId'] === '31337');
    expect(local.length).to.be.greaterThan(1);
    for (const { inputs, expected } of local) {
      const { diamond, index } = textsOf(inputs);
      const harness = await ethers.getContractAt('MathHarness', await placed('MathHarness', diamond!));
      expect(await harness.getFunction('sessionIdOf')(index)).to.equal(expected);
    }
  });

  it('of models and of pairs equal the vectors', async () => {
    const models = await facetAt('ModelFacet', ANYWHERE);
    for (const { inputs, expected } of casesOf('ids.json', 'modelIdOf')) {
      const { owner, baseId } = textsOf(inputs);
      expect(await models.getModelId(owner!, baseId!)).to.equal(expected);
    }
    const market = await facetAt('MarketplaceFacet', ANYWHERE);
    for (const { inputs, expected } of casesOf('ids.json', 'providerModelIdOf')) {
      const { provider, modelId } = textsOf(inputs);
      expect(await market.getProviderModelId(provider!, modelId!)).to.equal(expected);
    }
  });

  it('of rights equal the vectors', async () => {
    const facet = await facetAt('DelegationFacet', ANYWHERE);
    for (const { inputs, expected } of casesOf('ids.json', 'delegationRule')) {
      const name = `DELEGATION_RULES_${String(inputs['name']).toUpperCase()}`;
      expect(await facet.getFunction(name as 'DELEGATION_RULES_MODEL')()).to.equal(expected);
    }
  });
});
