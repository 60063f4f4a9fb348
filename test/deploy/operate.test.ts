import hre from 'hardhat';
import { expect } from 'chai';
import { entriesOf, maskOf } from '../../scripts/operate/entries';
import { endPause, pauseEntries } from '../../scripts/operate/guardian';
import { stateLines } from '../../scripts/operate/state';
import { Op, fundedMarket, load } from '../fixtures/market';

describe('operating', () => {
  it('knows the entries by the bits of the contracts', () => {
    expect(maskOf('all')).to.equal(BigInt(Op.Register | Op.Bid | Op.Open | Op.Commit));
    expect(maskOf('register, open')).to.equal(BigInt(Op.Register | Op.Open));
    expect(entriesOf(maskOf('bid,commit'))).to.equal('bid, commit');
    expect(() => maskOf('close')).to.throw('no entry close; there are register, bid, open, commit and all');
  });

  it('pauses entries and ends the pause as the guardian', async () => {
    const { diamond } = await load(fundedMarket);
    const lines: string[] = [];
    await pauseEntries(hre, 'bid,open', (line) => lines.push(line));
    expect((await diamond.pauseState()).operations).to.equal(BigInt(Op.Bid | Op.Open));
    expect(await stateLines(hre)).to.satisfy((all: string[]) =>
      all.some((line) => /^paused +bid, open until/.test(line)),
    );
    await endPause(hre, (line) => lines.push(line));
    expect((await diamond.pauseState()).operations).to.equal(0n);
    expect(lines).to.include('paused: bid, open').and.include('nothing is paused');
  });

  it('shows what the pool holds and may pay', async () => {
    const { guardian } = await load(fundedMarket);
    const lines = (await stateLines(hre)).join('\n');
    expect(lines)
      .to.include(guardian.address)
      .and.include('300000.0 MOR')
      .and.match(/guard lets out +3000\.0 MOR now/);
  });
});
