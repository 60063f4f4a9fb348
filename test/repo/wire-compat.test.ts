import { expect } from 'chai';
import { artifacts } from 'hardhat';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface, type ParamType } from 'ethers';

interface Group {
  readonly functions: readonly string[];
  readonly events: readonly string[];
  readonly errors: readonly string[];
}

const { groups } = JSON.parse(readFileSync(join(__dirname, 'wire-compat.json'), 'utf8')) as {
  groups: Readonly<Record<string, Group>>;
};

const integerBits = (type: string): number | undefined => {
  const match = /^uint(\d+)$/.exec(type);
  return match === null ? undefined : Number(match[1]);
};

/** True if whoever decodes `kept` reads the same out of what `ours` encodes. */
function isSameOnTheWire(kept: ParamType, ours: ParamType): boolean {
  if (kept.baseType !== ours.baseType) {
    const [wide, narrow] = [integerBits(kept.type), integerBits(ours.type)];
    return wide !== undefined && narrow !== undefined && narrow <= wide;
  }
  if (kept.baseType === 'array') {
    return kept.arrayLength === ours.arrayLength && isSameOnTheWire(kept.arrayChildren!, ours.arrayChildren!);
  }
  if (kept.baseType !== 'tuple') return true;
  return areSameOnTheWire(kept.components!, ours.components!) && haveSameNames(kept.components!, ours.components!);
}

function areSameOnTheWire(kept: readonly ParamType[], ours: readonly ParamType[]): boolean {
  return kept.length === ours.length && kept.every((type, i) => isSameOnTheWire(type, ours[i]!));
}

function haveSameNames(kept: readonly ParamType[], ours: readonly ParamType[]): boolean {
  return kept.every(({ name }, i) => name === '' || name === ours[i]!.name);
}

describe('repository: what the Morpheus compute diamond has and we keep [YS-044]', () => {
  let ours: Interface;

  before(async () => {
    ours = new Interface((await artifacts.readArtifact('IYellowstone')).abi);
  });

  for (const [name, { functions, events, errors }] of Object.entries(groups)) {
    describe(name, () => {
      new Interface(functions).forEachFunction((kept) => {
        it(`function ${kept.format()}`, () => {
          const mine = ours.getFunction(kept.selector);
          expect(mine, 'selector').not.to.equal(null);
          expect(mine!.format()).to.equal(kept.format());
          expect(areSameOnTheWire(kept.outputs, mine!.outputs), `returns ${mine!.format('full')}`).to.equal(true);
          expect(mine!.payable).to.equal(kept.payable);
          expect(mine!.constant, 'reads or writes').to.equal(kept.constant);
        });
      });

      new Interface(events).forEachEvent((kept) => {
        it(`event ${kept.format()}`, () => {
          const mine = ours.getEvent(kept.topicHash);
          expect(mine, 'topic').not.to.equal(null);
          const indexedOf = (inputs: readonly ParamType[]): boolean[] => inputs.map(({ indexed }) => indexed === true);
          expect(indexedOf(mine!.inputs), 'indexed').to.deep.equal(indexedOf(kept.inputs));
          expect(mine!.inputs.map((input) => input.name)).to.deep.equal(kept.inputs.map((input) => input.name));
        });
      });

      new Interface(errors).forEachError((kept) => {
        it(`error ${kept.format()}`, () => {
          expect(ours.getError(kept.selector)?.format()).to.equal(kept.format());
        });
      });
    });
  }
});
