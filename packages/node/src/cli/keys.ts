import { AppError, createLog, loadConfig } from '@yellowstone/service';
import { type Command, Option } from 'commander';
import { API_SCOPES, type ApiScope } from '../api-access.js';
import { storeSettings } from '../config.js';
import { openNodeStore } from '../state/open-node-store.js';
import { durationArgument, urlArgument } from './arguments.js';
import type { CommandContext, Run } from './command.js';
import { timeText } from './format.js';
import { type KeyDesk, remoteKeyDesk, type ShownKey, storedKeyDesk } from './key-desk.js';
import { limitsIn, limitsText, type LimitOptions, usedText, withLimits } from './key-limits.js';
import { createNodeClient } from './node-client.js';
import { apiKeySettings, logSettings } from './settings.js';
import { type Column, tableText } from './table.js';

type Role = keyof typeof storeSettings;

interface Options {
  readonly role: Role;
  readonly url?: string;
}

interface CreateOptions extends Options, LimitOptions {
  readonly scope: readonly ApiScope[];
  /** [s] */
  readonly expires?: bigint;
}

const MS_PER_SECOND = 1_000;
const USUAL_URLS: Readonly<Record<Role, string>> = {
  provider: 'http://127.0.0.1:8082',
  consumer: 'http://127.0.0.1:8083',
};

/** `yellowstone keys create | list | revoke` */
export function addKeys(cli: Command, run: Run): void {
  const keys = cli
    .command('keys')
    .description('manage the API keys of a node: in its database while it stands still, by --url while it runs');
  withLimits(withPlace(keys.command('create')))
    .description('make an API key; it is shown once and kept nowhere')
    .argument('<name>', 'for people, such as who gets it')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(API_SCOPES).default(['infer']))
    .option('--expires <duration>', 'after which it is refused (default: never)', durationArgument)
    .action((name: string, options: CreateOptions, command: Command) =>
      run(command, (context) =>
        withDesk(context, options, async (desk) => {
          const { wait, terminal } = context;
          const { scope: scopes, expires } = options;
          const limits = limitsIn(options);
          const expiry = expires === undefined ? {} : { expiresInSeconds: Number(expires) };
          const made = await wait('making the key', () => desk.create({ name, scopes, limits, ...expiry }));
          terminal.answer(made, () => made.token);
          terminal.note(`This is the key ${made.id} (${name}). It is shown this once: keep it now.`);
        }),
      ),
    );
  withPlace(keys.command('list'))
    .description('list the API keys; the keys themselves are known to nobody')
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withDesk(context, options, async (desk) => {
          const { clock, wait, terminal } = context;
          const listed = await wait('reading the keys', () => desk.list());
          terminal.answer({ keys: listed }, () =>
            listed.length === 0 ? 'There are no API keys.' : tableText(columnsAt(clock.now()), listed),
          );
        }),
      ),
    );
  withPlace(keys.command('revoke'))
    .description('refuse an API key from now on')
    .argument('<id>', 'id of the key, as listed')
    .action((id: string, options: Options, command: Command) =>
      run(command, (context) =>
        withDesk(context, options, async (desk) => {
          await context.wait('revoking the key', () => desk.revoke(id));
          context.terminal.answer({ id, isRevoked: true }, () => `The key ${id} is refused from now on.`);
        }),
      ),
    );
}

function withDesk(
  context: CommandContext,
  { role, url }: Options,
  act: (desk: KeyDesk) => Promise<void>,
): Promise<void> {
  return url === undefined ? withStored(context, role, act) : withRemote(context, url, act);
}

async function withStored(
  { env, wait, clock }: CommandContext,
  role: Role,
  act: (desk: KeyDesk) => Promise<void>,
): Promise<void> {
  const log = createLog({ name: 'yellowstone', level: loadConfig(logSettings, env).logLevel });
  const config = loadConfig(storeSettings[role], env);
  const store = await wait('opening the database', () => openNodeStore(config, { log })).catch((error: unknown) => {
    throw orHowToAsk(error, role);
  });
  try {
    await act(storedKeyDesk(store, clock));
  } finally {
    await store.stop();
  }
}

async function withRemote(
  { env, signal }: CommandContext,
  url: string,
  act: (desk: KeyDesk) => Promise<void>,
): Promise<void> {
  const node = createNodeClient({ url, apiKey: loadConfig(apiKeySettings, env).apiKey });
  try {
    await act(remoteKeyDesk(node, signal));
  } finally {
    await node.close();
  }
}

/** Whoever runs into a running node is told how to ask it. */
function orHowToAsk(error: unknown, role: Role): unknown {
  if (!(error instanceof AppError) || error.code !== 'database_in_use') return error;
  const { code, httpStatus, message, details } = error;
  const hint =
    `The node runs: ask it with --url ${USUAL_URLS[role]} and a key of the scope operate in YELLOWSTONE_API_KEY, ` +
    'or stop it first.';
  return new AppError({ code, httpStatus, message, hint, ...(details === undefined ? {} : { details }), cause: error });
}

function withPlace(command: Command): Command {
  return command
    .addOption(roleOption())
    .option('--url <url>', 'asks the running node there, with the key in YELLOWSTONE_API_KEY', urlArgument);
}

function roleOption(): Option {
  return new Option('--role <role>', 'whose database, where YELLOWSTONE_DATA_DIR does not say')
    .choices(Object.keys(storeSettings))
    .default('consumer');
}

function columnsAt(nowMs: number): readonly Column<ShownKey>[] {
  const now = BigInt(Math.floor(nowMs / MS_PER_SECOND));
  const told = (at: number | null, otherwise: string): string => (at === null ? otherwise : timeText(BigInt(at), now));
  return [
    { title: 'id', cell: ({ id }) => id },
    { title: 'name', cell: ({ name }) => name },
    { title: 'scopes', cell: ({ scopes }) => scopes.join(', ') },
    { title: 'limits', cell: ({ limits }) => limitsText(limits) },
    { title: 'used today', cell: ({ usedToday }) => usedText(usedToday) },
    { title: 'made', cell: ({ createdAt }) => told(createdAt, '') },
    { title: 'last used', cell: ({ lastUsedAt }) => told(lastUsedAt, 'never') },
    { title: 'expires', cell: ({ expiresAt }) => told(expiresAt, 'never') },
    { title: 'revoked', cell: ({ revokedAt }) => told(revokedAt, '-') },
  ];
}
