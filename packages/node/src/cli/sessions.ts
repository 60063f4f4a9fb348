import type { Session } from '@yellowstone/client';
import { type Address, formatMor } from '@yellowstone/protocol';
import type { Command } from 'commander';
import { addressArgument, countArgument } from './arguments.js';
import { requireAccount, withChainView } from './chain-access.js';
import type { Run } from './command.js';
import { HOUR_SECONDS, shortHex, timeText } from './format.js';
import { type Column, tableText } from './table.js';

interface Options {
  readonly account?: Address;
  readonly limit: number;
}

/** A session with what a person wants to know about it. */
interface ListedSession {
  readonly session: Session;
  /** Name of the model, or its id if it has none. */
  readonly model: string;
  readonly state: SessionState;
}

/** `ended` = its time is over and nobody closed it; its money is settled all the same. */
export type SessionState = 'open' | 'ended' | 'closed';

const DEFAULT_LIMIT = 20;

/** `yellowstone sessions`; its subcommands are added to what this returns. */
export function addSessions(cli: Command, run: Run): Command {
  return cli
    .command('sessions')
    .description('list the sessions of an account, the latest first')
    .option('--account <address>', 'whose sessions (default: the account of the key)', addressArgument)
    .option('--limit <count>', 'how many at most', countArgument, DEFAULT_LIMIT)
    .action((options: Options, command: Command) =>
      run(command, (context) =>
        withChainView(context, async ({ reads, chainClock }) => {
          const user = await requireAccount(context, options.account);
          const { listed, total, now } = await context.wait('reading the sessions', async () => {
            const now = await chainClock.now();
            const { total } = await reads.userSessions(user, { limit: 1 });
            const offset = Math.max(0, total - options.limit);
            const { items } = await reads.userSessions(user, { offset, limit: options.limit });
            const modelIds = [...new Set(items.map(({ modelId }) => modelId))];
            const models = new Map(await Promise.all(modelIds.map(async (id) => [id, await reads.model(id)] as const)));
            const listed = items.map((session): ListedSession => {
              const { modelId } = session;
              return { session, model: models.get(modelId)?.name ?? modelId, state: stateOf(session, now) };
            });
            return { listed: listed.reverse(), total, now };
          });
          context.terminal.answer({ account: user, total, sessions: listed.map(toJson) }, () => {
            if (listed.length === 0) return `${user} has no sessions.`;
            const more = listed.length < total ? `\n${listed.length} of ${total}; --limit shows more.` : '';
            return `${tableText(columnsAt(now), listed)}${more}`;
          });
        }),
      ),
    );
}

export function stateOf({ isClosed, endsAt }: Pick<Session, 'isClosed' | 'endsAt'>, now: bigint): SessionState {
  if (isClosed) return 'closed';
  return endsAt <= now ? 'ended' : 'open';
}

function columnsAt(now: bigint): readonly Column<ListedSession>[] {
  return [
    { title: 'state', cell: ({ state }) => state },
    { title: 'model', cell: ({ model }) => model },
    { title: 'provider', cell: ({ session }) => shortHex(session.provider) },
    {
      title: 'MOR per hour',
      cell: ({ session }) => formatMor(session.pricePerSecondMor * HOUR_SECONDS),
      isNumber: true,
    },
    { title: 'paid by', cell: ({ session }) => (session.payment === 'pool' ? 'pool' : 'wallet') },
    { title: 'opened', cell: ({ session }) => timeText(session.openedAt, now) },
    { title: 'ends', cell: ({ session }) => timeText(endOf(session), now) },
    { title: 'verdict', cell: ({ session }) => (session.verdict === 'none' ? '-' : session.verdict) },
    { title: 'session id', cell: ({ session }) => session.sessionId },
  ];
}

/** When it ended, if it was closed before its time. */
function endOf({ isClosed, openedAt, usedSeconds, endsAt }: Session): bigint {
  return isClosed ? openedAt + usedSeconds : endsAt;
}

function toJson({ session, model, state }: ListedSession) {
  const { sessionId, user, provider, bidId, modelId, pricePerSecondMor, payment, isDisputable, verdict } = session;
  return {
    sessionId,
    state,
    model,
    modelId,
    user,
    provider,
    bidId,
    pricePerSecondMor,
    payment,
    openedAt: Number(session.openedAt),
    endsAt: Number(session.endsAt),
    usedSeconds: Number(session.usedSeconds),
    isDisputable,
    verdict,
  };
}
