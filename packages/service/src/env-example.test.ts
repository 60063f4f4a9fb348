import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { defineConfig, optional, secretly, setting } from './config.js';
import { renderEnvExample } from './env-example.js';

const text = (env: string, more: { fallback?: string; description?: string } = {}) =>
  setting({ env, description: `What ${env} is.`, expected: 'a text', schema: Type.String(), ...more });

describe('renderEnvExample', () => {
  it('shows each setting once: required ones empty, others commented out with their fallback', () => {
    const shared = { url: text('URL'), key: secretly(text('KEY')) };
    const provider = defineConfig({ ...shared, port: text('PORT', { fallback: '3333' }) });
    const consumer = defineConfig({ ...shared, file: optional(text('FILE')) });
    const groups = [
      { title: 'Provider', settings: provider },
      { title: 'Consumer', settings: consumer },
      { title: 'Offer', settings: defineConfig(shared) },
    ];
    expect(renderEnvExample(groups))
      .toBe(`# Generated from the settings by \`npm run env:example\`; edit those, not this file.

# --- Provider

# What URL is.
# Expected: a text.
URL=

# What KEY is.
# Expected: a text.
# Keep it secret.
KEY=

# What PORT is.
# Expected: a text.
# PORT=3333

# --- Consumer

# What FILE is.
# Expected: a text.
# Optional.
# FILE=
`);
  });

  it('never shows a fallback of a secret', () => {
    const settings = defineConfig({ key: secretly(text('KEY', { fallback: 'hunter2' })) });
    expect(renderEnvExample([{ title: 'A', settings }])).not.toContain('hunter2');
  });

  it('keeps every line of a description a comment, and quotes what a shell would change', () => {
    const settings = defineConfig({ name: text('NAME', { description: 'One.\nKEY=two', fallback: "it's $HOME" }) });
    const lines = renderEnvExample([{ title: 'A', settings }]).split('\n');
    expect(lines).toContain('# KEY=two');
    expect(lines).toContain(`# NAME='it'\\''s $HOME'`);
  });
});
