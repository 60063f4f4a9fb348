import { markByCalls, type Injector } from './marker-functions';

/**
 * solidity-coverage looks at every step of the EVM to find its marks, and carrying all steps into JavaScript takes most of
 * the time of a run. Here a mark is a call that Hardhat's chain collects by itself, and only what was reached crosses. A
 * mark counts once a transaction: a modifier that lets a call through and refuses another of the same transaction counts
 * as never having refused, so that the figure is too low rather than too high.
 */

interface Instrumented {
  readonly instrumenter: { readonly instrumentationData: Record<string, { hits: number }> };
}
type CreateProvider = (chain: string, config: ProviderConfig, ...rest: unknown[]) => Promise<unknown>;
interface ProviderConfig {
  readonly observability: object;
}

/* eslint-disable @typescript-eslint/no-require-imports -- neither package has types for its inner parts */
const { prototype: injector }: { prototype: Injector } = require('solidity-coverage/lib/injector');
const { prototype: api }: { prototype: object } = require('solidity-coverage/lib/api');
const {
  EdrContext,
}: { EdrContext: { prototype: { createProvider: CreateProvider } } } = require('@nomicfoundation/edr');
/* eslint-enable @typescript-eslint/no-require-imports */

let reached: Instrumented['instrumenter']['instrumentationData'] = {};

async function onCollectedCoverageCallback(marks: readonly Uint8Array[]): Promise<void> {
  for (const mark of marks) {
    const entry = reached[`0x${Buffer.from(mark).toString('hex')}`];
    if (entry !== undefined) entry.hits++;
  }
}

/** Call before solidity-coverage instruments anything and before the chain starts. */
export function collectNatively(): void {
  markByCalls(injector);
  Object.assign(api, {
    attachToHardhatVM: async function (this: Instrumented) {
      reached = this.instrumenter.instrumentationData;
    },
  });
  const { createProvider } = EdrContext.prototype;
  EdrContext.prototype.createProvider = function (chain, config, ...rest) {
    const observability = { ...config.observability, codeCoverage: { onCollectedCoverageCallback } };
    return createProvider.call(this, chain, { ...config, observability }, ...rest);
  };
}
