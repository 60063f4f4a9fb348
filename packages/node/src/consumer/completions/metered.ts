import type { Caller } from '../../api-access.js';
import { countedTokensOf } from '../answer-summary.js';
import type { Complete } from './complete.js';

interface Gate {
  admit(key: Caller): Promise<void>;
  count(key: Caller, tokens: number): void;
}

/** The same, within the limits of API keys. Who comes without a key was let in without limits. */
export function metered(gate: Gate, complete: Complete): Complete {
  return async (request, reply) => {
    const { caller } = request;
    if (caller === undefined) return complete(request, reply);
    await gate.admit(caller);
    let tokens = 0;
    try {
      const answer = await complete(request, reply);
      tokens = countedTokensOf(answer);
      return answer;
    } finally {
      gate.count(caller, tokens);
    }
  };
}
