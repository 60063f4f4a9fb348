import { expect } from 'chai';
import { deployedSources } from './sources';

/** A place in the code: the file and the function around it. */
interface Place {
  readonly file: string;
  readonly inside: string;
}

/** Every place where a pattern stands, with the name of the function it stands in. */
function placesOf(pattern: RegExp): Place[] {
  return deployedSources().flatMap(({ path, code }) =>
    [...code.matchAll(pattern)].map(({ index }) => {
      const names = [...code.slice(0, index).matchAll(/\bfunction (\w+)/g)];
      return { file: path.replace(/.*\//, ''), inside: names.at(-1)?.[1] ?? '' };
    }),
  );
}

describe('repository: ways of the money', () => {
  it('lead out of the pool through Pool.draw alone [YS-002]', () => {
    const draw = [{ file: 'Pool.sol', inside: 'draw' }];
    expect(placesOf(/\b(?:push|tryPush|move)\(\s*TreasuryBucket\.Pool\b/g)).to.deep.equal(draw);
    // A bucket that is computed could be the pool: only stakes do it, of the two buckets of stakes.
    const computed = placesOf(/\bTreasury\.(?:push|tryPush|move)\(\s*(?!TreasuryBucket\.)/g);
    expect(computed).to.deep.equal([
      { file: 'Pool.sol', inside: 'credit' },
      { file: 'Stakes.sol', inside: 'unstake' },
    ]);
    const transfers = [
      { file: 'Treasury.sol', inside: 'pull' },
      { file: 'Treasury.sol', inside: 'push' },
      { file: 'Treasury.sol', inside: 'tryPush' },
    ];
    expect(placesOf(/\.(?:safeTransferFrom|safeTransfer|trySafeTransfer|transfer|transferFrom)\(/g)).to.deep.equal(
      transfers,
    );
  });

  it('never depend on a balance of the token: sync compares it, a pull measures what arrived [YS-003]', () => {
    expect(placesOf(/\.balanceOf\(\s*address\(this\)/g)).to.deep.equal([
      { file: 'Treasury.sol', inside: 'unaccounted' },
      { file: 'Treasury.sol', inside: 'pull' },
      { file: 'Treasury.sol', inside: 'pull' },
    ]);
    expect(placesOf(/\bTreasury\.unaccounted\(/g)).to.deep.equal([
      { file: 'Pool.sol', inside: 'sync' },
      { file: 'Pool.sol', inside: 'simulateToday' },
    ]);
    // All others ask the Treasury for a bucket.
    const others = placesOf(/(?<!Treasury)\.balanceOf\((?!\s*address\(this\))/g);
    expect(others).to.deep.equal([]);
  });
});
