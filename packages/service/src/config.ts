import type { Static, TSchema } from 'typebox';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Secret, secret } from './secret.js';

/** One value of a configuration: where it comes from, what it must look like, what becomes of it. */
export interface Setting<Value> {
  /** Name of the environment variable. */
  readonly env: string;
  /** What it is for, one sentence for people. */
  readonly description: string;
  /** What is expected, in words; printed when the value does not fit. */
  readonly expected: string;
  /** As it would be written in the environment; `undefined` = must be given, unless it is optional. */
  readonly fallback: string | undefined;
  readonly isOptional: boolean;
  readonly isSecret: boolean;
  /** Text to value; throws for a text that does not fit. */
  readonly read: (text: string) => Value;
}

type Settings = Readonly<Record<string, Setting<unknown>>>;
type ValueOf<One> = One extends Setting<infer Value> ? Value : never;

/** What `loadConfig` gives for a definition. */
export type Config<Definition extends Settings> = { readonly [Name in keyof Definition]: ValueOf<Definition[Name]> };

interface SettingText<Schema extends TSchema> {
  readonly env: string;
  readonly description: string;
  readonly expected: string;
  readonly schema: Schema;
  readonly fallback?: string;
}

interface ParsedSettingText<Schema extends TSchema, Value> extends SettingText<Schema> {
  /** Turns the checked value into what the program wants; may throw. */
  readonly parse: (value: Static<Schema>) => Value;
}

/** A value that must be given unless it has a fallback. */
export function setting<Schema extends TSchema, Value>(text: ParsedSettingText<Schema, Value>): Setting<Value>;
export function setting<Schema extends TSchema>(text: SettingText<Schema>): Setting<Static<Schema>>;
export function setting<Schema extends TSchema>(
  text: SettingText<Schema> & Partial<ParsedSettingText<Schema, unknown>>,
): Setting<unknown> {
  const { env, description, expected, schema, fallback, parse = (value) => value } = text;
  const validator = Compile(schema);
  const read = (raw: string): unknown => {
    const value: unknown = fromText(schema, raw);
    if (!validator.Check(value)) throw new Error('does not fit its schema');
    return parse(value as Static<Schema>);
  };
  return { env, description, expected, fallback, isOptional: false, isSecret: false, read };
}

/** The same setting, but absent is fine. */
export function optional<Value>(one: Setting<Value>): Setting<Value | undefined> {
  return { ...one, isOptional: true };
}

/** The same setting, wrapped so that it is never printed. */
export function secretly<Value>(one: Setting<Value>): Setting<Secret<Value>> {
  return { ...one, isSecret: true, read: (text) => secret(one.read(text)) };
}

/** Names the settings of a program; the definition is type, validator and documentation in one. */
export function defineConfig<Definition extends Settings>(definition: Definition): Definition {
  return Object.freeze(definition);
}

/** One thing that is wrong with the environment. */
export interface ConfigProblem {
  readonly env: string;
  /** What stood there; absent when nothing did, `[secret]` for secrets. */
  readonly value?: string;
  readonly expected: string;
}

/** Everything that is wrong with the environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ env, value, expected }) =>
      value === undefined ? `  ${env} is missing: ${expected}` : `  ${env} is ${value}: expected ${expected}`,
    );
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads a definition from an environment. An empty value counts as absent.
 * @throws ConfigError with all problems at once.
 */
export function loadConfig<Definition extends Settings>(
  definition: Definition,
  env: Readonly<Record<string, string | undefined>>,
): Config<Definition> {
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(definition)) {
    const given = env[one.env];
    const text = given === undefined || given === '' ? one.fallback : given;
    if (text === undefined) {
      values[name] = undefined;
      if (!one.isOptional) problems.push({ env: one.env, expected: one.expected });
      continue;
    }
    try {
      values[name] = one.read(text);
    } catch {
      const value = one.isSecret ? '[secret]' : JSON.stringify(text.slice(0, 200));
      problems.push({ env: one.env, value, expected: one.expected });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  // Every setting was read by its own reader above.
  return Object.freeze(values) as Config<Definition>;
}

function fromText(schema: TSchema, text: string): unknown {
  if (Type.IsInteger(schema) || Type.IsNumber(schema)) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (Type.IsBoolean(schema)) return text === 'true' ? true : text === 'false' ? false : text;
  if (Type.IsArray(schema)) return text.split(',').map((part) => part.trim());
  return text;
}
