import {
  type BookedSession,
  bookedSessionOf,
  type Connection,
  createWrites,
  isChainError,
  type Sender,
  type Sent,
  type WaitOptions,
  type Writes,
} from '@yellowstone/client';
import {
  AppError,
  type ChainIntent,
  type ChainJournal,
  type IntentRequest,
  type SubmittedIntent,
} from '@yellowstone/service';

/** Writes that happen once whatever becomes of the process. */
export interface JournaledWrites {
  /**
   * What can be meant once only is sent once: the opening of an approval, the closing of a session. Asked again, such a
   * write is the one that is on its way or done, unless that one failed. Everything else is a new write each time.
   */
  readonly writes: Writes;
  /**
   * Writes of a caller who may ask again under the same key, such as that of the HTTP header `Idempotency-Key`: each
   * function is called once, unless the call failed. A session is opened by whichever approval was faster.
   * @throws intent_differs for other arguments under the same key
   */
  writesFor(idempotencyKey: string): Writes;
  /** The opening under a key that is on its way or done, so that no second approval is asked for; else undefined. */
  openingFor(idempotencyKey: string): Promise<Sent<BookedSession> | undefined>;
  /**
   * Waits until no opening of a session is on its way, of this process or of another one with the same key; what became of
   * them the chain tells. @throws CHAIN_TIMEOUT, CHAIN_ABORTED
   */
  openingsEnded(options?: WaitOptions): Promise<void>;
}

/** A journal, as far as it is needed here. */
type Journal = Pick<ChainJournal, 'address' | 'sender' | 'submit' | 'find' | 'resume' | 'unfinished'>;

/** More than a journal lets wait. */
const ALL_UNFINISHED = 10_000;

export function journaledWrites(connection: Connection, journal: Journal): JournaledWrites {
  const writesBy = (sender: Pick<Sender, 'send'>): Writes =>
    createWrites(connection, { address: journal.sender().address, ...sender });
  const once = (purpose: string): Writes =>
    writesBy({
      send: (call, doing) => sentOf(submitOnce(journal, { ...call, kind: doing }, { purpose, other: 'joins' })),
    });
  const writes: Writes = {
    ...createWrites(connection, journal.sender()),
    openSession: (opening) => {
      const { bidId, user, nonce } = opening.approval;
      return once(`open session ${bidId} ${user} ${nonce}`).openSession(opening);
    },
    closeSession: (closing) => once(`close session ${closing.sessionId}`).closeSession(closing),
  };
  const under = (idempotencyKey: string, doing: string): string => `asked ${idempotencyKey} ${doing}`;
  return {
    writes,
    writesFor(idempotencyKey) {
      const asked = (other: Purpose['other']): Writes =>
        writesBy({
          send: (call, doing) => {
            const purpose = under(idempotencyKey, doing);
            return sentOf(submitOnce(journal, { ...call, kind: doing }, { purpose, other }));
          },
        });
      // Approvals and receipts are signed anew each time; the closing of a session is one and the same for everybody.
      return { ...asked('is refused'), openSession: asked('joins').openSession, closeSession: writes.closeSession };
    },
    async openingFor(idempotencyKey) {
      const { known } = await latestOf(journal, under(idempotencyKey, 'openSession'));
      if (known === undefined) return undefined;
      const { hash, receipt } = await sentOf(journal.resume(known.id));
      const wait: Sent<BookedSession>['wait'] = async (options) => {
        const found = await receipt(options);
        const { gasUsed, blockNumber } = found;
        return { ...bookedSessionOf(connection, found), gasUsed, blockNumber: BigInt(blockNumber) };
      };
      return { hash, wait };
    },
    async openingsEnded(options) {
      const unfinished = await journal.unfinished(ALL_UNFINISHED);
      for (const { id } of unfinished.filter(({ kind }) => kind === 'openSession')) {
        const opening = await journal.resume(id);
        await opening.wait(options).catch((error: unknown) => {
          if (!isOver(error)) throw error;
        });
      }
    },
  };
}

/** What the contract refused is over; nobody knows that of anything else. */
function isOver(error: unknown): boolean {
  return isChainError(error) && error.code !== 'CHAIN_TIMEOUT' && error.code !== 'CHAIN_ABORTED';
}

interface Purpose {
  readonly purpose: string;
  /** What becomes of another call for the same purpose, such as a closing with another receipt. */
  readonly other: 'joins' | 'is refused';
}

/** The intent of a purpose: the one that is there, unless it failed and so had no effect. */
async function submitOnce(
  journal: Journal,
  request: IntentRequest,
  { purpose, other }: Purpose,
): Promise<SubmittedIntent> {
  for (;;) {
    const { known, idempotencyKey } = await latestOf(journal, purpose);
    if (known !== undefined && other === 'joins') return journal.resume(known.id);
    const submitted = await journal.submit({ ...request, idempotencyKey }).catch((error: unknown) => {
      if (other === 'joins' && isDifferent(error)) return undefined;
      throw error;
    });
    if (submitted !== undefined) return submitted;
    // Somebody was faster in between: look again.
  }
}

interface Latest {
  /** Undefined if there is none that did not fail. */
  readonly known: ChainIntent | undefined;
  /** Of `known`, or for the next one. */
  readonly idempotencyKey: string;
}

/** The attempt of a purpose that counts: attempts that failed had no effect. */
async function latestOf(journal: Journal, purpose: string): Promise<Latest> {
  for (let attempt = 1; ; attempt += 1) {
    const idempotencyKey = attempt === 1 ? purpose : `${purpose} #${attempt}`;
    const known = await journal.find(idempotencyKey);
    if (known?.state !== 'failed') return { known, idempotencyKey };
  }
}

async function sentOf(submitting: Promise<SubmittedIntent>): ReturnType<Sender['send']> {
  const submitted = await submitting;
  return { hash: await submitted.hash(), receipt: (options) => submitted.wait(options) };
}

function isDifferent(error: unknown): boolean {
  return error instanceof AppError && error.code === 'intent_differs';
}
