import { startLlama, tinyTalkPath } from '@yellowstone/llama';
import { devAccount } from '../local/accounts.js';
import { startFundedChain } from '../local/funded-chain.js';
import { bearer, startConsumer, startProvider } from '../local/nodes.js';
import type { Program } from '../local/process.js';
import { startMockBackend, startSmallProgram } from '../local/small-program.js';
import type { Target } from './load.js';

/** Models of the bench: one with room for every client, one with few slots, and a real one. */
export const WIDE = 'bench-wide';
export const NARROW = 'bench-narrow';
export const TALK = 'bench-talk';
/** Answers at the same time of the narrow model. */
export const NARROW_SLOTS = 8;
const WIDE_SLOTS = 512;
const TALK_SLOTS = 2;

/** The ways to the same backend, and what is to be watched. */
export interface Places {
  /** To the backend itself. */
  readonly direct: Target;
  /** Through two bare proxies in a chain. */
  readonly chain: Target;
  /** Through a consumer's and a provider's node. */
  readonly nodes: Target;
  /** To llama.cpp itself; `nodes` serves it as TALK. */
  readonly llama: Target;
  readonly programs: { readonly consumer: Program; readonly provider: Program };
  stop(): Promise<void>;
}

const PRICE = '0.00001';
const STAKE = '10';

/** Starts everything as processes of their own: a chain, nodes, a mock backend, bare proxies, llama.cpp. */
export async function startPlaces(): Promise<Places> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of [...stops].reverse()) await one();
  };
  const started = <Started extends { stop(): Promise<void> }>(one: Started): Started => {
    stops.push(() => one.stop());
    return one;
  };
  const bareProxy = async (target: string): Promise<string> =>
    started(await startSmallProgram('bench/bare-proxy', [target])).url;
  try {
    const { url: backend } = started(await startMockBackend());
    const proxy = await bareProxy(await bareProxy(backend));
    const llama = started(await startLlama({ modelPath: tinyTalkPath, modelName: TALK, slots: TALK_SLOTS }));
    const { chain } = started(await startFundedChain({ days: 3 }));
    const offer = (modelName: string, slots: number, backendUrl = `${backend}/v1`) => ({
      modelName,
      slots,
      backendUrl,
      pricePerSecond: PRICE,
      stake: STAKE,
    });
    const provider = started(await startProvider({ chain, account: devAccount(2) }, offer(WIDE, WIDE_SLOTS)));
    started(await startProvider({ chain, account: devAccount(3) }, offer(NARROW, NARROW_SLOTS)));
    started(await startProvider({ chain, account: devAccount(4) }, offer(TALK, TALK_SLOTS, `${llama.url}/v1`)));
    const limits = { maxPricePerSecond: '0.001', maxStake: '20000' };
    const consumer = started(await startConsumer({ chain, account: devAccount(5) }, limits));
    return {
      direct: { url: backend, headers: {} },
      chain: { url: proxy, headers: {} },
      nodes: { url: consumer.url, headers: bearer(consumer.apiKey) },
      llama: { url: llama.url, headers: {} },
      programs: { consumer: consumer.program, provider: provider.program },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
