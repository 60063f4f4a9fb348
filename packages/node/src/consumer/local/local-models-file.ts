import { readFile } from 'node:fs/promises';
import { id } from 'ethers';
import type { ModelEntry } from '../../backends/model-entry.js';
import { parseModels } from '../../backends/models-file.js';
import { nodeError } from '../../errors.js';

interface FileDeps {
  /** Where API keys are, by the names in the file. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the models of this machine. The file is written as a provider's, but what never goes to the market needs no
 * `modelId`; names must differ.
 * @throws models_file_invalid with all problems at once
 */
export async function loadLocalModels({ env }: FileDeps, file: string): Promise<readonly ModelEntry[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw nodeError('models_file_invalid', { file, problems: 'it cannot be read' }, { cause });
  });
  return parseLocalModels({ env }, { file, text });
}

/** @throws models_file_invalid */
export function parseLocalModels(
  { env }: FileDeps,
  { file, text }: { readonly file: string; readonly text: string },
): readonly ModelEntry[] {
  return parseModels({ env }, { file, text: withIds(text) });
}

/** What has a name and no id gets the hash of the name; everything else is left to the one parser there is. */
function withIds(text: string): string {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return text;
  }
  if (!Array.isArray(list)) return text;
  return JSON.stringify(list.map((entry: unknown) => (isNamed(entry) ? { ...entry, modelId: id(entry.name) } : entry)));
}

function isNamed(entry: unknown): entry is { readonly name: string } {
  return typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string';
}
