import type { Interface, ParamType, Result } from 'ethers';
import type { Answer, Step } from './rehearsal';

/** What a call answered; the reader knows the types at run time only. */
type Values = readonly Result[number][];

/**
 * Encodes calls and decodes answers of one contract, and remembers both: after most calls of a walk most answers are
 * what they were. An answer is known by all its bytes, so nothing old can be taken for something new.
 */
export interface Reader {
  readonly step: (name: string, args: readonly unknown[]) => Step;
  /** The values of an answer; structs are plain objects. */
  readonly decode: (name: string, answer: Answer) => Values;
}

export function createReader(target: string, contract: Interface): Reader {
  const encoded = new Map<string, string>();
  const decoded = new Map<string, Values>();
  return {
    step: (name, args) => ({
      target,
      data: kept(encoded, `${name} ${args.join()}`, () => contract.encodeFunctionData(name, args)),
    }),
    decode: (name, { ok, data }) => {
      if (!ok) throw new Error(`${name} failed: ${contract.parseError(data)?.name ?? data}`);
      return kept(decoded, `${name} ${data}`, () => {
        const values = contract.decodeFunctionResult(name, data);
        return contract.getFunction(name)!.outputs.map((type, i) => plain(values[i], type)); // the call was encoded
      });
    },
  };
}

/** Structs as objects, lists as arrays: what ethers gives is slow to look at. */
function plain(value: Result[number], type: ParamType): Result[number] {
  if (type.baseType === 'array') return [...(value as Result)].map((item) => plain(item, type.arrayChildren!));
  if (type.baseType !== 'tuple') return value;
  return Object.fromEntries(type.components!.map((component, i) => [component.name, plain(value[i], component)]));
}

/** More than a long walk needs; a campaign of many must not keep all it ever saw. */
const MOST = 20_000;

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key);
  if (known !== undefined) return known;
  if (all.size >= MOST) all.clear();
  const made = make();
  all.set(key, made);
  return made;
}
