import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseModelId } from '@yellowstone/protocol';
import { type AppError, secret } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { nodeError } from '../errors.js';
import { environmentOf, refusedArguments } from './llama-server-rules.js';
import type { BackendEntry, LlamaServerEntry, ModelEntry } from './model-entry.js';

const NoParentPath = '^(?!.*(^|[/\\\\])\\.\\.([/\\\\]|$))[^\\u0000-\\u001f]+\\.gguf$';

const LlamaServer = Type.Object(
  {
    binary: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f]+$', maxLength: 500 })),
    modelPath: Type.String({ pattern: NoParentPath, maxLength: 500 }),
    args: Type.Optional(Type.Array(Type.String({ pattern: '^[^\\u0000]*$', maxLength: 1_000 }), { maxItems: 100 })),
    startTimeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600 })),
  },
  { additionalProperties: false },
);

const Entry = Type.Object(
  {
    modelId: Type.String({ pattern: '^0x[0-9a-fA-F]{64}$', description: '0x and 64 hex digits' }),
    name: Type.String({ minLength: 1, maxLength: 64 }),
    backendUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#@]+$', maxLength: 500 })),
    backendModel: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    apiKeyEnv: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 100 })),
    embedded: Type.Optional(
      Type.Object(
        { modelPath: Type.String({ pattern: NoParentPath, maxLength: 500 }) },
        { additionalProperties: false },
      ),
    ),
    llamaServer: Type.Optional(LlamaServer),
    slots: Type.Integer({ minimum: 1, maximum: 1_024 }),
    queue: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    maxTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
);
type Entry = Static<typeof Entry>;
type LlamaServer = Static<typeof LlamaServer>;

const validator = Compile(Entry);
const MAX_MODELS = 256;
const QUEUE_PER_SLOT = 4;
const DEFAULT_MAX_TOKENS = 4_096;
const DEFAULT_START_SECONDS = 600;

interface ModelsFileDeps {
  /** Where API keys are, by the names in the file. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads `models-config.json`. Paths are relative to the file.
 * @throws models_file_invalid with all problems at once, each naming its entry.
 */
export async function loadModelsFile({ env }: ModelsFileDeps, file: string): Promise<readonly ModelEntry[]> {
  return parseModels({ env }, { file, text: await readModelsText(file) });
}

/** @throws models_file_invalid */
export function parseModels(
  { env }: ModelsFileDeps,
  { file, text }: { readonly file: string; readonly text: string },
): readonly ModelEntry[] {
  const entries = parseList(file, text);
  const problems = [...entries.flatMap((entry, at) => problemsOf(entry, at, env)), ...duplicates(entries)];
  if (problems.length > 0) throw invalid(file, problems);
  // Every entry passed the schema.
  return (entries as Entry[]).map((entry) => toModelEntry(entry, env, dirname(resolve(file))));
}

function invalid(file: string, list: readonly string[], cause?: unknown): AppError {
  return nodeError('models_file_invalid', { file, problems: list.join('; '), list }, { cause });
}

/** @throws models_file_invalid if it cannot be read */
export async function readModelsText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid(file, ['it cannot be read'], cause);
  }
}

function parseList(file: string, text: string): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, ['it is not JSON'], cause);
  }
  // An empty list is where an operator begins: the id of a model is known once it is registered.
  const isList = Array.isArray(list) && list.length <= MAX_MODELS;
  if (!isList) throw invalid(file, [`it must be a list of ${MAX_MODELS} models at most`]);
  return list as unknown[];
}

function problemsOf(entry: unknown, at: number, env: ModelsFileDeps['env']): string[] {
  const where = `entry ${at + 1}${nameOf(entry)}`;
  if (!validator.Check(entry)) {
    const problems = validator.Errors(entry).map(({ instancePath, message }) => `${instancePath.slice(1)} ${message}`);
    return problems.map((problem) => `${where}: ${problem.trim()}`);
  }
  const problems: string[] = [];
  const backends = [entry.backendUrl, entry.embedded, entry.llamaServer].filter((backend) => backend !== undefined);
  if (backends.length !== 1) problems.push(`${where}: give one of backendUrl, embedded and llamaServer`);
  if (entry.apiKeyEnv !== undefined && !env[entry.apiKeyEnv]) {
    problems.push(`${where}: apiKeyEnv names ${entry.apiKeyEnv}, which is not set`);
  }
  const refused = refusedArguments(entry.llamaServer?.args ?? []);
  if (refused.length > 0) problems.push(`${where}: llamaServer.args may not have ${refused.join(', ')}`);
  return problems;
}

function duplicates(entries: readonly unknown[]): string[] {
  const ids = entries.filter((entry) => validator.Check(entry)).map((entry) => (entry as Entry).modelId.toLowerCase());
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `modelId ${id} is listed twice`);
}

function nameOf(entry: unknown): string {
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  return typeof name === 'string' ? ` (${name.slice(0, 64)})` : '';
}

function toModelEntry(entry: Entry, env: ModelsFileDeps['env'], folder: string): ModelEntry {
  return {
    modelId: parseModelId(entry.modelId),
    name: entry.name,
    backend: toBackend(entry, env, folder),
    slots: entry.slots,
    queue: entry.queue ?? entry.slots * QUEUE_PER_SLOT,
    maxTokens: entry.maxTokens ?? DEFAULT_MAX_TOKENS,
  };
}

function toBackend(entry: Entry, env: ModelsFileDeps['env'], folder: string): BackendEntry {
  if (entry.embedded !== undefined) return { kind: 'embedded', modelPath: resolve(folder, entry.embedded.modelPath) };
  if (entry.llamaServer !== undefined) return toLlamaServer(entry.llamaServer, env, folder);
  const apiKey = entry.apiKeyEnv === undefined ? undefined : env[entry.apiKeyEnv];
  return {
    kind: 'url',
    // One of the three is there, `problemsOf` saw to it.
    url: (entry.backendUrl ?? '').replace(/\/+$/, ''),
    model: entry.backendModel ?? entry.name,
    apiKey: apiKey === undefined ? undefined : secret(apiKey),
  };
}

function toLlamaServer(
  { binary = 'llama-server', modelPath, args = [], startTimeoutSeconds = DEFAULT_START_SECONDS }: LlamaServer,
  env: ModelsFileDeps['env'],
  folder: string,
): LlamaServerEntry {
  return {
    kind: 'llama-server',
    binary: binary.includes('/') ? resolve(folder, binary) : binary,
    modelPath: resolve(folder, modelPath),
    args,
    env: environmentOf(env),
    startTimeoutSeconds,
  };
}
