import type { Setting } from '@yellowstone/service';

/** A setting with the value it is to have; without one it stands there commented out, for later. */
export interface EnvEntry {
  readonly setting: Setting<unknown>;
  readonly value?: string;
}

const HEAD = '# Written by `yellowstone init`. All settings: .env.example.';

/** The text of a `.env` file, with what each setting is for. */
export function envText(entries: readonly EnvEntry[]): string {
  const blocks = entries.map(({ setting: { env, description }, value }) =>
    [`# ${description}`, value === undefined ? `# ${env}=` : `${env}=${quoted(value)}`].join('\n'),
  );
  return `${[HEAD, ...blocks].join('\n\n')}\n`;
}

/** In single quotes nothing is special to shells and dotenv readers; a value with one gets double quotes. */
function quoted(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  return value.includes("'") ? `"${value.replaceAll('"', '\\"')}"` : `'${value}'`;
}
