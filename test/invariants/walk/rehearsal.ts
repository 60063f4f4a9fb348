import { ethers, network } from 'hardhat';

/** A call of a rehearsal; without an actor it is a plain read. */
export interface Step {
  readonly actor?: string;
  readonly target: string;
  readonly data: string;
}

export interface Answer {
  readonly ok: boolean;
  readonly data: string;
}

/** Plays steps on the latest block in one `eth_call`, in which every actor has the code of `Rehearsal`. */
export interface Rehearsal {
  readonly play: (steps: readonly Step[]) => Promise<readonly Answer[]>;
}

/** The most that one call may use: what the network lets a transaction have [gas]. */
const GAS = '0xffffff';
const NOBODY = ethers.ZeroAddress.slice(2);
/** Characters of a word. */
const WORD = 64;

export async function createRehearsal(): Promise<Rehearsal> {
  const contract = await ethers.deployContract('Rehearsal');
  const to = await contract.getAddress();
  const code = await ethers.provider.getCode(to);
  const { selector } = contract.interface.getFunction('play')!;
  const [caller] = await ethers.getSigners();

  async function play(steps: readonly Step[]): Promise<readonly Answer[]> {
    const packed = steps.map(
      ({ actor, target, data }) => (actor?.slice(2) ?? NOBODY) + target.slice(2) + data.slice(2),
    );
    const actors = new Set(steps.flatMap(({ actor }) => actor ?? []));
    const overrides = Object.fromEntries([...actors].map((actor) => [actor, { code }]));
    const call = { from: caller!.address, to, data: selector + wordOf(32) + encodeList(packed), gas: GAS };
    const answer = (await network.provider.send('eth_call', [call, 'latest', overrides])) as string;
    return decodeList(answer.slice(2 + WORD)).map((text) => ({
      ok: text.startsWith('01'),
      data: `0x${text.slice(2)}`,
    }));
  }
  return { play };
}

// --- Lists of bytes as the ABI has them, in hexadecimal; ethers takes longer for it than the chain for the calls.

const wordOf = (value: number): string => value.toString(16).padStart(WORD, '0');

function encodeList(items: readonly string[]): string {
  const tails = items.map((item) => wordOf(item.length / 2) + item.padEnd(Math.ceil(item.length / WORD) * WORD, '0'));
  let offset = items.length * 32;
  const heads = tails.map((tail) => {
    const head = wordOf(offset);
    offset += tail.length / 2;
    return head;
  });
  return wordOf(items.length) + heads.join('') + tails.join('');
}

function decodeList(hex: string): string[] {
  const numberAt = (position: number): number => Number(`0x${hex.slice(position, position + WORD)}`);
  return Array.from({ length: numberAt(0) }, (_, i) => {
    const start = WORD + numberAt(WORD + i * WORD) * 2;
    return hex.slice(start + WORD, start + WORD + numberAt(start) * 2);
  });
}
