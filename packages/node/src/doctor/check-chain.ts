import { isChainError } from '@yellowstone/client';
import { scrub } from '@yellowstone/service';
import { isDevelopmentChain } from '../chain/development-chains.js';
import type { ChainPlace } from '../chain/connect-chain.js';
import { bad, failureText, type Finding, ok, unseen, warn } from './finding.js';
import type { ChainSight, DoctorWorld, RpcFacts } from './world.js';

/** The chain, if it could be reached and has the diamond. Whoever gets it closes it. */
export interface ChainLook {
  readonly findings: readonly Finding[];
  readonly chain: ChainSight | undefined;
}

const MS_PER_SECOND = 1_000;
/** A head older than this is no news of now [s]. */
const MAX_HEAD_AGE_SECONDS = 120;
/** Signed requests are good for 120 s and cover clocks that differ; both numbers are below that [s]. */
const SKEW_WARN_SECONDS = 10;
const SKEW_BAD_SECONDS = 90;

/** RPC endpoint, chain id, clocks, diamond, head. */
export async function checkChain(
  world: Pick<DoctorWorld, 'now' | 'rpc' | 'connect'>,
  { rpcUrl, chainId, diamond, pollingMs }: Partial<ChainPlace>,
): Promise<ChainLook> {
  if (rpcUrl === undefined) return withoutChain([unseen('RPC', 'YELLOWSTONE_RPC_URL is not set')]);
  const looks = await Promise.all(
    rpcUrl
      .reveal()
      .split(',')
      .map((url) => lookAt(world, url)),
  );
  const endpoints = looks.map(({ finding }) => finding);
  const rpc = looks.find((look) => look.rpc !== undefined)?.rpc;
  if (rpc === undefined) return withoutChain(endpoints);
  const findings = [...endpoints, checkChainId(rpc.chainId, chainId), checkClock(world.now(), rpc)];
  if (diamond === undefined)
    return { findings: [...findings, unseen('diamond', 'its address is not set')], chain: undefined };
  try {
    // A wrong chain id was told already.
    const chain = await world.connect({ rpcUrl, diamond, pollingMs });
    const head = checkHead({ now: world.now(), headAt: await chain.reads.now(), chainId: rpc.chainId });
    return { findings: [...findings, ok('diamond', `${diamond} has code and is one`), head], chain };
  } catch (error) {
    const isPlace = isChainError(error, 'CHAIN_NO_CODE') || isChainError(error, 'CHAIN_NOT_A_DIAMOND');
    const next = isPlace
      ? 'Compare YELLOWSTONE_DIAMOND with the address announced for this chain.'
      : 'Run the doctor again; if it stays, take another RPC endpoint.';
    return { findings: [...findings, bad('diamond', failureText(error), next)], chain: undefined };
  }
}

/** One endpoint; a node uses those that answer, so one that does not is bad for the operator, not for the node. */
async function lookAt(
  world: Pick<DoctorWorld, 'rpc'>,
  url: string,
): Promise<{ readonly finding: Finding; readonly rpc?: RpcFacts }> {
  const where = scrub(url);
  try {
    return { finding: ok('RPC', `${where} answers`), rpc: await world.rpc(url) };
  } catch (error) {
    const next =
      'Is the endpoint up, and YELLOWSTONE_RPC_URL right? A firewall or a used-up quota looks like this too.';
    return { finding: bad('RPC', `${where} does not answer: ${failureText(error)}`, next) };
  }
}

function withoutChain(findings: readonly Finding[]): ChainLook {
  const rest = ['chain id', 'clock', 'diamond', 'head'].map((check) => unseen(check, 'the chain cannot be reached'));
  return { findings: [...findings, ...rest], chain: undefined };
}

export function checkChainId(found: bigint, expected: bigint | undefined): Finding {
  if (expected === undefined) {
    return warn('chain id', `${found}; any other would do too`, `Set YELLOWSTONE_CHAIN_ID=${found}.`);
  }
  if (found === expected) return ok('chain id', `${found}, as it must be`);
  return bad(
    'chain id',
    `${found}, but YELLOWSTONE_CHAIN_ID is ${expected}`,
    'Take an RPC endpoint of the right chain.',
  );
}

/** This clock beside that of the machine which answered: no time server is asked. */
export function checkClock(now: number, { date }: Pick<RpcFacts, 'date'>): Finding {
  if (date === undefined) return ok('clock', `${isoOf(now)}; the RPC endpoint does not tell its own time`);
  const skewSeconds = Math.round((now - date) / MS_PER_SECOND);
  const distance = Math.abs(skewSeconds);
  const found = `${distance} s ${skewSeconds < 0 ? 'behind' : 'ahead of'} the clock of the RPC endpoint`;
  const next = 'Turn on time synchronisation (`timedatectl set-ntp true`): signatures are good for two minutes.';
  if (distance > SKEW_BAD_SECONDS) return bad('clock', found, next);
  return distance > SKEW_WARN_SECONDS ? warn('clock', found, next) : ok('clock', found);
}

export function checkHead({ now, headAt, chainId }: { now: number; headAt: bigint; chainId: bigint }): Finding {
  const ageSeconds = Math.floor(now / MS_PER_SECOND) - Number(headAt);
  const found =
    ageSeconds < 0
      ? `the latest block is ${-ageSeconds} s ahead of this clock`
      : `the latest block is ${ageSeconds} s old`;
  if (isDevelopmentChain(chainId)) return ok('head', `${found}, on a development chain`);
  if (ageSeconds > MAX_HEAD_AGE_SECONDS) {
    return bad(
      'head',
      found,
      'The RPC endpoint has stopped following the chain (or this clock is ahead): take another.',
    );
  }
  if (ageSeconds < -SKEW_WARN_SECONDS) return bad('head', found, 'This clock is behind: turn on time synchronisation.');
  return ok('head', found);
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
