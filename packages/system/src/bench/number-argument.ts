/** A number of the command line, such as `--rounds 5`. @throws for anything that is not above 0 */
export function numberArgument(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at === -1 ? fallback : Number(process.argv[at + 1]);
  if (!(value > 0)) throw new Error(`--${name} needs a number above 0`);
  return value;
}
