import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany } from '../fixtures/batch';
import { runsOf } from '../fixtures/vectors';

const MAX_TAGS = 16;
const MAX_TAG_BYTES = 64;
const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

describe('Tags', () => {
  let harness: BaseContract;

  before(async () => {
    harness = await ethers.deployContract('TagHarness');
  });

  it('come back as they were packed, empty and non-ASCII ones too', async () => {
    const tag = fc
      .oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('', 'llm', 'x'.repeat(MAX_TAG_BYTES)))
      .filter((text) => bytesOf(text) <= MAX_TAG_BYTES);
    const lists = fc.sample(fc.array(tag, { maxLength: MAX_TAGS }), { numRuns: runsOf(200), seed: 7 });
    const packed = await readMany(
      harness,
      lists.map((tags) => ['pack', [tags]]),
    );
    const unpacked = await readMany(
      harness,
      packed.map((answer) => ['unpack', [answer[0]]]),
    );
    lists.forEach((tags, i) => {
      expect([...(unpacked[i]![0] as string[])]).to.deep.equal(tags);
      const bytes = tags.reduce((sum, text) => sum + 1 + bytesOf(text), 0);
      expect(ethers.dataLength(packed[i]![0] as string)).to.equal(bytes);
    });
  });

  it('write the length of each tag in one byte before it', async () => {
    expect(await harness.getFunction('pack')(['llm', '', 'tee'])).to.equal('0x036c6c6d0003746565');
    expect([...((await harness.getFunction('unpack')('0x')) as string[])]).to.deep.equal([]);
  });

  it('are refused above 16 or above 64 bytes', async () => {
    const { interface: errors } = await ethers.getContractAt('IYellowstone', ethers.ZeroAddress);
    const pack = (tags: string[]) => harness.getFunction('pack').staticCall(tags);
    await expect(pack(Array.from({ length: 17 }, () => 'x')))
      .to.be.revertedWithCustomError({ interface: errors }, 'ModelTagsInvalid')
      .withArgs(17, MAX_TAGS, MAX_TAG_BYTES);
    await expect(pack(['ok', 'x'.repeat(65)]))
      .to.be.revertedWithCustomError({ interface: errors }, 'ModelTagsInvalid')
      .withArgs(2, MAX_TAGS, MAX_TAG_BYTES);
    expect(ethers.dataLength((await pack(Array.from({ length: 16 }, () => 'x'.repeat(64)))) as string)).to.equal(1_040);
  });
});
