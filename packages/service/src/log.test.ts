import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.js';
import { createLog, describeError } from './log.js';
import { secret } from './secret.js';

function linesOf(level: 'info' | 'debug', act: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  act(createLog({ name: 'test', level, destination: { write: (line: string) => void (text += line) } }));
  return text;
}

describe('createLog', () => {
  it('cuts out prompts, answers, keys and signatures, also one and two levels down', () => {
    const text = linesOf('info', (log) => {
      const held = { prompt: 'HUSH', messages: [{ content: 'HUSH' }], signature: 'HUSH', privateKey: 'HUSH' };
      log.info({ ...held, request: held, job: { request: held }, key: secret('HUSH') }, 'job dispatched');
    });
    expect(text).toContain('job dispatched');
    expect(text).not.toContain('HUSH');
  });

  it('describes errors without stacks, paths and URL tokens', () => {
    const error = new Error('cannot reach https://user:pw@rpc.example/v3/TOKEN?key=TOKEN from /root/.keys/wallet.json');
    const text = linesOf('info', (log) => log.error({ err: error }, 'chain unreachable'));
    expect(text).toContain('https://rpc.example/…');
    expect(text).not.toMatch(/TOKEN|pw@|wallet\.json|at .*log\.test/);
  });

  it('shows stacks at debug', () => {
    expect(linesOf('debug', (log) => log.error({ err: new Error('x') }, 'failed'))).toContain('log.test');
  });
});

describe('describeError', () => {
  it('keeps code, details and cause', () => {
    const error = new AppError({
      code: 'limit_exceeded',
      httpStatus: 402,
      message: 'Too much.',
      details: { costMor: 5n },
      cause: new TypeError('inner'),
    });
    expect(describeError(error)).toEqual({
      type: 'AppError',
      code: 'limit_exceeded',
      message: 'Too much.',
      details: { costMor: '5' },
      cause: { type: 'TypeError', message: 'inner' },
    });
  });

  it('takes values that are no errors', () => {
    expect(describeError('boom')).toEqual({ type: 'string', message: 'boom' });
  });
});
