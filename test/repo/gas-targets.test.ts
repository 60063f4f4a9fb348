import { readFileSync } from 'node:fs';
import { expect } from 'chai';
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
/** Signatures and timestamps have more or fewer zero bytes from run to run. */
const TOLERANCE = 0.01;

describe('repository: gas', () => {
  it('stays within the targets and is what the committed snapshot says', async function () {
    this.timeout(180_000);
    const { operations } = compare(await measureGas());
    const committed = JSON.parse(readFileSync('snapshots/gas.json', 'utf8')) as ReturnType<typeof compare>;
    for (const [name, target] of Object.entries(TARGETS)) {
      expect(operations[name]?.ratio, name).to.be.at.most(target);
    }
    for (const [name, { gas }] of Object.entries(committed.operations)) {
      expect(operations[name]?.gas, `${name}; renew with npm run bench:gas`).to.be.closeTo(gas, gas * TOLERANCE);
    }
  });
});
