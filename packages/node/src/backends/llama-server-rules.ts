/**
 * Arguments that an operator may not give to a llama-server: what the node gives itself, what would open it to others, and
 * what would make it write prompts down.
 */
const REFUSED: readonly string[] = [
  ...['-m', '--model', '-mu', '--model-url', '-a', '--alias', '-np', '--parallel'],
  ...['--host', '--port', '--reuse-port', '--path', '--api-key', '--api-key-file', '--ssl-key-file', '--ssl-cert-file'],
  ...['-v', '--verbose', '--log-verbose', '-lv', '--verbosity', '--log-verbosity', '--log-file', '--verbose-prompt'],
  ...['--slot-save-path', '--prompt-cache', '--props'],
];

/** What a model server may see of our environment: how to find its libraries and its accelerators. The rest may be secret. */
const SHARED_NAMES: readonly string[] = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
];
const SHARED_PREFIXES: readonly string[] = [
  'CUDA_',
  'NVIDIA_',
  'GGML_',
  'HIP_',
  'ROCR_',
  'HSA_',
  'VK_',
  'OMP_',
  'ONEAPI_',
];

/** Which of the arguments may not be given, each once. */
export function refusedArguments(args: readonly string[]): readonly string[] {
  const names = args.map((arg) => arg.split('=')[0] ?? arg);
  return REFUSED.filter((refused) => names.includes(refused));
}

export function environmentOf(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const isShared = (name: string): boolean =>
    SHARED_NAMES.includes(name) || SHARED_PREFIXES.some((prefix) => name.startsWith(prefix));
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => isShared(entry[0]) && entry[1] !== undefined),
  );
}
