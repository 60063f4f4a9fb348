import { takeSnapshot } from '@nomicfoundation/hardhat-network-helpers';
import { ADVERSARIES } from './walk/adversaries';
import { campaignOf, conclude, lengthOf, walk } from './walk/campaign';
import { CLAIMS } from './walk/days/claims';
import { COMMITS } from './walk/days/commits';
import { DISPUTES } from './walk/days/disputes';
import { RING } from './walk/days/ring';
import { ROUTERS } from './walk/days/routers';
import { daysStage } from './walk/days/stage';
import { TIMES } from './walk/days/time';
import { windDown } from './walk/days/wind-down';
import { HANDLERS } from './walk/handlers';
import { backlogStage, walkStage } from './walk/stage';
import { COUNTED, COUNTED_IN_DAYS } from './walk/tally';

const LENGTH = lengthOf({ runs: 4, steps: 300 });
/** From so many calls on every move through day books must have succeeded. */
const ENOUGH_CALLS = 1_200;
/** Contract wallets of every mood have their own walk. */
const OTHERS = [...HANDLERS, ...ADVERSARIES.filter(({ name }) => !name.startsWith('wallet '))];
const DAYS = [...COMMITS, ...RING, ...DISPUTES, ...CLAIMS, ...ROUTERS, ...TIMES];

describe('invariants: sessions and day books over many days', () => {
  it(`${LENGTH.runs} sequences of ${LENGTH.steps} calls keep every promise, and then all adds up`, async function () {
    this.timeout(Math.max(600_000, LENGTH.runs * LENGTH.steps * 2_000));
    const campaign = campaignOf(LENGTH, [...OTHERS, ...DAYS], [...COUNTED, ...COUNTED_IN_DAYS]);
    const seeds = Array.from({ length: LENGTH.runs }, (_, i) => LENGTH.seed + i);
    // Odd seeds start in an ordinary market, even ones in one in which the pool owes far more than it may pay.
    const ordinary = await walkStage();
    let home = await takeSnapshot();
    for (const parity of [1, 0]) {
      const stage = await daysStage(parity === 0 ? await backlogStage(ordinary) : ordinary);
      let start = await takeSnapshot();
      for (const seed of seeds.filter((each) => each % 2 === parity)) {
        await walk(campaign, stage, seed, windDown);
        await start.restore();
        start = await takeSnapshot();
      }
      await home.restore();
      home = await takeSnapshot();
    }
    // Bonds go home when everybody leaves, if not before.
    const wanted = DAYS.filter(({ name }) => name !== 'withdrawBond');
    conclude(campaign, ENOUGH_CALLS, wanted);
  });
});
