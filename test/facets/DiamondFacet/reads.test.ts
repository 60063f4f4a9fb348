import { expect } from 'chai';
import { deployments, ethers } from 'hardhat';
import { ZeroAddress } from 'ethers';
import { FACETS } from '../../../scripts/diamond/facets';
import { fundedMarket, load } from '../../fixtures/market';

describe('reads of DiamondFacet', () => {
  it('name every facet with its functions', async () => {
    const { diamond } = await load(fundedMarket);
    const addresses = await Promise.all(FACETS.map(async ({ facet }) => (await deployments.get(facet)).address));
    expect([...(await diamond.facetAddresses())]).to.have.members(addresses);
    const facets = await diamond.facets();
    expect(facets.map((each) => each.facetAddress)).to.deep.equal(await diamond.facetAddresses());
    let functions = 0;
    for (const { facetAddress, functionSelectors } of facets) {
      expect(await diamond.facetFunctionSelectors(facetAddress)).to.deep.equal(functionSelectors);
      for (const selector of functionSelectors) expect(await diamond.facetAddress(selector)).to.equal(facetAddress);
      functions += functionSelectors.length;
    }
    expect(functions).to.equal(diamond.interface.fragments.filter((each) => each.type === 'function').length);
    expect(await diamond.facetAddress('0x00000000')).to.equal(ZeroAddress);
    expect(await diamond.facetFunctionSelectors(diamond)).to.deep.equal([]);
  });

  it('tell the interfaces of ERC-165', async () => {
    const { diamond } = await load(fundedMarket);
    const table = [
      ['ERC-165', '0x01ffc9a7', true],
      ['the cut', '0x1f931c1c', true],
      ['the loupe', '0x48e2b093', true],
      ['nothing', '0xffffffff', false],
      ['ERC-20', '0x36372b07', false],
    ] as const;
    for (const [name, id, expected] of table) expect(await diamond.supportsInterface(id), name).to.equal(expected);
  });

  it('refuse functions that nobody serves, empty calls and ether', async () => {
    const { diamond, user } = await load(fundedMarket);
    await expect(user.sendTransaction({ to: diamond, data: '0x12345678' }))
      .to.be.revertedWithCustomError(diamond, 'FunctionNotFound')
      .withArgs('0x12345678');
    await expect(user.sendTransaction({ to: diamond, data: '0x' }))
      .to.be.revertedWithCustomError(diamond, 'FunctionNotFound')
      .withArgs('0x00000000');
    await expect(user.sendTransaction({ to: diamond, value: 1n })).to.be.reverted;
    expect(await ethers.provider.getBalance(diamond)).to.equal(0n);
  });
});
