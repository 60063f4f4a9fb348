import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cyclesOf, filesIn, type SourceFile } from './files';

const SCOPE = '@yellowstone/';

/** What each package may use of ours. The programs of `system` and all tests may use everything. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  contracts: [],
  client: ['protocol', 'contracts'],
  service: ['client', 'protocol'],
  llama: [],
  node: ['service', 'client', 'protocol'],
  router: ['service', 'client', 'protocol'],
  ui: ['protocol'],
  system: ['protocol', 'contracts', 'client', 'service', 'llama', 'node', 'router', 'ui'],
};

/** Packages whose folders are features: siblings do not import each other, `main.ts` and the parents wire them. */
const WITH_FEATURES: Readonly<Record<string, readonly string[]>> = {
  node: ['consumer', 'provider'],
};

const isTest = (path: string): boolean => /\.test\.ts$|\/testing\//.test(path);
const packageOf = (path: string): string => path.split('/')[1]!; // packages/<name>/…

/** Every broken rule of CONVENTIONS 1 in packages/, in words. */
export function packageProblems(): string[] {
  const names = readdirSync('packages').filter((name) => existsSync(`packages/${name}/package.json`));
  return names.flatMap((name) => {
    const files = existsSync(`packages/${name}/src`) ? filesIn(`packages/${name}/src`, '.ts') : [];
    const written = files.filter(({ path }) => !isTest(path));
    const cycles = cyclesOf(files).map((cycle) => `circle: ${cycle.join(' -> ')}`);
    const features = WITH_FEATURES[name];
    return [
      ...(MAY_USE[name] === undefined ? [`packages/${name} has no rule in ${__filename}`] : []),
      ...manifestProblems(name),
      ...written.flatMap(usesOfPackages),
      ...files.flatMap(waysOut),
      ...(features === undefined ? [] : written.flatMap((file) => usesOfFeatures(file, features))),
      ...cycles,
    ];
  });
}

/** Dependencies in package.json keep the same order; an optional peer may lie outside it. */
function manifestProblems(name: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies)
    .filter((dependency) => dependency.startsWith(SCOPE) && !MAY_USE[name]?.includes(dependency.slice(SCOPE.length)))
    .map((dependency) => `packages/${name}/package.json depends on ${dependency}`);
}

function usesOfPackages({ path, imports }: SourceFile): string[] {
  const used = imports.filter((target) => target.startsWith(SCOPE)).map((target) => target.split('/')[1]!);
  const name = packageOf(path);
  return used
    .filter((other) => !MAY_USE[name]?.includes(other))
    .map((other) => `${path}: ${name} must not use ${other}`);
}

/** A relative import stays inside its package. */
function waysOut({ path, imports }: SourceFile): string[] {
  const inside = `packages/${packageOf(path)}/`;
  return imports
    .filter((target) => /^(packages|contracts|test|scripts|deploy|typechain-types|\.\.)\//.test(target))
    .filter((target) => !target.startsWith(inside))
    .map((target) => `${path} reaches out of its package to ${target}`);
}

/** `consumer/sessions` uses itself, files of `consumer` and what all share; neither `consumer/models` nor `provider`. */
function usesOfFeatures({ path, imports }: SourceFile, features: readonly string[]): string[] {
  const [feature, part] = placeOf(path);
  if (feature === undefined || !features.includes(feature)) return [];
  return imports.flatMap((target) => {
    const [other, otherPart] = placeOf(target);
    if (other === undefined || !features.includes(other)) return [];
    if (other !== feature) return [`${path} imports the feature ${other}, ${target}`];
    if (part === undefined || otherPart === undefined || part === otherPart) return [];
    return [`${path} imports its sibling ${otherPart}, ${target}`];
  });
}

/** Feature and part of a file: packages/node/src/consumer/sessions/x.ts is consumer, sessions. */
function placeOf(path: string): readonly [string | undefined, string | undefined] {
  const [, , , ...folders] = path.split('/').slice(0, -1);
  return path.startsWith('packages/') ? [folders[0], folders[1]] : [undefined, undefined];
}
