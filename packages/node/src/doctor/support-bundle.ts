import { release } from 'node:os';
import { scrub, type Setting } from '@yellowstone/service';
import { consumerSettings, providerSettings, storeSettings } from '../config.js';
import { readLeniently } from './check-config.js';
import { examine, type Patient } from './examine.js';
import type { Finding } from './finding.js';
import type { DoctorWorld, StoreSight } from './world.js';

/** What a stranger needs to understand a node that fails, and nothing that must stay with its operator. */
export interface SupportBundle {
  readonly madeAt: string;
  readonly role: Patient['role'];
  readonly versions: Readonly<Record<string, string>>;
  /** As given, secrets as `[secret]`; `null` = not given. */
  readonly settings: Readonly<Record<string, string | null>>;
  readonly findings: readonly Finding[];
  readonly migrations: StoreSight['applied'];
  /** The latest ones, without what they were called with. */
  readonly intents: StoreSight['intents'];
}

const MAX_INTENTS = 100;

/** @param version of this program */
export async function makeBundle(
  world: DoctorWorld,
  { role, env }: Patient,
  { version }: { readonly version: string },
): Promise<SupportBundle> {
  const definition = role === 'provider' ? providerSettings : consumerSettings;
  const { dataDir, databaseUrl } = readLeniently(storeSettings[role], env);
  const findings = await examine(world, { role, env });
  const place = dataDir === undefined ? undefined : { dataDir, databaseUrl };
  // Why it cannot be opened is a finding.
  const store = place === undefined ? undefined : await world.store(place).catch(() => undefined);
  return {
    madeAt: new Date(world.now()).toISOString(),
    role,
    versions: {
      yellowstone: version,
      node: process.version,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
    settings: Object.fromEntries(
      Object.values(definition).map((setting) => [setting.env, told(setting, env[setting.env])]),
    ),
    findings: findings.map(withoutSecrets),
    migrations: store?.applied ?? [],
    intents: store?.intents.slice(0, MAX_INTENTS) ?? [],
  };
}

function withoutSecrets({ check, level, found, next }: Finding): Finding {
  return { check, level, found: safe(found), ...(next === undefined ? {} : { next: safe(next) }) };
}

function told({ isSecret }: Setting<unknown>, value: string | undefined): string | null {
  if (value === undefined || value === '') return null;
  return isSecret ? '[secret]' : safe(value);
}

/** Without paths, without what may be a token in a URL, and without anything that could be a key written into the wrong place. */
function safe(text: string): string {
  return scrub(text).replace(/(0x)?[0-9a-fA-F]{64}|ysk_\S+/g, '[secret]');
}
