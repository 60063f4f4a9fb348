import type { LlamaServerEntry, ModelEntry } from '../backends/model-entry.js';
import { bad, failureText, type Finding, hintOf, ok, warn } from './finding.js';
import type { DoctorWorld, UrlBackend } from './world.js';

type BackendWorld = Pick<DoctorWorld, 'modelsFile' | 'modelsOf' | 'hasLlama' | 'requireLlamaServer' | 'pathFacts'>;

export interface ModelsLook {
  readonly findings: readonly Finding[];
  readonly models: readonly ModelEntry[];
}

/** The models file, and what answers for each of its entries. */
export async function checkBackends(world: BackendWorld, file: string): Promise<ModelsLook> {
  let models: readonly ModelEntry[];
  try {
    models = await world.modelsFile(file);
  } catch (error) {
    const next = hintOf(
      error,
      'docs/guide/02-model-setup.md shows how it is written; YELLOWSTONE_MODELS_FILE names it.',
    );
    return { findings: [bad('models', failureText(error), next)], models: [] };
  }
  if (models.length === 0) {
    const finding = warn('models', `${file} lists no model`, 'Add the models that are sold.');
    return { findings: [finding], models };
  }
  const backends = await Promise.all(models.map((model) => checkBackend(world, model)));
  return {
    findings: [ok('models', `${file} lists ${models.map(({ name }) => name).join(', ')}`), ...backends],
    models,
  };
}

async function checkBackend(world: BackendWorld, model: ModelEntry): Promise<Finding> {
  const { name, backend } = model;
  const check = `backend ${name}`;
  if (backend.kind === 'url') return checkUrl(world, check, backend);
  if (backend.kind === 'llama-server') return checkLlamaServer(world, model, backend);
  if (!world.hasLlama()) return bad(check, '@yellowstone/llama is not installed', 'npm install @yellowstone/llama');
  const facts = await world.pathFacts(backend.modelPath);
  if (facts === undefined || facts.isFolder) {
    return bad(
      check,
      `there is no file ${backend.modelPath}`,
      'Check embedded.modelPath; it is relative to the models file.',
    );
  }
  return ok(check, `embedded, ${backend.modelPath}`);
}

async function checkLlamaServer(world: BackendWorld, { name }: ModelEntry, entry: LlamaServerEntry): Promise<Finding> {
  const check = `backend ${name}`;
  try {
    await world.requireLlamaServer(name, entry);
  } catch (error) {
    return bad(check, failureText(error), hintOf(error, 'Check llamaServer in the models file.'));
  }
  return ok(check, `${entry.binary} with ${entry.modelPath}, started by the node`);
}

async function checkUrl(world: BackendWorld, check: string, backend: UrlBackend): Promise<Finding> {
  const { url, model } = backend;
  try {
    const names = await world.modelsOf(backend);
    if (names.length === 0 || names.includes(model)) return ok(check, `${url}/models answers`);
    const told = names.slice(0, 5).join(', ');
    return warn(check, `${url} has no model ${model}, but ${told}`, 'Set backendModel to what the server calls it.');
  } catch (error) {
    return bad(
      check,
      `${url}/models: ${failureText(error)}`,
      'Start the model server; check backendUrl and apiKeyEnv.',
    );
  }
}
