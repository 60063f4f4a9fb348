import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { fundedMarket, load } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('reads of DelegationFacet', () => {
  it('name the rights by the hash of their words', async () => {
    const { diamond } = await load(fundedMarket);
    const table = [
      [await diamond.DELEGATION_RULES_PROVIDER(), 'delegation.rules.provider'],
      [await diamond.DELEGATION_RULES_MODEL(), 'delegation.rules.model'],
      [await diamond.DELEGATION_RULES_MARKETPLACE(), 'delegation.rules.marketplace'],
      [await diamond.DELEGATION_RULES_SESSION(), 'delegation.rules.session'],
    ] as const;
    for (const [actual, words] of table) expect(actual, words).to.equal(ethers.id(words));
  });

  it('tell delegates by account, right and moment', async () => {
    const market = await load(fundedMarket);
    const { diamond, provider, user, delegate } = market;
    await delegateTo(market, provider, delegate, 'MODEL');
    const model = await diamond.DELEGATION_RULES_MODEL();
    const session = await diamond.DELEGATION_RULES_SESSION();
    const table = [
      [delegate, provider, model, true],
      [delegate, provider, session, false],
      [delegate, user, model, false],
      [provider, delegate, model, false],
      [user, provider, model, false],
    ] as const;
    for (const [to, from, rights, expected] of table) {
      expect(await diamond.isRightsDelegated(to, from, rights)).to.equal(expected);
    }
    await delegateTo(market, provider, delegate, 'MODEL', false);
    expect(await diamond.isRightsDelegated(delegate, provider, model)).to.equal(false);
  });

  it('take every answer of a broken registry but a clean yes for a no', async () => {
    const market = await load(fundedMarket);
    const { diamond, provider, delegate } = market;
    const registry = await ethers.deployContract('MoodyRegistry');
    await diamond.connect(await ownerOf(market)).setRegistry(registry);
    const moods = [
      ['says yes', true],
      ['says two', false],
      ['says nothing', false],
      ['reverts', false],
      ['burns gas', false],
      ['answers 1 MB, which takes more gas than it has', false],
    ] as const;
    for (const [mood, [name, expected]] of moods.entries()) {
      await registry.getFunction('setMood')(mood);
      expect(await diamond.isRightsDelegated(delegate, provider, ethers.ZeroHash), name).to.equal(expected);
    }
  });
});
