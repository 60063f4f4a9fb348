import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { makeBundle } from '../doctor/support-bundle.js';
import type { Run } from './command.js';
import { type Role, roleOf, roleOption, worldOf } from './doctor.js';
import { replaceFile } from './private-files.js';

interface Options {
  readonly out: string;
  readonly role?: Role;
}

/** `yellowstone support-bundle` */
export function addSupportBundle(cli: Command, run: Run): void {
  cli
    .command('support-bundle')
    .description('write versions, settings, what the doctor finds and the last chain writes; no secrets, no prompts')
    .requiredOption('--out <file>', 'JSON file to write; one of that name is replaced')
    .addOption(roleOption())
    .action(({ out, role: asked }: Options, command: Command) =>
      run(command, async (context) => {
        const patient = { role: roleOf(context, asked), env: context.env };
        const bundle = await context.wait('looking at the node', () =>
          makeBundle(worldOf(context), patient, { version: ownVersion() }),
        );
        await replaceFile(out, `${JSON.stringify(bundle, undefined, 2)}\n`);
        context.terminal.answer({ file: out, findings: bundle.findings.length }, () => `Written to ${out}.`);
        context.terminal.note('Read it before you give it away: it names accounts, hosts and balances.');
      }),
    );
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
