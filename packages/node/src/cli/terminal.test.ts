import { describe, expect, it } from 'vitest';
import { createTerminal } from './terminal.js';

function terminalOn({ isTTY = false, isJson = false } = {}) {
  const written = { stdout: '', stderr: '' };
  const stdout = { isTTY, write: (text: string) => (written.stdout += text) };
  const stderr = { isTTY, write: (text: string) => (written.stderr += text) };
  return { written, terminal: createTerminal({ stdout, stderr, monotonic: () => 0 }, { isJson }) };
}

describe('a terminal', () => {
  it('gives people the text and programs one line of JSON', () => {
    const human = terminalOn();
    human.terminal.answer({ costMor: 1n }, () => 'costs 1');
    expect(human.written).toEqual({ stdout: 'costs 1\n', stderr: '' });
    const json = terminalOn({ isJson: true });
    json.terminal.answer({ costMor: 1n }, () => 'costs 1');
    json.terminal.piece('not this');
    expect(json.written).toEqual({ stdout: '{"costMor":"1"}\n', stderr: '' });
  });

  it('tells waits on stderr only: as a line, as JSON, or in place', async () => {
    const plain = terminalOn();
    await plain.terminal.wait('counting', async () => 1);
    expect(plain.written).toEqual({ stdout: '', stderr: 'counting …\n' });
    const json = terminalOn({ isJson: true });
    await json.terminal.wait('counting', async () => 1);
    expect(json.written).toEqual({ stdout: '', stderr: '{"progress":"counting …"}\n' });
    const live = terminalOn({ isTTY: true });
    await live.terminal.wait('counting', async () => 1);
    expect(live.written.stdout).toBe('');
    expect(live.written.stderr).toBe('\r\u001B[2K⠋ counting …\r\u001B[2K✓ counting\n');
  });

  it('ends the showing of a wait that fails', async () => {
    const { terminal, written } = terminalOn({ isTTY: true });
    await expect(terminal.wait('counting', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(written.stderr).toContain('✗ counting\n');
  });

  it('tells a failure with what to do', () => {
    const failure = { code: 'x', message: 'It failed.', hint: 'Try again.', details: { n: 1n } };
    const human = terminalOn();
    human.terminal.fail(failure);
    expect(human.written).toEqual({ stdout: '', stderr: 'It failed.\nTry again.\n' });
    const json = terminalOn({ isJson: true });
    json.terminal.fail(failure);
    expect(JSON.parse(json.written.stderr)).toEqual({ error: { ...failure, details: { n: '1' } } });
  });
});
