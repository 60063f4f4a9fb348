import { keccak256, type JsonRpcPayload } from 'ethers';
import { isAlreadyKnown } from '../decode-error.js';
import { findRevertData } from '../revert-data.js';
import type { Endpoint } from './endpoint.js';
import type { EndpointGroup } from './endpoint-group.js';
import { inRounds, perhapsSent, type RoundsOptions } from './rounds.js';
import type { RpcAnswer, RpcReply } from './rpc-reply.js';

export const SEND_RAW = 'eth_sendRawTransaction';

/**
 * Gives a signed transaction to every endpoint that may be asked: whichever passes it on, it is included once.
 * @returns the first acceptance, else the refusal of the most preferred one
 * @throws ChainError when nobody took it and one of them may have, and when nobody could be asked
 */
export function broadcastEverywhere(
  group: EndpointGroup,
  options: RoundsOptions,
  call: JsonRpcPayload,
): Promise<RpcAnswer> {
  const known: RpcAnswer = { id: call.id, result: keccak256(String((call.params as readonly unknown[])[0])) };

  async function give(endpoint: Endpoint): Promise<RpcReply | undefined> {
    // After a failure it could be another chain's.
    if (!endpoint.isReady()) await endpoint.check();
    return endpoint.isReady() && group.isOpen(endpoint) ? endpoint.ask([call]) : undefined;
  }

  return inRounds(group, options, async () => {
    const replies = await untilAccepted(group.endpoints.filter(group.isOpen).map(give));
    const answers = replies.flatMap((reply) => (reply?.kind === 'answers' ? reply.answers : []));
    const accepted = answers.find((answer) => 'result' in answer);
    if (accepted !== undefined) return accepted;
    // The others have it from an endpoint that answered late, or from the network.
    if (answers.some((answer) => isAlreadyKnown(errorOf(answer)))) return known;
    // Development nodes answer with the revert of a transaction that they included all the same.
    const reverted = answers.find((answer) => findRevertData(answer) !== undefined);
    if (reverted !== undefined) return reverted;
    if (replies.some((reply) => reply?.kind === 'failed' && reply.mayHaveArrived)) throw perhapsSent(group, call);
    return answers[0];
  });
}

/** All replies, or those that are there when one endpoint has accepted; the others go on by themselves. */
function untilAccepted(giving: readonly Promise<RpcReply | undefined>[]): Promise<readonly (RpcReply | undefined)[]> {
  return new Promise((resolve, reject) => {
    const replies: (RpcReply | undefined)[] = giving.map(() => undefined);
    giving.forEach((one, index) => {
      one.then((reply) => {
        replies[index] = reply;
        if (reply?.kind === 'answers' && reply.answers.some((answer) => 'result' in answer)) resolve(replies);
      }, reject);
    });
    void Promise.all(giving).then(() => resolve(replies), reject);
  });
}

function errorOf(answer: RpcAnswer): Error {
  return new Error('error' in answer ? answer.error.message : '');
}
