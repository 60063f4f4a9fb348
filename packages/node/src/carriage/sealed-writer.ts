import type { AnswerEnd, AnswerWriter } from './relay-answer.js';
import type { AnswerAccount, AnswerSealer } from './sealed-answer.js';
import { SEALED_TYPE } from './sealed-request.js';

/**
 * Writes a streamed answer sealed, with its receipt at the end.
 * @param account counts and times at that moment
 */
export function sealedWriter(sealer: AnswerSealer, account: () => Omit<AnswerAccount, 'end'>): AnswerWriter {
  return {
    begin: (contentType) => ({
      contentType: SEALED_TYPE,
      bytes: sealer.head({ status: 200, contentType, retryAfterSeconds: undefined }),
    }),
    part: sealer.part,
    end(end) {
      sealer.account({ ...account(), end: toldAs(end) });
      return sealer.last();
    },
  };
}

/** Who left reads no receipt. */
function toldAs(end: AnswerEnd): AnswerAccount['end'] {
  return end === 'left' ? 'truncated' : end;
}
