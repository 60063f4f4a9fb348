import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany } from '../fixtures/batch';
import { loadProtocol, type Protocol } from '../fixtures/protocol';
import { casesOf, formulasOf, runsOf } from '../fixtures/vectors';

interface BucketText {
  readonly initialReward: string;
  readonly rewardDecrease: string;
  readonly payoutStart: string;
  readonly decreaseInterval: string;
}

/** A bucket as the contract takes it. */
const bucketOf = (bucket: Record<keyof BucketText, bigint | string>): (bigint | string)[] => [
  bucket.initialReward,
  bucket.rewardDecrease,
  bucket.payoutStart,
  bucket.decreaseInterval,
];

describe('EmissionMath', () => {
  let harness: BaseContract;
  let protocol: Protocol;
  const emitted = async (cases: readonly (readonly [unknown, bigint])[]): Promise<bigint[]> => {
    const reads = cases.map(([bucket, at]) => ['emittedUntilDown', [bucket, at]] as const);
    return (await readMany(harness, reads)).map((answer) => answer[0] as bigint);
  };

  before(async () => {
    harness = await ethers.deployContract('MathHarness');
    protocol = await loadProtocol();
  });

  it('knows every formula of emission.json', () => {
    expect(formulasOf('emission.json')).to.have.members([
      'rewardOfInterval',
      'emittedUntil',
      'emittedBetween',
      'scheduledOfDay',
    ]);
  });

  it('equals the vectors of emittedUntil', async () => {
    const cases = casesOf('emission.json', 'emittedUntil');
    const answers = await emitted(
      cases.map(({ inputs }) => [bucketOf(inputs['bucket'] as BucketText), BigInt(inputs['timestamp'] as string)]),
    );
    expect(answers.map(String)).to.deep.equal(cases.map(({ expected }) => expected));
  });

  it('equals the vectors of emittedBetween and scheduledOfDay as differences of two moments', async () => {
    const spans = casesOf('emission.json', 'emittedBetween').map(({ inputs, expected }) => ({
      bucket: bucketOf(inputs['bucket'] as BucketText),
      from: BigInt(inputs['from'] as string),
      to: BigInt(inputs['to'] as string),
      expected,
    }));
    const days = casesOf('emission.json', 'scheduledOfDay').map(({ inputs, expected }) => {
      const from = BigInt(inputs['day'] as string) * 86_400n;
      return { bucket: bucketOf(inputs['bucket'] as BucketText), from, to: from + 86_400n, expected };
    });
    const all = [...spans, ...days].filter(({ expected }) => typeof expected === 'string');
    const until = await emitted(all.map(({ bucket, to }) => [bucket, to]));
    const from = await emitted(all.map((span) => [span.bucket, span.from]));
    expect(all.map((_, i) => String(until[i]! - from[i]!))).to.deep.equal(all.map(({ expected }) => expected));
  });

  it('equals the vectors of rewardOfInterval as the emission of that interval', async () => {
    const cases = casesOf('emission.json', 'rewardOfInterval').map(({ inputs, expected }) => {
      const bucket = inputs['bucket'] as BucketText;
      const length = BigInt(bucket.decreaseInterval);
      const from = BigInt(bucket.payoutStart) + BigInt(inputs['interval'] as string) * length;
      return { bucket: bucketOf(bucket), from, to: from + length, expected };
    });
    const until = await emitted(cases.map(({ bucket, to }) => [bucket, to]));
    const from = await emitted(cases.map((span) => [span.bucket, span.from]));
    expect(cases.map((_, i) => String(until[i]! - from[i]!))).to.deep.equal(cases.map(({ expected }) => expected));
  });

  it('equals the reference model for random buckets and moments', async () => {
    const amount = fc.oneof(fc.bigInt(0n, 2n ** 128n - 1n), fc.bigInt(0n, 10n ** 22n), fc.bigInt(0n, 20n));
    const random = fc.record({
      initialReward: amount,
      rewardDecrease: amount,
      payoutStart: fc.bigInt(0n, 2n ** 33n),
      decreaseInterval: fc.oneof(fc.constant(86_400n), fc.bigInt(1n, 10n ** 7n)),
      timestamp: fc.bigInt(0n, 2n ** 34n),
    });
    const cases = fc.sample(random, { numRuns: runsOf(2_000), seed: 1 });
    const answers = await emitted(cases.map((inputs) => [bucketOf(inputs), inputs.timestamp]));
    cases.forEach((inputs, i) => {
      expect(answers[i], `seed 1, case ${i}`).to.equal(protocol.emittedUntil(inputs, inputs.timestamp));
    });
  });
});
