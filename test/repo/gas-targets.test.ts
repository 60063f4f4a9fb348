import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { measureComputeGas } from '../../scripts/bench/compute';
import { compare, measureGas } from '../../scripts/bench/gas';

/** The most that an operation may cost, as a part of what it costs on the diamond that runs today. */
const TARGETS: Readonly<Record<string, number>> = {
  'openSession.1bid.user1.nth02': 0.45,
  'openSession.1bid.firstOfUser': 0.5,
  'closeSession.early.noDispute.second': 0.3,
  'closeSession.late.noDispute': 0.35,
  'postModelBid.firstOfSecondProvider': 0.6,
  'postModelBid.replaceActive': 0.6,
  'modelRegister.second': 0.75,
  'providerRegister.secondProvider': 0.85,
  'claimForProvider.endedNotClosed': 0.95,
};
/** The most that an operation of day books may cost [gas]. */
const LIMITS: Readonly<Record<string, number>> = {
  'commitDay.answers10': 75_000,
  'commitDay.answers5000': 75_000,
  'commitDay.answers50000': 75_000,
  'claimRequestCredits.providers1024': 95_000,
  'claimRequestCredits.batch50.each': 50_000,
  'perAnswer.5000x50': 20,
};
/** Signatures and timestamps have more or fewer zero bytes from run to run. */
const TOLERANCE = 0.01;

describe('repository: gas', () => {
  it('stays within the targets and is what the committed snapshot says [YS-083]', async function () {
    this.timeout(300_000);
    const sessions = await measureGas();
    const { operations } = compare({ ...sessions, ...(await measureComputeGas()) });
    const committed = JSON.parse(readFileSync('snapshots/gas.json', 'utf8')) as ReturnType<typeof compare>;
    for (const [name, target] of Object.entries(TARGETS)) {
      expect(operations[name]?.ratio, name).to.be.at.most(target);
    }
    for (const [name, limit] of Object.entries(LIMITS)) {
      expect(operations[name]?.gas, name).to.be.at.most(limit);
    }
    const commits = [10, 5_000, 50_000].map((answers) => operations[`commitDay.answers${answers}`]!.gas);
    expect(Math.max(...commits), 'a commit costs the same for any number of answers').to.be.at.most(
      Math.min(...commits) * (1 + TOLERANCE),
    );
    for (const [name, { gas }] of Object.entries(committed.operations)) {
      expect(operations[name]?.gas, `${name}; renew with npm run bench:gas`).to.be.closeTo(gas, gas * TOLERANCE);
    }
  });
});
