import { createRequire } from 'node:module';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as esm from '@yellowstone/contracts';

const cjs = createRequire(import.meta.url)('@yellowstone/contracts') as typeof esm;

type ErrorName = Extract<(typeof esm.yellowstoneAbi)[number], { type: 'error' }>['name'];

describe('the published bindings', () => {
  it('give CommonJS what they give ESM', () => {
    expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort());
    expect(cjs.yellowstoneAbi).toEqual(esm.yellowstoneAbi);
  });

  it('make interfaces and calldata', () => {
    const calldata = esm.IYellowstone__factory.createInterface().encodeFunctionData('stake', [0, 5n]);
    expect(calldata).toBe(cjs.IYellowstone__factory.createInterface().encodeFunctionData('stake', [0, 5n]));
    expect(esm.DevMor__factory.bytecode).toMatch(/^0x60/);
  });

  it('have literal ABI types', () => {
    expectTypeOf<'BidNotActive'>().toExtend<ErrorName>();
    expectTypeOf<'NoSuchError'>().not.toExtend<ErrorName>();
  });
});

describe('deploymentOf', () => {
  it('names the known chains when there is no deployment', () => {
    expect(() => esm.deploymentOf(987_654n)).toThrow(/chain 987654 \(recorded chains: /);
  });
});
