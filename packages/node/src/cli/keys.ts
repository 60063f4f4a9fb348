import { type ApiKey, createLog, loadConfig } from '@yellowstone/service';
import { type Command, Option } from 'commander';
import { API_SCOPES, type ApiScope } from '../api-access.js';
import { storeSettings } from '../config.js';
import { type NodeStore, openNodeStore } from '../state/open-node-store.js';
import { durationArgument } from './arguments.js';
import type { CommandContext, Run } from './command.js';
import { cliError } from './errors.js';
import { timeText } from './format.js';
import { logSettings } from './settings.js';
import { type Column, tableText } from './table.js';

type Role = keyof typeof storeSettings;

interface Options {
  readonly role: Role;
}

interface CreateOptions extends Options {
  readonly scope: readonly ApiScope[];
  /** [s] */
  readonly expires?: bigint;
}

const MS_PER_SECOND = 1_000;

/** `yellowstone keys create | list | revoke` */
export function addKeys(cli: Command, run: Run): void {
  const keys = cli
    .command('keys')
    .description('manage the API keys of a node; a node with an embedded database must stand still');
  keys
    .command('create')
    .description('make an API key; it is shown once and kept nowhere')
    .argument('<name>', 'for people, such as who gets it')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(API_SCOPES).default(['infer']))
    .option('--expires <duration>', 'after which it is refused (default: never)', durationArgument)
    .addOption(roleOption())
    .action((name: string, { role, scope: scopes, expires }: CreateOptions, command: Command) =>
      run(command, (context) =>
        withStore(context, role, async ({ apiKeys }) => {
          const { clock, wait, terminal } = context;
          const expiry = expires === undefined ? {} : { expiresAt: clock.now() + Number(expires) * MS_PER_SECOND };
          const { key, token } = await wait('making the key', () => apiKeys.create({ name, scopes, ...expiry }));
          terminal.answer({ ...toJson(key), token: token.reveal() }, () => token.reveal());
          terminal.note(`This is the key ${key.id} (${name}). It is shown this once: keep it now.`);
        }),
      ),
    );
  keys
    .command('list')
    .description('list the API keys; the keys themselves are known to nobody')
    .addOption(roleOption())
    .action(({ role }: Options, command: Command) =>
      run(command, (context) =>
        withStore(context, role, async ({ apiKeys }) => {
          const { clock, wait, terminal } = context;
          const listed = await wait('reading the keys', () => apiKeys.list());
          terminal.answer({ keys: listed.map(toJson) }, () =>
            listed.length === 0 ? 'There are no API keys.' : tableText(columnsAt(clock.now()), listed),
          );
        }),
      ),
    );
  keys
    .command('revoke')
    .description('refuse an API key from now on')
    .argument('<id>', 'id of the key, as listed')
    .addOption(roleOption())
    .action((id: string, { role }: Options, command: Command) =>
      run(command, (context) =>
        withStore(context, role, async ({ apiKeys }) => {
          const isRevoked = await context.wait('revoking the key', () => apiKeys.revoke(id));
          if (!isRevoked) throw cliError('api_key_not_found', { id });
          context.terminal.answer({ id, isRevoked }, () => `The key ${id} is refused from now on.`);
        }),
      ),
    );
}

async function withStore(
  { env, wait }: CommandContext,
  role: Role,
  act: (store: NodeStore) => Promise<void>,
): Promise<void> {
  const log = createLog({ name: 'yellowstone', level: loadConfig(logSettings, env).logLevel });
  const config = loadConfig(storeSettings[role], env);
  const store = await wait('opening the database', () => openNodeStore(config, { log }));
  try {
    await act(store);
  } finally {
    await store.stop();
  }
}

function roleOption(): Option {
  return new Option('--role <role>', 'whose database, where YELLOWSTONE_DATA_DIR does not say')
    .choices(Object.keys(storeSettings))
    .default('consumer');
}

function columnsAt(nowMs: number): readonly Column<ApiKey<ApiScope>>[] {
  const now = secondsOf(nowMs);
  const told = (at: number | undefined, otherwise: string): string =>
    at === undefined ? otherwise : timeText(secondsOf(at), now);
  return [
    { title: 'id', cell: ({ id }) => id },
    { title: 'name', cell: ({ name }) => name },
    { title: 'scopes', cell: ({ scopes }) => scopes.join(', ') },
    { title: 'made', cell: ({ createdAt }) => told(createdAt, '') },
    { title: 'last used', cell: ({ lastUsedAt }) => told(lastUsedAt, 'never') },
    { title: 'expires', cell: ({ expiresAt }) => told(expiresAt, 'never') },
    { title: 'revoked', cell: ({ revokedAt }) => told(revokedAt, '-') },
  ];
}

function toJson({ id, name, scopes, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKey<ApiScope>) {
  const seconds = (at: number | undefined): number | null => (at === undefined ? null : Number(secondsOf(at)));
  return {
    id,
    name,
    scopes,
    createdAt: seconds(createdAt),
    lastUsedAt: seconds(lastUsedAt),
    expiresAt: seconds(expiresAt),
    revokedAt: seconds(revokedAt),
  };
}

function secondsOf(ms: number): bigint {
  return BigInt(Math.floor(ms / MS_PER_SECOND));
}
