import { takeSnapshot } from '@nomicfoundation/hardhat-network-helpers';
import { ADVERSARIES } from './walk/adversaries';
import { campaignOf, conclude, lengthOf, walk } from './walk/campaign';
import { HANDLERS } from './walk/handlers';
import { backlogStage, walkStage } from './walk/stage';
import { COUNTED } from './walk/tally';

const LENGTH = lengthOf({ runs: 64, steps: 50 });
/** From so many calls on every move must have succeeded. */
const ENOUGH_CALLS = 1_000;
const MOVES = [...HANDLERS, ...ADVERSARIES];

describe('invariants: a walk through the market [YS-001] [YS-024] [YS-030] [YS-033] [YS-040] [YS-041]', () => {
  it(`${LENGTH.runs} sequences of ${LENGTH.steps} calls keep every promise after every call`, async function () {
    this.timeout(Math.max(600_000, LENGTH.runs * LENGTH.steps * 1_000));
    const campaign = campaignOf(LENGTH, MOVES, COUNTED);
    const seeds = Array.from({ length: LENGTH.runs }, (_, i) => LENGTH.seed + i);
    // Odd seeds start in an ordinary market, even ones in a market in which the pool owes far more than it may pay.
    let stage = await walkStage();
    for (const parity of [1, 0]) {
      if (parity === 0) stage = await backlogStage(stage);
      let home = await takeSnapshot();
      for (const seed of seeds.filter((each) => each % 2 === parity)) {
        await walk(campaign, stage, seed);
        await home.restore();
        home = await takeSnapshot();
      }
    }
    conclude(campaign, ENOUGH_CALLS, MOVES);
  });
});
