/** What the thread of an embedded database is started with. */
export interface ThreadData {
  readonly folder: string;
}

/** To the thread. */
export type Asked =
  | { readonly id: number; readonly text: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly close: true };

/** The thread's first word. */
export type Opening = { readonly isOpen: true } | { readonly isOpen: false; readonly failure: Failure };

/** From the thread, one for each thing asked. */
export type Told =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly affectedRows: number }
  | { readonly id: number; readonly failure: Failure };

/** An error's own fields, such as PostgreSQL's code; threads pass on nothing but the message by themselves. */
export interface Failure {
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export function told(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), fields: {} };
  const plain = Object.entries(error).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return { message: error.message, fields: Object.fromEntries(plain) };
}

export function heard({ message, fields }: Failure): Error {
  return Object.assign(new Error(message), fields);
}
