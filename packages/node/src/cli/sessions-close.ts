import type { Verdict } from '@yellowstone/client';
import type { SessionId } from '@yellowstone/protocol';
import { createLog, loadConfig } from '@yellowstone/service';
import { type Command, Option } from 'commander';
import type { OpenSession } from '../consumer/open-session.js';
import { createEndSession } from '../consumer/sessions/end-session.js';
import { nodeError } from '../errors.js';
import { sessionArgument } from './arguments.js';
import { type ChainHands, withChainHands } from './chain-access.js';
import type { Run } from './command.js';
import { durationText, morText } from './format.js';
import { withProviders } from './provider-access.js';
import { logSettings } from './settings.js';
import { type Fact, factsText } from './table.js';

interface Options {
  readonly pass?: true;
  readonly fail?: true;
}

/** A command has no database; a node that holds the session notices that it was closed. */
const NO_BOOKS = { settle: async () => undefined };

/** `yellowstone sessions close` */
export function addSessionsClose(sessions: Command, run: Run): void {
  sessions
    .command('close')
    .description('close a session; the unused part goes back to the allowance of the day, or to the wallet')
    .argument('<session>', 'id of the session', sessionArgument)
    .option('--pass', 'say that the provider served well')
    .addOption(new Option('--fail', 'say that the provider did not serve').conflicts('pass'))
    .action((sessionId: SessionId, options: Options, command: Command) =>
      run(command, (context) =>
        withChainHands(context, (hands) =>
          withProviders(context, hands, async ({ providers }) => {
            const { env, terminal, wait } = context;
            const { domain, reads, writes } = hands;
            const session = await wait('reading the session', () => openSessionOf(hands, sessionId));
            const log = createLog({ name: 'yellowstone', level: loadConfig(logSettings, env).logLevel });
            const end = createEndSession({ domain, reads, writes, providers, spending: NO_BOOKS, log });
            const verdict: Verdict = options.fail === true ? 'fail' : options.pass === true ? 'pass' : 'none';
            if (verdict !== 'fail') terminal.note(`asking ${session.bid.endpoint} for its receipt`);
            const settled = await end(session, verdict);
            const { creditedMor, returnedMor, backToPoolMor, usedSeconds, inputTokens, outputTokens } = settled;
            const data = {
              sessionId,
              verdict: settled.verdict,
              usedSeconds: Number(usedSeconds),
              creditedMor,
              returnedMor,
              backToPoolMor,
              inputTokens,
              outputTokens,
            };
            const returnedTo = session.payment === 'pool' ? 'to the allowance of its day' : 'to your wallet';
            const lost: readonly Fact[] = backToPoolMor === 0n ? [] : [['to the pool', morText(backToPoolMor)]];
            terminal.answer(data, () =>
              factsText([
                ['closed', sessionId],
                ['used', durationText(usedSeconds)],
                ['to the provider', morText(creditedMor)],
                ['returned', `${morText(returnedMor)} ${returnedTo}`],
                ...lost,
                ['tokens', `${inputTokens} in, ${outputTokens} out`],
              ]),
            );
          }),
        ),
      ),
    );
}

/** @throws session_not_found, session_closed, bid_not_found */
async function openSessionOf({ reads }: Pick<ChainHands, 'reads'>, sessionId: SessionId): Promise<OpenSession> {
  const session = await reads.session(sessionId);
  if (session === undefined) throw nodeError('session_not_found', { sessionId });
  if (session.isClosed) throw nodeError('session_closed', { sessionId });
  const bid = await reads.bid(session.bidId);
  if (bid === undefined) throw nodeError('bid_not_found', { bidId: session.bidId });
  const { payment, openedAt, endsAt } = session;
  return { sessionId, bid, payment, slots: undefined, openedAt, endsAt };
}
