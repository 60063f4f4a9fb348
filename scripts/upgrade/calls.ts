import type { Interface } from 'ethers';
import { refusal } from '../refusal';

/** A call in the words of a command line: `setGuardian(0x…)`. */
export interface WrittenCall {
  readonly name: string;
  readonly inputs: readonly string[];
}

const CALL = /^(\w+)\((.*)\)$/;

export function parseCall(text: string): WrittenCall {
  const [, name, list] = CALL.exec(text.trim()) ?? [];
  if (name === undefined || list === undefined) throw refusal(`not a call: ${text}; write name(value, value)`);
  return { name, inputs: list.trim() === '' ? [] : list.split(',').map((input) => input.trim()) };
}

/** Calldata and the call with the names of its parameters; undefined if the contract has no such function. */
export function encodeCall(
  { name, inputs }: WrittenCall,
  contract: Interface,
): { readonly data: string; readonly words: string } | undefined {
  if (!contract.hasFunction(name)) return undefined;
  const fragment = contract.getFunction(name)!; // hasFunction
  if (fragment.inputs.length !== inputs.length) {
    throw refusal(`${fragment.format('full')} takes ${fragment.inputs.length} values, ${inputs.length} given`);
  }
  const named = fragment.inputs.map((input, i) => `${input.name} = ${inputs[i]}`);
  return { data: contract.encodeFunctionData(fragment, inputs), words: `${name}(${named.join(', ')})` };
}
