import { expect } from 'chai';
import { ethers, network } from 'hardhat';
import { takeSnapshot, time, type SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers';
import { setNextBlockTimestamp } from '@nomicfoundation/hardhat-network-helpers/dist/src/helpers/time';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { loadProtocol, type Protocol } from '../fixtures/protocol';
import { casesOf, runsOf } from '../fixtures/vectors';

const MOR = 10n ** 18n;
const HOUR = 3_600n;
const DAY = 86_400n;
/** Midnight of the vectors and of the random sequences [s]. */
const T0 = 20_000n * DAY;
/** After so long hours of the day and places in the ring are the same [s] (25 days). */
const SAME_PLACES = 25n * DAY;
/** Everything and more [MOR-wei]. */
const ALL = 10n ** 27n;

const KINDS = ['receive', 'credit', 'draw', 'look'] as const;
type Kind = (typeof KINDS)[number];

interface Step {
  readonly at: bigint;
  readonly kind: Kind;
  readonly amountMor: bigint;
  readonly guardBps: bigint;
  readonly scheduledComputeMor: bigint;
}

/** What the guard says after a step [MOR-wei]. */
interface Outcome {
  readonly drawnMor: bigint;
  readonly poolMor: bigint;
  readonly spentMor: bigint;
  readonly receivedMor: bigint;
  readonly availableMor: bigint;
  readonly baseMor: bigint;
}

const min = (x: bigint, y: bigint): bigint => (x < y ? x : y);

describe('Guard', () => {
  let protocol: Protocol;
  let harness: BaseContract;
  let target: { from: string; to: string };
  let start: SnapshotRestorer;
  /** Everything happens so much later, because tests before may have moved the time on [s]. */
  let later = 0n;

  before(async () => {
    protocol = await loadProtocol();
    harness = await ethers.deployContract('GuardHarness');
    const [sender] = await ethers.getSigners();
    target = { from: sender!.address, to: await harness.getAddress() };
    start = await takeSnapshot();
    const now = BigInt(await time.latest());
    while (T0 - 4n * DAY + later <= now) later += SAME_PLACES;
  });

  /** Plays steps on a guard without history; all steps of one second are one transaction. */
  async function play(steps: readonly Step[]): Promise<Outcome[]> {
    await start.restore();
    start = await takeSnapshot();
    const outcomes: Outcome[] = [];
    for (let i = 0; i < steps.length;) {
      const { at } = steps[i]!;
      const together = steps.slice(i).filter((step, j) => steps.slice(i, i + j + 1).every((other) => other.at === at));
      i += together.length;
      await setNextBlockTimestamp(at + later);
      const calls = together.map((step) => [
        KINDS.indexOf(step.kind),
        step.amountMor,
        step.scheduledComputeMor,
        step.guardBps,
      ]);
      const data = harness.interface.encodeFunctionData('run', [calls]);
      const tx = { ...target, data, gas: '0x989680', gasPrice: '0x77359400' };
      const hash = (await network.provider.send('eth_sendTransaction', [tx])) as string;
      const { logs } = (await network.provider.send('eth_getTransactionReceipt', [hash])) as {
        logs: { data: string; topics: string[] }[];
      };
      for (const log of logs) {
        const done = harness.interface.parseLog(log)!.args;
        outcomes.push(done.toObject() as Outcome);
      }
    }
    return outcomes;
  }

  describe('equals the vectors, step by step:', () => {
    interface Sequence {
      readonly name: string;
      readonly steps: readonly {
        readonly inputs: Readonly<Record<keyof Step, string>>;
        readonly expected: Readonly<Record<string, string>>;
      }[];
    }

    (casesOf('guard.json', 'guard') as unknown as readonly Sequence[]).forEach(({ name, steps }) => {
      it(name, async () => {
        const outcomes = await play(
          steps.map(({ inputs }) => ({
            at: BigInt(inputs.at),
            kind: inputs.kind as Kind,
            amountMor: BigInt(inputs.amountMor),
            guardBps: BigInt(inputs.guardBps),
            scheduledComputeMor: BigInt(inputs.scheduledComputeMor),
          })),
        );
        steps.forEach(({ expected }, i) => {
          const wanted = (key: string): bigint => BigInt(expected[key]!);
          const { drawnMor, poolMor, spentMor, receivedMor, availableMor, baseMor } = outcomes[i]!;
          expect(drawnMor, `step ${i}: drawn`).to.equal(wanted('drawnMor'));
          expect(poolMor, `step ${i}: pool`).to.equal(wanted('poolMor'));
          expect(spentMor, `step ${i}: spent`).to.equal(wanted('spentMor'));
          expect(receivedMor, `step ${i}: received`).to.equal(wanted('receivedMor'));
          expect(availableMor, `step ${i}: available`).to.equal(min(wanted('availableMor'), poolMor));
          expect(baseMor, `step ${i}: base`).to.equal(wanted('baseMor'));
        });
      });
    });
  });

  describe('boundaries, TRUST scenario 12', () => {
    const usual = { guardBps: 100n, scheduledComputeMor: 3_000n * MOR };
    const oldPool: Step = { at: T0 - 3n * DAY, kind: 'credit', amountMor: 100_000n * MOR, ...usual };
    const draw = (at: bigint): Step => ({ at, kind: 'draw', amountMor: ALL, ...usual });
    const drawnAt = async (...times: readonly bigint[]): Promise<bigint[]> =>
      (await play([oldPool, ...times.map(draw)])).slice(1).map(({ drawnMor }) => drawnMor / MOR);

    it('pays 1 % at t0, nothing a second before 24 h, nothing at 24 h, and again when its hour is 25 h old', async () => {
      expect(await drawnAt(T0, T0 + DAY - 1n, T0 + DAY, T0 + DAY + HOUR - 1n, T0 + DAY + HOUR)).to.deep.equal([
        1_000n,
        0n,
        0n,
        0n,
        990n,
      ]);
    });

    it('does not pay twice within two seconds around midnight', async () => {
      expect(await drawnAt(T0 - 1n, T0, T0 + 1n)).to.deep.equal([1_000n, 0n, 0n]);
    });

    ([-1n, 0n, 1n] as const).forEach((offset) => {
      it(`forgets a payment at an hour ${offset < 0n ? '- 1 s' : offset > 0n ? '+ 1 s' : 'sharp'} at the start of an hour, 24 to 25 h later`, async () => {
        const paidAt = T0 + 5n * HOUR + offset;
        const freeAt = (paidAt / HOUR + 25n) * HOUR;
        expect(await drawnAt(paidAt, freeAt - 1n, freeAt)).to.deep.equal([1_000n, 0n, 990n]);
        expect(freeAt - paidAt)
          .to.be.greaterThan(DAY)
          .and.at.most(DAY + HOUR);
      });
    });
  });

  describe('random sequences', () => {
    const SCHEDULES = [2_863n * MOR, 2_900n * MOR] as const;
    const waits = [0n, 0n, 1n, HOUR - 1n, HOUR, HOUR + 1n, 5n * HOUR, DAY - 1n, DAY, DAY + 1n, 25n * HOUR, 49n * HOUR];
    const step = fc.record({
      wait: fc.oneof(fc.constantFrom(...waits), fc.bigInt(0n, 3n * HOUR)),
      kind: fc.constantFrom<Kind>('receive', 'credit', 'draw', 'draw', 'draw', 'look'),
      amountMor: fc.oneof(
        fc.bigInt(0n, 3_000n * MOR),
        fc.bigInt(0n, 100_000n * MOR),
        fc.constantFrom(0n, 1n, 10n ** 9n - 1n, ALL),
      ),
      guardBps: fc.oneof({ weight: 3, arbitrary: fc.constant(100n) }, { weight: 1, arbitrary: fc.bigInt(0n, 100n) }),
    });
    const sequence = fc.tuple(
      fc.bigInt(0n, DAY), // phase
      fc.bigInt(1n, 400_000n * MOR), // first balance
      fc.array(step, { minLength: 5, maxLength: 40 }),
    );

    it('equal the reference model, and the oracle over the events finds no broken promise [YS-010]', async () => {
      const numRuns = runsOf(100);
      const seed = Number(process.env['SEED'] ?? 8);
      let paid = 0;
      const property = fc.asyncProperty(sequence, async ([phase, firstMor, wishes]) => {
        let at = T0 + phase;
        const scheduleOf = (day: bigint): bigint => SCHEDULES[Number(day % 2n)]!;
        const rest = wishes.map(({ wait, kind, amountMor, guardBps }): Step => {
          at += wait;
          // The pool cannot hold more than 96 bits; everything is an amount for payments only.
          const amount = kind === 'draw' ? amountMor : amountMor % 10n ** 24n;
          return { at, kind, amountMor: amount, guardBps, scheduledComputeMor: scheduleOf(at / DAY) };
        });
        const first: Step = {
          at: T0 + phase,
          kind: 'credit',
          amountMor: firstMor,
          guardBps: 100n,
          scheduledComputeMor: scheduleOf((T0 + phase) / DAY),
        };
        const steps = [first, ...rest];
        const outcomes = await play(steps);

        let model = protocol.createGuard();
        const log = steps.map(({ kind, amountMor, at: t, ...rules }, i) => {
          const amount = kind === 'draw' ? outcomes[i]!.drawnMor : amountMor;
          if (kind === 'receive') model = protocol.receive(model, amountMor, t);
          if (kind === 'credit') model = protocol.credit(model, amountMor, t);
          if (kind === 'draw') {
            const result = protocol.draw(model, amountMor, t, rules);
            model = result.guard;
            expect(outcomes[i]!.drawnMor, `step ${i}: drawn`).to.equal(result.drawnMor);
            if (amount > 0n) paid++;
          }
          const status = protocol.guardStatus(model, t, rules);
          const { poolMor, spentMor, receivedMor, availableMor, baseMor } = outcomes[i]!;
          expect({ poolMor, spentMor, receivedMor, availableMor, baseMor }, `step ${i}`).to.deep.equal({
            poolMor: model.poolMor,
            spentMor: status.spentMor,
            receivedMor: status.receivedMor,
            availableMor: min(status.availableMor, model.poolMor),
            baseMor: status.baseMor,
          });
          return { t, kind, amount };
        });
        const events = log.filter((event) => event.kind !== 'look') as Parameters<Protocol['guardViolations']>[0];
        const rules = { guardBps: 100n, scheduledComputeOfDay: scheduleOf };
        expect(protocol.guardViolations(events, rules)).to.deep.equal([]);
      });
      await fc.assert(property, { numRuns, seed });
      console.log(`      ${numRuns} sequences from seed ${seed}, ${paid} payments let something out`);
      expect(paid, 'payments that let something out').to.be.greaterThan(numRuns);
    });
  });
});
