import type { Setting } from './config.js';

/** The settings of one program, under a heading. */
export interface SettingsGroup {
  readonly title: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}

const HEAD = '# Generated from the settings by `npm run env:example`; edit those, not this file.';

/**
 * The text of `.env.example`: every setting once, under the first group that has it. What must be given stands there
 * empty; what may be left out is commented out, with its fallback.
 */
export function renderEnvExample(groups: readonly SettingsGroup[]): string {
  const seen = new Set<string>();
  const blocks = groups.flatMap(({ title, settings }) => {
    const own = Object.values(settings).filter(({ env }) => !seen.has(env) && seen.add(env));
    return own.length === 0 ? [] : [`# --- ${title}`, ...own.map(renderSetting)];
  });
  return `${[HEAD, ...blocks].join('\n\n')}\n`;
}

function renderSetting({ env, description, expected, fallback, isOptional, isSecret }: Setting<unknown>): string {
  const notes = [isOptional ? 'Optional.' : '', isSecret ? 'Keep it secret.' : ''].filter((note) => note !== '');
  const comment = [description, `Expected: ${expected}.`, ...notes].flatMap((line) => line.split('\n'));
  const isRequired = fallback === undefined && !isOptional;
  // A fallback of a secret would be a default password.
  const assignment = `${env}=${isSecret ? '' : quoted(fallback ?? '')}`;
  return [...comment.map((line) => `# ${line}`), isRequired ? assignment : `# ${assignment}`].join('\n');
}

/** Shells and dotenv readers disagree about spaces and signs outside of quotes. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
