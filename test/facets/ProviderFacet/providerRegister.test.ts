import { expect } from 'chai';
import { delegateTo } from '../../fixtures/delegation';
import { OpenZeppelin } from '../../fixtures/errors';
import { ENDPOINT, MOR, Op, fundedMarket, load, time, type Market } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

const MINIMUM_MOR = MOR / 5n;

describe('providerRegister', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond;
  });

  const register = (amountMor: bigint, endpoint = ENDPOINT, as = market.provider) =>
    diamond.connect(as).providerRegister(market.provider, amountMor, endpoint);

  describe('given registering is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Register);
      const { until } = await diamond.pauseState();
      await expect(register(MOR))
        .to.be.revertedWithCustomError(diamond, 'OperationPaused')
        .withArgs(Op.Register, until);
    });
  });

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(register(MOR, ENDPOINT, market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('when the amount does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(register(2n ** 128n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the endpoint is empty', () => {
    it('it should revert with EndpointLengthInvalid', async () => {
      await expect(register(MOR, '')).to.be.revertedWithCustomError(diamond, 'EndpointLengthInvalid').withArgs(0, 256);
    });
  });

  describe('when the endpoint is too long', () => {
    it('it should revert with EndpointLengthInvalid', async () => {
      await expect(register(MOR, 'x'.repeat(257)))
        .to.be.revertedWithCustomError(diamond, 'EndpointLengthInvalid')
        .withArgs(257, 256);
      await expect(register(MOR, 'x'.repeat(256))).to.emit(diamond, 'ProviderRegistered');
    });
  });

  describe('given the provider is not registered', () => {
    describe('when the amount is zero', () => {
      it('it should revert with ProviderStakeTooLow', async () => {
        await expect(register(0n))
          .to.be.revertedWithCustomError(diamond, 'ProviderStakeTooLow')
          .withArgs(0, MINIMUM_MOR);
      });
    });

    describe('when the amount is below the minimum', () => {
      it('it should revert with ProviderStakeTooLow', async () => {
        await expect(register(MINIMUM_MOR - 1n))
          .to.be.revertedWithCustomError(diamond, 'ProviderStakeTooLow')
          .withArgs(MINIMUM_MOR - 1n, MINIMUM_MOR);
      });
    });

    describe('when the amount is the minimum', () => {
      it('it should register', async () => {
        const tx = await expectMoney(market, () => register(MINIMUM_MOR), {
          wallets: [[market.provider, -MINIMUM_MOR]],
          buckets: { ProviderStakes: MINIMUM_MOR },
        });
        await expect(tx).to.emit(diamond, 'ProviderRegistered').withArgs(market.provider.address);
        await expect(tx)
          .to.emit(diamond, 'ProviderUpdated')
          .withArgs(market.provider.address, MINIMUM_MOR, MINIMUM_MOR, ENDPOINT);
        expect(await diamond.getProvider(market.provider)).to.deep.equal([
          ENDPOINT,
          MINIMUM_MOR,
          BigInt(await time.latest()),
          0n,
          0n,
          false,
        ]);
        expect(await diamond.getIsProviderActive(market.provider)).to.equal(true);
        expect(await diamond.getActiveProviders(0, 10)).to.deep.equal([[market.provider.address], 1n]);
      });
    });
  });

  describe('given the provider is registered', () => {
    beforeEach(async () => {
      await register(MOR);
    });

    describe('when an amount and another endpoint are given', () => {
      it('it should top up and change the endpoint', async () => {
        const createdAt = (await diamond.getProvider(market.provider)).createdAt;
        const tx = await expectMoney(market, () => register(5n, 'host:9'), {
          wallets: [[market.provider, -5n]],
          buckets: { ProviderStakes: 5n },
        });
        await expect(tx)
          .to.emit(diamond, 'ProviderUpdated')
          .withArgs(market.provider.address, 5n, MOR + 5n, 'host:9');
        expect(await diamond.getProvider(market.provider)).to.deep.equal([
          'host:9',
          MOR + 5n,
          createdAt,
          0n,
          0n,
          false,
        ]);
        expect((await diamond.getActiveProviders(0, 10))[1]).to.equal(1n);
      });
    });

    describe('given the minimum was raised later', () => {
      it('it should stay, and ask for the minimum at the next registration', async () => {
        await diamond.connect(await ownerOf(market)).providerSetMinStake(2n * MOR);
        expect(await diamond.getIsProviderActive(market.provider)).to.equal(true);
        await expect(register(0n))
          .to.be.revertedWithCustomError(diamond, 'ProviderStakeTooLow')
          .withArgs(MOR, 2n * MOR);
        await expect(register(MOR)).to.emit(diamond, 'ProviderRegistered');
      });
    });

    describe('when a delegate registers', () => {
      it('it should pull the amount from the provider', async () => {
        await delegateTo(market, market.provider, market.delegate, 'PROVIDER');
        await expectMoney(market, () => register(5n, ENDPOINT, market.delegate), {
          wallets: [
            [market.provider, -5n],
            [market.delegate, 0n],
          ],
          buckets: { ProviderStakes: 5n },
        });
      });
    });
  });

  describe('given the provider has left', () => {
    it('it should come back and keep the time of the first registration', async () => {
      await register(MOR);
      const createdAt = (await diamond.getProvider(market.provider)).createdAt;
      await diamond.connect(market.provider).providerDeregister(market.provider);
      await register(MINIMUM_MOR);
      expect(await diamond.getProvider(market.provider)).to.deep.equal([
        ENDPOINT,
        MINIMUM_MOR,
        createdAt,
        0n,
        0n,
        false,
      ]);
      expect(await diamond.getIsProviderActive(market.provider)).to.equal(true);
    });
  });
});
