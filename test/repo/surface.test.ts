import { expect } from 'chai';
import { artifacts } from 'hardhat';
import { Interface, type ErrorFragment, type EventFragment, type FunctionFragment } from 'ethers';
import { FACETS } from '../../scripts/diamond/facets';
import { deployedSources, solidityIn } from './sources';

/** EIP-170. */
const MAX_CODE_BYTES = 24_576;

async function interfaceOf(contract: string): Promise<Interface> {
  return new Interface((await artifacts.readArtifact(contract)).abi);
}

const functionsOf = (abi: Interface): string[] =>
  abi.fragments.filter((fragment): fragment is FunctionFragment => fragment.type === 'function').map((f) => f.format());
const errorsOf = (abi: Interface): string[] =>
  abi.fragments.filter((fragment): fragment is ErrorFragment => fragment.type === 'error').map((e) => e.format());
const eventsOf = (abi: Interface): string[] =>
  abi.fragments.filter((fragment): fragment is EventFragment => fragment.type === 'event').map((e) => e.format('full'));

/** Errors of OpenZeppelin that a facet passes on; they are the library's, not the market's. */
const OPEN_ZEPPELIN_ERRORS = [
  'ReentrancyGuardReentrantCall()',
  'SafeERC20FailedOperation(address)',
  'SafeCastOverflowedUintDowncast(uint8,uint256)',
  'CheckpointUnorderedInsertion()',
];

describe('repository: the surface of the diamond', () => {
  let surface: Interface;

  before(async () => {
    surface = await interfaceOf('IYellowstone');
  });

  FACETS.forEach(({ facet, serves }) => {
    describe(facet, () => {
      it(`has exactly the functions of ${serves}`, async () => {
        expect(functionsOf(await interfaceOf(facet))).to.have.members(functionsOf(await interfaceOf(serves)));
      });

      it('raises only errors and events of IYellowstone', async () => {
        const abi = await interfaceOf(facet);
        expect(errorsOf(surface).concat(OPEN_ZEPPELIN_ERRORS)).to.include.members(errorsOf(abi));
        expect(eventsOf(surface)).to.include.members(eventsOf(abi));
      });

      it('fits into a contract', async () => {
        const { deployedBytecode } = await artifacts.readArtifact(facet);
        expect((deployedBytecode.length - 2) / 2).to.be.lessThan(MAX_CODE_BYTES);
      });
    });
  });

  it('lists every facet of contracts/facets', () => {
    const names = solidityIn('contracts/facets').map(({ path }) => path.replace(/.*\/(\w+)\.sol$/, '$1'));
    expect(FACETS.map(({ facet }) => facet as string)).to.have.members(names.filter((name) => name !== 'FacetBase'));
  });

  it('gives every selector to one facet and has none twice', async () => {
    const selectors: string[] = [];
    for (const { serves } of FACETS) {
      (await interfaceOf(serves)).forEachFunction(({ selector }) => selectors.push(selector));
    }
    const whole: string[] = [];
    surface.forEachFunction(({ selector }) => whole.push(selector));
    expect(new Set(selectors).size).to.equal(selectors.length);
    expect(selectors).to.have.members(whole);
  });

  it('throws every custom error of the interfaces somewhere', () => {
    const code = deployedSources().map((source) => source.code);
    for (const { path, code: text } of solidityIn('contracts/interfaces')) {
      for (const [, name] of text.matchAll(/^ {4}error (\w+)\(/gm)) {
        const isThrown = code.some((other) => new RegExp(`revert (\\w+\\.)?${name}\\(`).test(other));
        expect(isThrown, `${name} of ${path} is thrown`).to.equal(true);
      }
    }
  });

  it('emits every event of the interfaces somewhere', () => {
    const code = deployedSources().map((source) => source.code);
    for (const { path, code: text } of solidityIn('contracts/interfaces')) {
      for (const [, name] of text.matchAll(/^ {4}event (\w+)\(/gm)) {
        const isEmitted = code.some((other) => new RegExp(`emit (\\w+\\.)?${name}\\(`).test(other));
        expect(isEmitted, `${name} of ${path} is emitted`).to.equal(true);
      }
    }
  });

  it('says something about every function, event and error', () => {
    for (const { path, text } of solidityIn('contracts/interfaces')) {
      const lines = text.split('\n');
      lines.forEach((line, i) => {
        const name = /^ {4}(?:function|event|error) (\w+)/.exec(line)?.[1];
        if (name === undefined) return;
        const above = lines
          .slice(0, i)
          .reverse()
          .find((other) => !other.includes('solhint-disable'));
        expect(above, `${name} of ${path}`).to.match(/^ {4}\/\/\/ /);
      });
    }
  });
});
