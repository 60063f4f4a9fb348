import { expect } from 'chai';
import { ethers } from 'hardhat';
import { ENDPOINT, MOR, PRICE_MOR, Unit, load, openMarket, time } from '../../fixtures/market';

describe('reads of MarketplaceFacet', () => {
  it('are zero for bids that never were', async () => {
    const { diamond } = await load(openMarket);
    const zero = ethers.ZeroHash;
    expect(await diamond.getBid(zero)).to.deep.equal([ethers.ZeroAddress, zero, 0n, 0n, 0n, 0n]);
    expect(await diamond.isBidActive(zero)).to.equal(false);
    expect(await diamond.isTokenBidActive(zero)).to.equal(false);
    expect((await diamond.getBidView(zero)).isActive).to.equal(false);
  });

  it('derive ids from diamond, provider, model and nonce', async () => {
    const { diamond, provider, modelId } = await load(openMarket);
    const coder = ethers.AbiCoder.defaultAbiCoder();
    const words = coder.encode(
      ['address', 'address', 'bytes32', 'uint256'],
      [await diamond.getAddress(), provider.address, modelId, 7],
    );
    expect(await diamond.getBidId(provider, modelId, 7)).to.equal(ethers.keccak256(words));
    expect(await diamond.getProviderModelId(provider, modelId)).to.equal(
      ethers.solidityPackedKeccak256(['address', 'bytes32'], [provider.address, modelId]),
    );
  });

  it('tell settings and token', async () => {
    const { diamond, mor } = await load(openMarket);
    expect(await diamond.getBidFee()).to.equal((3n * MOR) / 10n);
    expect(await diamond.getFeeBalance()).to.equal((3n * MOR) / 10n);
    expect(await diamond.getMinMaxBidPricePerSecond()).to.deep.equal([10n ** 10n, 10n * MOR]);
    expect(await diamond.getMinMaxPricePerToken()).to.deep.equal([1n, MOR]);
    expect(await diamond.getToken()).to.equal(await mor.getAddress());
  });

  it('page bids of a model and of a provider, active and ever, with everything to choose by', async () => {
    const market = await load(openMarket);
    const { diamond, provider, modelId, bidId, rest, mor } = market;
    const ids = [bidId];
    for (const account of rest.slice(0, 9)) {
      await mor.mint(account, 10n * MOR);
      await mor.connect(account).approve(diamond, 10n * MOR);
      await diamond.connect(account).providerRegister(account, MOR, 'host:5');
      await diamond.connect(account).postModelBid(account, modelId, PRICE_MOR);
      ids.push(await diamond.getBidId(account, modelId, 0));
    }
    for (const [offset, limit] of [
      [0, 100],
      [6, 3],
      [9, 9],
      [10, 1],
    ] as const) {
      const expected = ids.slice(offset, offset + limit);
      expect(await diamond.getModelActiveBids(modelId, offset, limit)).to.deep.equal([expected, 10n]);
      expect(await diamond.getModelBids(modelId, offset, limit)).to.deep.equal([expected, 10n]);
      const [views, total] = await diamond.getModelBidViews(modelId, Unit.Second, offset, limit);
      expect([views.map((view) => view.bidId), total]).to.deep.equal([expected, 10n]);
    }
    await diamond.connect(provider).postModelBid(provider, modelId, 2n * PRICE_MOR);
    const postedAt = BigInt(await time.latest());
    const newId = await diamond.getBidId(provider, modelId, 1);
    await diamond.connect(provider).postTokenBid(provider, modelId, 5n);
    expect(await diamond.getProviderBids(provider, 0, 10)).to.deep.equal([[bidId, newId], 2n]);
    expect(await diamond.getProviderBids(provider, 1, 10)).to.deep.equal([[newId], 2n]);
    expect(await diamond.getProviderActiveBids(provider, 0, 10)).to.deep.equal([[newId], 1n]);
    expect(await diamond.getProviderActiveBids(provider, 1, 10)).to.deep.equal([[], 1n]);
    expect((await diamond.getProviderBidViews(provider)).length).to.equal(2);
    // A bid of an old version stays with its provider, but is not active.
    await diamond.connect(provider).modelRetire(modelId);
    expect(await diamond.getProviderActiveBids(provider, 0, 10)).to.deep.equal([[], 0n]);
    await diamond.connect(provider).confirmBid(newId);
    const view = await diamond.getBidView(newId);
    expect([...view].slice(0, 10)).to.deep.equal([
      newId,
      modelId,
      provider.address,
      BigInt(Unit.Second),
      2n * PRICE_MOR,
      postedAt,
      0n,
      true,
      ENDPOINT,
      100n * MOR,
    ]);
  });
});
