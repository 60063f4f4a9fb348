import type { RpcEvent } from '@yellowstone/client';
import type { Log } from '@yellowstone/service';

/** Writes down what happens to RPC endpoints; hosts only, since the rest of a URL often is a key. */
export function logRpcEvents(log: Pick<Log, 'error' | 'warn' | 'info'>): (event: RpcEvent) => void {
  return (event) => {
    const { kind, ...data } = event;
    if (kind === 'failed') log.warn(data, 'an RPC endpoint fails and rests');
    else if (kind === 'behind') log.warn(data, 'an RPC endpoint is behind the others and not read');
    else if (kind === 'excluded') log.error(data, 'an RPC endpoint serves another chain and is not used');
    else if (kind === 'waiting') log.warn(data, 'no RPC endpoint answers, trying again');
    else if (kind === 'recovered') log.info(data, 'an RPC endpoint is well again');
    else log.info(data, 'an RPC endpoint has caught up');
  };
}
