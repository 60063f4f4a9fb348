/** Values that may stand in an error's details: they go into JSON as they are, bigint as a decimal string. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** One line of an error table. `{name}` in the message is replaced by the detail of that name. */
export interface ErrorEntry {
  readonly httpStatus: number;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
}

export interface AppErrorFields extends ErrorEntry {
  readonly code: string;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
  /** Header `retry-after` of the answer [s]. */
  readonly retryAfterSeconds?: number;
}

/** The one error our programs throw on purpose: it can be answered over HTTP as it is. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly httpStatus: number;
  readonly hint: string | undefined;
  readonly details: ErrorDetails | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, httpStatus, message, hint, details, cause, retryAfterSeconds }: AppErrorFields) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.httpStatus = httpStatus;
    this.hint = hint;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type ErrorExtras = Partial<Pick<AppErrorFields, 'hint' | 'cause' | 'retryAfterSeconds'>>;

/** Makes an error of a table: code, then the values, then what is special this time. */
export type ErrorFactory<Code extends string> = (code: Code, details?: ErrorDetails, extras?: ErrorExtras) => AppError;

/** Turns the error table of a package into the function that makes its errors. */
export function errorFactory<Code extends string>(table: Readonly<Record<Code, ErrorEntry>>): ErrorFactory<Code> {
  return (code, details, extras) => {
    const entry = table[code];
    const message = fill(entry.message, details ?? {});
    return new AppError({ ...entry, ...extras, code, message, ...(details === undefined ? {} : { details }) });
  };
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? 'unknown'));
}
