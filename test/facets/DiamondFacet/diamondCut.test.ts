import { expect } from 'chai';
import { deployments, ethers } from 'hardhat';
import { Interface, ZeroAddress } from 'ethers';
import { CutAction } from '../../../scripts/diamond/cuts';
import { wordOf } from '../../fixtures/errors';
import { fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { NO_PARAMETERS } from '../../fixtures/parameters';

const UNKNOWN = '0x12345678';

describe('diamondCut', () => {
  let market: Market;
  let diamond: Market['diamond'];
  let facet: string;
  let other: string;
  let guardianSelector: string;

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
    guardianSelector = diamond.interface.getFunction('guardian').selector;
    facet = await diamond.facetAddress(guardianSelector);
    other = (await deployments.get('PoolFacet')).address;
  });

  const cut = (facetAddress: string, action: number, functionSelectors: string[], init = ZeroAddress, data = '0x') =>
    diamond.diamondCut([{ facetAddress, action, functionSelectors }], init, data);

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).diamondCut([], ZeroAddress, '0x'))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when a cut has no functions', () => {
    it('it should revert with CutWithoutSelectors', async () => {
      await expect(cut(facet, CutAction.Add, []))
        .to.be.revertedWithCustomError(diamond, 'CutWithoutSelectors')
        .withArgs(facet);
    });
  });

  describe('when the facet has no code', () => {
    it('it should revert with NoCode', async () => {
      for (const action of [CutAction.Add, CutAction.Replace]) {
        await expect(cut(market.stranger.address, action, [UNKNOWN]))
          .to.be.revertedWithCustomError(diamond, 'NoCode')
          .withArgs(market.stranger.address);
      }
    });
  });

  describe('when functions are added', () => {
    it('it should serve them from the facet', async () => {
      const selector = new Interface(['function mint(address,uint256)']).getFunction('mint')!.selector;
      const tx = cut(other, CutAction.Add, [UNKNOWN, selector]);
      await expect(tx).to.emit(diamond, 'DiamondCut');
      expect(await diamond.facetAddress(UNKNOWN)).to.equal(other);
      expect(await diamond.facetFunctionSelectors(other)).to.include.members([UNKNOWN, selector]);
    });
  });

  describe('when an added function is there', () => {
    it('it should revert with SelectorExists', async () => {
      await expect(cut(other, CutAction.Add, [guardianSelector]))
        .to.be.revertedWithCustomError(diamond, 'SelectorExists')
        .withArgs(guardianSelector, facet);
    });
  });

  describe('when a function is added twice in one cut', () => {
    it('it should revert with SelectorExists', async () => {
      await expect(cut(other, CutAction.Add, [UNKNOWN, UNKNOWN]))
        .to.be.revertedWithCustomError(diamond, 'SelectorExists')
        .withArgs(UNKNOWN, other);
    });
  });

  describe('when functions are replaced', () => {
    it('it should serve them from the new facet', async () => {
      const again = await ethers.deployContract('AccessFacet');
      await expect(cut(await again.getAddress(), CutAction.Replace, [guardianSelector])).to.emit(diamond, 'DiamondCut');
      expect(await diamond.facetAddress(guardianSelector)).to.equal(await again.getAddress());
      expect(await diamond.guardian()).to.equal(market.guardian.address);
    });
  });

  describe('when a replaced function is not there', () => {
    it('it should revert with SelectorMissing', async () => {
      await expect(cut(other, CutAction.Replace, [UNKNOWN]))
        .to.be.revertedWithCustomError(diamond, 'SelectorMissing')
        .withArgs(UNKNOWN);
    });
  });

  describe('when a function is replaced by the facet that serves it', () => {
    it('it should revert with SelectorUnchanged', async () => {
      await expect(cut(facet, CutAction.Replace, [guardianSelector]))
        .to.be.revertedWithCustomError(diamond, 'SelectorUnchanged')
        .withArgs(guardianSelector, facet);
    });
  });

  describe('when functions are removed', () => {
    it('it should serve them no longer', async () => {
      await cut(ZeroAddress, CutAction.Remove, [guardianSelector]);
      expect(await diamond.facetAddress(guardianSelector)).to.equal(ZeroAddress);
      await expect(diamond.guardian())
        .to.be.revertedWithCustomError(diamond, 'FunctionNotFound')
        .withArgs(guardianSelector);
    });
  });

  describe('when a removed function is not there', () => {
    it('it should revert with SelectorMissing', async () => {
      await expect(cut(ZeroAddress, CutAction.Remove, [UNKNOWN]))
        .to.be.revertedWithCustomError(diamond, 'SelectorMissing')
        .withArgs(UNKNOWN);
    });
  });

  describe('when a removal names a facet', () => {
    it('it should revert with RemovalNamesFacet', async () => {
      await expect(cut(facet, CutAction.Remove, [guardianSelector]))
        .to.be.revertedWithCustomError(diamond, 'RemovalNamesFacet')
        .withArgs(facet);
    });
  });

  describe('when the cut itself is removed [YS-053]', () => {
    it('it should revert with CutSelectorRemoved', async () => {
      const selector = diamond.interface.getFunction('diamondCut').selector;
      await expect(cut(ZeroAddress, CutAction.Remove, [selector])).to.be.revertedWithCustomError(
        diamond,
        'CutSelectorRemoved',
      );
    });
  });

  describe('when the action does not exist', () => {
    it('it should revert', async () => {
      await expect(cut(facet, 3, [UNKNOWN])).to.be.reverted;
    });
  });

  describe('when an initialiser is named', () => {
    describe('given it has no code', () => {
      it('it should revert with NoCode', async () => {
        await expect(cut(other, CutAction.Add, [UNKNOWN], market.stranger.address))
          .to.be.revertedWithCustomError(diamond, 'NoCode')
          .withArgs(market.stranger.address);
      });
    });

    describe('given it reverts', () => {
      it('it should pass its error on and change nothing', async () => {
        const init = await ethers.getContractAt('DiamondInit', (await deployments.get('DiamondInit')).address);
        const parameters = { ...NO_PARAMETERS, mor: market.stranger.address };
        const data = init.interface.encodeFunctionData('initialise', [parameters]);
        await expect(cut(other, CutAction.Add, [UNKNOWN], await init.getAddress(), data))
          .to.be.revertedWithCustomError(diamond, 'ZeroValue')
          .withArgs(wordOf('mor'));
        expect(await diamond.facetAddress(UNKNOWN)).to.equal(ZeroAddress);
      });
    });

    describe('given it succeeds', () => {
      it('it should run inside the diamond after the cut', async () => {
        const data = diamond.interface.encodeFunctionData('setGuardian', [market.user.address]);
        await expect(cut(other, CutAction.Add, [UNKNOWN], facet, data))
          .to.emit(diamond, 'GuardianUpdated')
          .withArgs(market.guardian.address, market.user.address);
        expect(await diamond.guardian()).to.equal(market.user.address);
      });
    });
  });
});
