import { expect } from 'chai';
import { ethers } from 'hardhat';
import { time } from '@nomicfoundation/hardhat-network-helpers';
import type { BaseContract, Interface } from 'ethers';
import { DAY, load, MOR, openMarket, Purpose, Verdict } from '../fixtures/market';
import { ownerOf } from '../fixtures/owner';
import { NO_RECEIPT, openSession } from '../fixtures/sessions';
import { casesOf } from '../fixtures/vectors';

const MAGIC = '0x1626ba7e';
const MAGIC_WORD = MAGIC.padEnd(66, '0');
const TRUE_WORD = ethers.zeroPadValue('0x01', 32);
const RIGHTS = ethers.id('delegation.rules.provider');
const Mood = { Answers: 0, Reverts: 1, BurnsGas: 2, SaysNothing: 3 } as const;
/** Bound of a call to a stranger, and what may come on top of it. */
const GAS_LIMIT = 100_000n;
const GAS_ROUND_ABOUT = 15_000n;

const spellings = casesOf('typed-data.json', 'recover').map(({ inputs, expected }) => ({
  name: String(inputs['name']),
  digest: String(inputs['digest']),
  signature: String(inputs['signature']),
  signer: (expected as { signer?: string }).signer,
}));
const good = spellings.find(({ name }) => name === 'canonical')!;
const ACCOUNT = good.signer!;

interface Actors {
  readonly harness: BaseContract;
  readonly stranger: BaseContract;
  readonly errors: { interface: Interface };
}

async function actors(): Promise<Actors> {
  const errors = await ethers.getContractAt('IYellowstone', ethers.ZeroAddress);
  return {
    harness: await ethers.deployContract('SignatureHarness'),
    stranger: await ethers.deployContract('Stranger'),
    errors,
  };
}

describe('Signatures', () => {
  const accepts = ({ harness }: Actors, account: string, signature = good.signature): Promise<bigint> =>
    harness.getFunction('requireSigner').staticCall(account, RIGHTS, good.digest, signature) as Promise<bigint>;
  const refuses = async (all: Actors, account: string, signature = good.signature): Promise<void> => {
    await expect(accepts(all, account, signature))
      .to.be.revertedWithCustomError(all.errors, 'SignatureInvalid')
      .withArgs(account, good.digest);
  };

  describe('of a key, TRUST scenario 5', () => {
    spellings.forEach(({ name, signature, signer }) => {
      it(`${name} is ${signer === undefined ? 'refused' : 'accepted'}`, async () => {
        const all = await load(actors);
        if (signer === undefined) await refuses(all, ACCOUNT, signature);
        else await accepts(all, ACCOUNT, signature);
      });
    });

    it('of another key is refused', async () => {
      await refuses(await load(actors), ethers.getAddress(`0x${'11'.repeat(20)}`));
    });
  });

  describe('of a contract wallet, TRUST scenario 6', () => {
    it('is accepted for the exact magic word, whatever the signature looks like', async () => {
      const all = await load(actors);
      await all.stranger.getFunction('answer')(MAGIC_WORD, 32);
      const wallet = await all.stranger.getAddress();
      for (const { signature } of spellings) await accepts(all, wallet, signature);
    });

    const refused: readonly (readonly [string, string, number])[] = [
      ['another word', ethers.ZeroHash, 32],
      ['true', TRUE_WORD, 32],
      ['the magic value at the wrong end of the word', ethers.zeroPadValue(MAGIC, 32), 32],
      ['the magic value with something behind it', `${MAGIC}${'0'.repeat(54)}01`, 32],
      ['the magic value in four bytes', MAGIC_WORD, 4],
      ['the magic value in 31 bytes', MAGIC_WORD, 31],
      ['nothing', MAGIC_WORD, 0],
      ['1 MB with the magic word first', MAGIC_WORD, 1_048_576],
    ];
    refused.forEach(([name, word, bytes]) => {
      it(`is refused for ${name}`, async () => {
        const all = await load(actors);
        await all.stranger.getFunction('answer')(word, bytes);
        await refuses(all, await all.stranger.getAddress());
      });
    });

    (['Reverts', 'BurnsGas', 'SaysNothing'] as const).forEach((mood) => {
      it(`is refused if the wallet ${mood === 'Reverts' ? 'reverts' : mood === 'BurnsGas' ? 'runs out of gas' : 'says nothing'}`, async () => {
        const all = await load(actors);
        await all.stranger.getFunction('answer')(MAGIC_WORD, 32);
        await all.stranger.getFunction('behave')(Mood[mood]);
        await refuses(all, await all.stranger.getAddress());
      });
    });
  });

  describe('of a delegate', () => {
    it('is accepted if the registry says exactly true', async () => {
      const all = await load(actors);
      const owner = ethers.getAddress(`0x${'22'.repeat(20)}`);
      await refuses(all, owner);
      await all.harness.getFunction('setRegistry')(all.stranger);
      await all.stranger.getFunction('answer')(TRUE_WORD, 32);
      await accepts(all, owner);
      for (const word of [ethers.ZeroHash, ethers.zeroPadValue('0x02', 32), MAGIC_WORD, `0x${'ff'.repeat(32)}`]) {
        await all.stranger.getFunction('answer')(word, 32);
        await refuses(all, owner);
      }
    });

    (['Reverts', 'BurnsGas', 'SaysNothing'] as const).forEach((mood) => {
      it(`is refused, within bounded gas, if the registry ${mood === 'Reverts' ? 'reverts' : mood === 'BurnsGas' ? 'runs out of gas' : 'says nothing'}`, async () => {
        const all = await load(actors);
        await all.harness.getFunction('setRegistry')(all.stranger);
        await all.stranger.getFunction('answer')(TRUE_WORD, 32);
        await all.stranger.getFunction('behave')(Mood[mood]);
        expect(await all.harness.getFunction('isDelegate')(ACCOUNT, ethers.ZeroAddress, RIGHTS)).to.equal(false);
        await refuses(all, ethers.getAddress(`0x${'22'.repeat(20)}`));
      });
    });

    it('is refused if the registry has no code', async () => {
      const all = await load(actors);
      await all.harness.getFunction('setRegistry')(ethers.getAddress(`0x${'33'.repeat(20)}`));
      expect(await all.harness.getFunction('isDelegate')(ACCOUNT, ethers.ZeroAddress, RIGHTS)).to.equal(false);
    });
  });

  describe('deadline, TRUST scenario 7', () => {
    it('is good now and 24 h ahead, refused a second before and after', async () => {
      const { harness, errors } = await load(actors);
      const require = (deadline: number): Promise<unknown> => harness.getFunction('requireDeadline')(deadline);
      const now = await time.latest();
      await require(now);
      await require(now + DAY);
      await expect(require(now - 1))
        .to.be.revertedWithCustomError(errors, 'DeadlinePassed')
        .withArgs(now - 1, now);
      await expect(require(now + DAY + 1))
        .to.be.revertedWithCustomError(errors, 'DeadlineTooFar')
        .withArgs(now + DAY + 1, now + DAY);
      await expect(require(0)).to.be.revertedWithCustomError(errors, 'DeadlinePassed');
    });
  });
});

describe('BoundedCalls', () => {
  const ask = async ({ harness, stranger }: Actors): Promise<{ ok: boolean; word: string; gasUsed: bigint }> => {
    const [ok, word, gasUsed] = (await harness.getFunction('firstWord')(stranger, '0x12345678')) as [
      boolean,
      string,
      bigint,
    ];
    return { ok, word, gasUsed };
  };

  it('gives the first word of an answer of a word or more', async () => {
    const all = await load(actors);
    for (const bytes of [32, 33, 64, 4_096]) {
      await all.stranger.getFunction('answer')(MAGIC_WORD, bytes);
      const { ok, word } = await ask(all);
      expect([ok, word], `${bytes} bytes`).to.deep.equal([true, MAGIC_WORD]);
    }
  });

  it('is not ok for less than a word, for a revert and for an account without code', async () => {
    const all = await load(actors);
    for (const bytes of [0, 1, 31]) {
      await all.stranger.getFunction('answer')(MAGIC_WORD, bytes);
      expect((await ask(all)).ok, `${bytes} bytes`).to.equal(false);
    }
    await all.stranger.getFunction('behave')(Mood.Reverts);
    expect((await ask(all)).ok).to.equal(false);
    const nobody = ethers.getAddress(`0x${'44'.repeat(20)}`);
    expect((await all.harness.getFunction('firstWord')(nobody, '0x'))[0]).to.equal(false);
  });

  it('spends bounded gas on a stranger that burns it or answers 1 MB', async () => {
    const all = await load(actors);
    await all.stranger.getFunction('answer')(MAGIC_WORD, 1_048_576);
    expect((await ask(all)).gasUsed).to.be.lessThan(GAS_LIMIT + GAS_ROUND_ABOUT);
    await all.stranger.getFunction('behave')(Mood.BurnsGas);
    const { ok, gasUsed } = await ask(all);
    expect(ok).to.equal(false);
    expect(gasUsed)
      .to.be.greaterThan(GAS_LIMIT)
      .and.lessThan(GAS_LIMIT + GAS_ROUND_ABOUT);
  });
});

describe('exits beside bad strangers, TRUST scenario 6 [YS-022]', () => {
  (['Reverts', 'BurnsGas', 'SaysNothing'] as const).forEach((mood) => {
    it(`close, unstake and withdraw work with a registry whose mood is ${mood}`, async () => {
      const market = await load(openMarket);
      const { diamond, mor, user } = market;
      const before = await mor.balanceOf(user);
      const { sessionId } = await openSession(market);
      const registry = await ethers.deployContract('Stranger');
      await registry.getFunction('behave')(Mood[mood]);
      await diamond.connect(await ownerOf(market)).setRegistry(registry);

      await diamond.connect(user).closeSession(sessionId, Verdict.Pass, NO_RECEIPT, '0x');
      const { activeMor } = await diamond.getStake(user, Purpose.Session);
      expect(activeMor).to.be.lessThan(1_000n * MOR);
      await diamond.connect(user).unstake(Purpose.Session, activeMor);
      await time.increase(2 * DAY);
      await diamond.connect(user).withdrawStake();
      expect(await mor.balanceOf(user)).to.equal(before);
    });
  });
});
