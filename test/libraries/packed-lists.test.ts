import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { runsOf } from '../fixtures/vectors';

const UINT32_MAX = 2 ** 32 - 1;
const Kind = { Push: 0, Set: 1, Remove: 2 } as const;

interface Wish {
  readonly kind: number;
  /** Place as a fraction of the list, because its length is not known yet. */
  readonly place: number;
  readonly item: number;
}

const wish = fc.record({
  kind: fc.constantFrom(Kind.Push, Kind.Push, Kind.Set, Kind.Remove),
  place: fc.nat({ max: 999 }),
  item: fc.oneof(fc.nat({ max: UINT32_MAX }), fc.constantFrom(0, 1, UINT32_MAX)),
});

/** The same changes on a plain array, and what each call must give back. */
function play(wishes: readonly Wish[]): {
  steps: { kind: number; position: number; item: number }[];
  answers: bigint[];
  list: number[];
} {
  const list: number[] = [];
  const answers: bigint[] = [];
  const steps = wishes.map(({ kind, place, item }) => {
    if (list.length === 0 || kind === Kind.Push) {
      list.push(item);
      answers.push(BigInt(list.length));
      return { kind: Kind.Push, position: 0, item };
    }
    const position = 1 + (place % list.length);
    if (kind === Kind.Set) {
      list[position - 1] = item;
      answers.push(0n);
      return { kind, position, item };
    }
    const last = list.pop()!;
    const isMoved = position - 1 < list.length;
    if (isMoved) list[position - 1] = last;
    answers.push(isMoved ? BigInt(last) + 1n : 0n);
    return { kind, position, item: 0 };
  });
  return { steps, answers, list };
}

async function pageOf(harness: BaseContract, offset: number | bigint, limit: number | bigint): Promise<number[]> {
  const [items] = (await harness.getFunction('page')(offset, limit)) as [bigint[], bigint];
  return items.map(Number);
}

describe('PackedLists', () => {
  it('behaves like an array for random series of push, set and remove', async () => {
    const property = fc.asyncProperty(
      fc.array(wish, { minLength: 1, maxLength: 60 }),
      fc.nat({ max: 40 }),
      fc.nat({ max: 40 }),
      async (wishes, offset, limit) => {
        const { steps, answers, list } = play(wishes);
        const harness = await ethers.deployContract('ListHarness');
        expect(await harness.getFunction('change').staticCall(steps)).to.deep.equal(answers);
        await harness.getFunction('change')(steps, { gasLimit: 15_000_000 });
        expect(await pageOf(harness, 0, 2n ** 255n)).to.deep.equal(list);
        expect(await pageOf(harness, offset, limit)).to.deep.equal(list.slice(offset, offset + limit));
        expect(await harness.getFunction('length')()).to.equal(BigInt(list.length));
      },
    );
    await fc.assert(property, { numRuns: runsOf(40), seed: 6 });
  });

  it('clears the places it leaves, so that an emptied list is one empty slot per word', async () => {
    const harness = await ethers.deployContract('ListHarness');
    const push = Array.from({ length: 20 }, () => ({ kind: Kind.Push, position: 0, item: UINT32_MAX }));
    const remove = Array.from({ length: 20 }, (_, i) => ({ kind: Kind.Remove, position: 20 - i, item: 0 }));
    await harness.getFunction('change')([...push, ...remove]);
    expect(await harness.getFunction('length')()).to.equal(0n);
    for (const word of [0, 1, 2]) expect(await harness.getFunction('word')(word)).to.equal(0n);
  });

  it('keeps seven items beside the length in one slot and starts the next with the eighth', async () => {
    const harness = await ethers.deployContract('ListHarness');
    const items = [11, 22, 33, 44, 55, 66, 77, 88];
    await harness.getFunction('change')(items.map((item) => ({ kind: Kind.Push, position: 0, item })));
    const first = [8, 11, 22, 33, 44, 55, 66, 77].reduce(
      (word, item, i) => word | (BigInt(item) << BigInt(32 * i)),
      0n,
    );
    expect(await harness.getFunction('word')(0)).to.equal(first);
    expect(await harness.getFunction('word')(1)).to.equal(88n);
  });

  it('gives an empty page behind the end and for a limit of 0', async () => {
    const harness = await ethers.deployContract('ListHarness');
    await harness.getFunction('change')([{ kind: Kind.Push, position: 0, item: 7 }]);
    expect(await pageOf(harness, 1, 5)).to.deep.equal([]);
    expect(await pageOf(harness, 2n ** 256n - 1n, 2n ** 256n - 1n)).to.deep.equal([]);
    expect(await pageOf(harness, 0, 0)).to.deep.equal([]);
    expect(await pageOf(harness, 0, 2n ** 256n - 1n)).to.deep.equal([7]);
  });
});
