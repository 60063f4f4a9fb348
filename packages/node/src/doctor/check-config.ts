import { type Config, ConfigError, loadConfig, type Setting } from '@yellowstone/service';
import { bad, type Finding, ok } from './finding.js';

type Settings = Readonly<Record<string, Setting<unknown>>>;
type Env = Readonly<Record<string, string | undefined>>;

/** What can be read of a configuration, whatever else is wrong with it. */
export type PartialConfig<Definition extends Settings> = Partial<Config<Definition>>;

/** Says everything that is wrong with the environment. */
export function checkConfig(load: () => unknown, env: Env): Finding {
  const given = Object.entries(env).filter(([name, value]) => name.startsWith('YELLOWSTONE_') && (value ?? '') !== '');
  try {
    load();
    return ok('settings', `${given.length} given, all fit`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ env: name, value }) =>
      value === undefined ? `${name} is missing` : `${name} is ${value}`,
    );
    const expected = error.problems.map((problem) => `${problem.env}: ${problem.expected}`);
    return bad('settings', problems.join('; '), `Run \`yellowstone init\`, or give ${expected.join('; ')}.`);
  }
}

/** Each setting for itself: one that does not fit hides no other. */
export function readLeniently<Definition extends Settings>(
  definition: Definition,
  env: Env,
): PartialConfig<Definition> {
  const entries = Object.entries(definition).flatMap(([name, one]) => {
    try {
      return Object.entries(loadConfig({ [name]: one }, env));
    } catch {
      return [];
    }
  });
  // Every value was read by its own setting.
  return Object.fromEntries(entries) as PartialConfig<Definition>;
}
