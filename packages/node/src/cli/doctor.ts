import { createLog, loadConfig } from '@yellowstone/service';
import { type Command, Option } from 'commander';
import { consumerSettings, storeSettings } from '../config.js';
import { examine } from '../doctor/examine.js';
import type { Finding, Level } from '../doctor/finding.js';
import { realWorld } from '../doctor/real-world.js';
import type { DoctorWorld } from '../doctor/world.js';
import type { CommandContext, Run } from './command.js';
import { nodeError } from '../errors.js';
import { countText } from './format.js';
import { logSettings } from './settings.js';

export type Role = keyof typeof storeSettings;

interface Options {
  readonly role?: Role;
}

/** `yellowstone doctor` */
export function addDoctor(cli: Command, run: Run): void {
  cli
    .command('doctor')
    .description('look at settings, key, chain, money, endpoint, backends and data of a node; changes nothing')
    .addOption(roleOption())
    .action(({ role: asked }: Options, command: Command) =>
      run(command, async (context) => {
        const role = roleOf(context, asked);
        const findings = await context.wait('looking at the node', () =>
          examine(worldOf(context), { ...context, role }),
        );
        context.terminal.answer({ role, findings }, () => findingsText(findings));
        const bad = findings.filter(({ level }) => level === 'bad').map(({ check }) => check);
        if (bad.length > 0) throw nodeError('doctor_found_bad', { checks: bad.join(', ') });
      }),
    );
}

export function roleOption(): Option {
  const choices = Object.keys(storeSettings);
  return new Option('--role <role>', `what the node is (default: by ${consumerSettings.maxStakeMor.env})`).choices(
    choices,
  );
}

/** Only consumers have limits. */
export function roleOf({ env }: Pick<CommandContext, 'env'>, asked: Role | undefined): Role {
  return asked ?? ((env[consumerSettings.maxStakeMor.env] ?? '') === '' ? 'provider' : 'consumer');
}

export function worldOf({ env, clock, signal }: CommandContext): DoctorWorld {
  const log = createLog({ name: 'yellowstone', level: loadConfig(logSettings, env).logLevel });
  return realWorld({ env, clock, log, signal });
}

const LEVELS: Readonly<Record<Level, string>> = { ok: 'ok  ', warn: 'warn', bad: 'BAD ' };

/** One line for each finding, and one more where something is to be done. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(width + 2 * LEVELS.ok.length - 2);
  const lines = findings.flatMap(({ check, level, found, next }) => [
    `${LEVELS[level]}  ${check.padEnd(width)}  ${found}`,
    ...(next === undefined ? [] : [`${indent}→ ${next}`]),
  ]);
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  return [...lines, '', `${count('ok')} good, ${countText(count('warn'), 'warning')}, ${count('bad')} bad`].join('\n');
}
