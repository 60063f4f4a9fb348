/**
 * TRUST scenario 12: the Solidity guard at random phases, each a guard of its own with its own
 * pool, emission and payments. Guards whose appointments fall on the same second share a block, so that the cost is
 * bounded by the seconds of an hour. `GUARD_PHASES` sets the number, `SEED` the phases, `PHASE_HOUR` the UTC hour:
 *
 *     GUARD_PHASES=10000 npx hardhat test test/libraries/guard-phases.test.ts
 */
import { expect } from 'chai';
import { ethers, network } from 'hardhat';
import { takeSnapshot, time, type SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import type { GuardEvent } from '@yellowstone/protocol';
import { loadProtocol, type Protocol } from '../fixtures/protocol';

const PHASES = Number(process.env['GUARD_PHASES'] ?? 2_500);
const SEED = Number(process.env['SEED'] ?? 12);
/** With 23 the hour at which a payment is forgotten starts at a midnight. */
const PHASE_HOUR = BigInt(process.env['PHASE_HOUR'] ?? 23);

const MOR = 10n ** 18n;
const HOUR = 3_600n;
const DAY = 86_400n;
const GUARD_BPS = 100n;
/** A day's schedule, another one on every second day [MOR-wei]. */
const scheduleOf = (day: bigint): bigint => (day % 2n === 0n ? 2_863n : 2_900n) * MOR;
/** Guards that one transaction makes, and that one serves. */
const GROWTH = 200;
const GUARDS_PER_CALL = 100;
/** Seconds over which the openings are spread. */
const OPENING_SECONDS = 100;
const TX_GAS = '0xf42400';
const BLOCK_GAS = '0x2540be400';

/** A change of one guard's pool; what a draw lets out is not known before. */
interface Visit {
  readonly guard: number;
  readonly kind: GuardEvent['kind'];
  readonly amountMor: bigint;
}

const phaseOf = fc.record({
  second: fc.bigInt(0n, HOUR - 1n),
  poolMor: fc.oneof(fc.bigInt(1n, 400_000n * MOR), fc.bigInt(1n, 10n ** 10n)),
  /** So long before its hour the pool got it [s]: a base there was, there was none, it comes in between. */
  ageSeconds: fc.constantFrom(3n * DAY, 20n * HOUR, 2n * HOUR),
  /** One of the hours until the first payment is forgotten, and so near to its start [s]. */
  hour: fc.bigInt(1n, 25n),
  offset: fc.constantFrom(-1n, 0n, 1n),
  receipts: fc.array(
    fc.record({ place: fc.double({ min: 0, max: 0.999, noNaN: true }), amountMor: fc.bigInt(0n, 4_000n * MOR) }),
    { maxLength: 2 },
  ),
});

describe('Guard at random phases', function () {
  this.timeout(1_800_000);
  let protocol: Protocol;
  let fleet: BaseContract;
  let start: SnapshotRestorer;
  let sender: string;
  let usualGas: bigint;

  before(async () => {
    protocol = await loadProtocol();
    start = await takeSnapshot();
    fleet = await ethers.deployContract('GuardFleet');
    sender = (await ethers.getSigners())[0]!.address; // there are 40
    for (let left = PHASES; left > 0; left -= GROWTH) await fleet.getFunction('grow')(Math.min(left, GROWTH));
    usualGas = (await ethers.provider.getBlock('latest'))!.gasLimit; // there is always a latest block
    await network.provider.send('evm_setBlockGasLimit', [BLOCK_GAS]);
    await network.provider.send('evm_setAutomine', [false]);
  });

  after(async () => {
    await network.provider.send('evm_setAutomine', [true]);
    await network.provider.send('evm_setBlockGasLimit', [ethers.toQuantity(usualGas)]);
    await start.restore();
  });

  /** Puts a call of the fleet for these guards into the next block. */
  async function call(visits: readonly Visit[], at: bigint): Promise<void> {
    const [{ kind } = { kind: 'draw' }] = visits;
    const guards = visits.map(({ guard }) => guard);
    const amounts = visits.map(({ amountMor }) => amountMor);
    const data =
      kind === 'draw'
        ? fleet.interface.encodeFunctionData('draw', [guards, scheduleOf(at / DAY)])
        : fleet.interface.encodeFunctionData('add', [guards, amounts, kind === 'receive']);
    const tx = { from: sender, to: await fleet.getAddress(), data, gas: TX_GAS, gasPrice: '0x77359400' };
    await network.provider.send('eth_sendTransaction', [tx]);
  }

  /** Makes all visits of one second in one block: credits, then receipts, then draws; gives what the draws let out. */
  async function mine(visits: readonly Visit[], at: bigint): Promise<GuardEvent[]> {
    for (const kind of ['credit', 'receive', 'draw'] as const) {
      const same = visits.filter((visit) => visit.kind === kind);
      for (let i = 0; i < same.length; i += GUARDS_PER_CALL) await call(same.slice(i, i + GUARDS_PER_CALL), at);
    }
    await network.provider.send('evm_mine', [Number(at)]);
    const logs = (await network.provider.send('eth_getLogs', [{}])) as { data: string; topics: string[] }[];
    const paid = logs.flatMap((log) => [...(fleet.interface.parseLog(log)!.args[0] as bigint[])]); // its only event
    let next = 0;
    return visits.map(({ kind, amountMor }) => ({
      t: at,
      kind,
      amount: kind === 'draw' ? paid[next++]! : amountMor, // one answer per draw, in order
    }));
  }

  it('scenario 12: at t0, t0 + 24 h - 1 s, t0 + 24 h and around the hour the oracle finds no broken promise [YS-010]', async () => {
    const t0 = ((BigInt(await time.latest()) / DAY + 5n) * 24n + PHASE_HOUR) * HOUR;
    const agenda = new Map<bigint, Visit[]>();
    const plan = (at: bigint, visit: Visit): void => void agenda.set(at, [...(agenda.get(at) ?? []), visit]);
    const phases = fc.sample(phaseOf, { numRuns: PHASES, seed: SEED });
    phases.forEach(({ second, hour, offset }, guard) => {
      const first = t0 + second;
      const times = [first, first + DAY - 1n, first + DAY, t0 + hour * HOUR + offset];
      [...new Set(times)].forEach((at) => plan(at, { guard, kind: 'draw', amountMor: 0n }));
    });
    // Emission arrives at seconds that have a block anyway, some of them between two draws of the guard.
    const seconds = [...agenda.keys()].sort((a, b) => Number(a - b));
    phases.forEach(({ poolMor, ageSeconds, receipts }, guard) => {
      // EDR grows slow over blocks with thousands of calls.
      plan(t0 - ageSeconds + BigInt(guard % OPENING_SECONDS), { guard, kind: 'credit', amountMor: poolMor });
      receipts.forEach(({ place, amountMor }) => {
        const at = seconds[Math.floor(place * seconds.length)]!; // place is below 1
        plan(at, { guard, kind: 'receive', amountMor });
      });
    });

    const logs: GuardEvent[][] = phases.map(() => []);
    for (const [at, visits] of [...agenda].sort(([a], [b]) => Number(a - b))) {
      const order = ['credit', 'receive', 'draw'];
      visits.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
      (await mine(visits, at)).forEach((event, i) => logs[visits[i]!.guard]!.push(event)); // an event per visit
    }
    const rules = { guardBps: GUARD_BPS, scheduledComputeOfDay: scheduleOf };
    const broken = logs.filter((log) => protocol.guardViolations(log, rules).length > 0);
    expect(broken).to.deep.equal([]);
    const strict = { ...rules, guardBps: GUARD_BPS - 1n };
    const reached = logs.filter((log) => protocol.guardViolations(log, strict).length > 0);
    expect(reached.length, 'guards that go to their limit').to.be.greaterThan(PHASES / 10);

    const paid = logs.flat().filter(({ kind, amount }) => kind === 'draw' && amount > 0n).length;
    console.log(`      ${PHASES} phases from seed ${SEED} at hour ${PHASE_HOUR}, ${paid} payments let something out`);
    expect(paid, 'payments that let something out').to.be.greaterThan(PHASES);
  });
});
