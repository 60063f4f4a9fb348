import { consumerSettings, loadNodeConfig, providerSettings } from '../config.js';
import { checkBackends } from './check-backends.js';
import { checkChain } from './check-chain.js';
import { checkConfig, readLeniently } from './check-config.js';
import { checkData } from './check-data.js';
import { checkKey } from './check-key.js';
import { checkMoney } from './check-money.js';
import { checkProvider } from './check-provider.js';
import { bad, failureText, type Finding } from './finding.js';
import type { DoctorWorld } from './world.js';

export interface Patient {
  readonly role: 'provider' | 'consumer';
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Looks at everything a node needs, and changes nothing. What is missing hides no more than what hangs on it. */
export async function examine(world: DoctorWorld, { role, env }: Patient): Promise<readonly Finding[]> {
  const settings = role === 'provider' ? providerSettings : consumerSettings;
  const config = readLeniently(settings, env);
  const key = await checkKey(world, config);
  const { findings: chainFindings, chain } = await checkChain(world, config);
  try {
    const { account } = key;
    const offer = readLeniently({ ...providerSettings }, env);
    const provider = role === 'provider' ? offer.provider : undefined;
    const money = await surely('money', () => checkMoney(chain?.reads, { role, account, provider }));
    const { dataDir, databaseUrl } = config;
    const data = await surely('data', () =>
      checkData(world, { role, databaseUrl, ...(dataDir === undefined ? {} : { dataDir }) }),
    );
    const shared = [
      checkConfig(() => loadNodeConfig<typeof settings>(settings, env), env),
      key.finding,
      ...chainFindings,
      ...money,
    ];
    if (role === 'consumer') return [...shared, ...data];
    const { findings: backends, models } = await checkBackends(world, offer.modelsFile ?? 'models-config.json');
    const localUrl = urlOf(offer.host ?? '127.0.0.1', offer.port ?? 3_333);
    const selling = await surely('provider', () =>
      checkProvider(world, chain, { account, provider, models, localUrl }),
    );
    return [...shared, ...selling, ...backends, ...data];
  } finally {
    chain?.close();
  }
}

/** An RPC endpoint can break off in the middle of anything. */
async function surely(check: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  return look().catch((error: unknown) => [bad(check, failureText(error), 'Run the doctor again.')]);
}

/** Where a node that listens on all addresses is reached from here. */
function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
