import { type Connection, createWrites, type Sender, type Writes } from '@yellowstone/client';
import { AppError, type ChainJournal, type IntentRequest, type SubmittedIntent } from '@yellowstone/service';

/** Writes that happen once whatever becomes of the process. */
export interface JournaledWrites {
  /**
   * What can be meant once only is sent once: the opening of an approval, the closing of a session. Asked again, such a
   * write is the one that is on its way or done, unless that one failed. Everything else is a new write each time.
   */
  readonly writes: Writes;
  /**
   * Writes of a caller who may ask again under the same key, such as that of the HTTP header `Idempotency-Key`: each
   * function is called once, unless the call failed. @throws intent_differs for other arguments under the same key
   */
  writesFor(idempotencyKey: string): Writes;
}

/** A journal, as far as it is needed here. */
type Journal = Pick<ChainJournal, 'address' | 'sender' | 'submit' | 'find' | 'resume'>;

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
  return {
    writes,
    writesFor: (idempotencyKey) =>
      writesBy({
        send: (call, doing) => {
          const purpose = `asked ${idempotencyKey} ${doing}`;
          return sentOf(submitOnce(journal, { ...call, kind: doing }, { purpose, other: 'is refused' }));
        },
      }),
  };
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
  for (let attempt = 1; ;) {
    const idempotencyKey = attempt === 1 ? purpose : `${purpose} #${attempt}`;
    const known = await journal.find(idempotencyKey);
    if (known?.state === 'failed') {
      attempt += 1;
    } else if (known !== undefined && other === 'joins') {
      return journal.resume(known.id);
    } else {
      const submitted = await journal.submit({ ...request, idempotencyKey }).catch((error: unknown) => {
        if (other === 'joins' && isDifferent(error)) return undefined;
        throw error;
      });
      if (submitted !== undefined) return submitted;
      // Somebody was faster in between: look again.
    }
  }
}

async function sentOf(submitting: Promise<SubmittedIntent>): ReturnType<Sender['send']> {
  const submitted = await submitting;
  return { hash: await submitted.hash(), receipt: (options) => submitted.wait(options) };
}

function isDifferent(error: unknown): boolean {
  return error instanceof AppError && error.code === 'intent_differs';
}
