/** JSON in which a bigint stays one: `{"bigint":"12"}`. */
export function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? { bigint: String(each) } : each));
}

/** What `toExactJson` wrote. */
export function fromExactJson(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) => (isWrapped(each) ? BigInt(each.bigint) : each));
}

function isWrapped(value: unknown): value is { readonly bigint: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'bigint' in value &&
    typeof value.bigint === 'string'
  );
}
