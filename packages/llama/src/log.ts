type LogMethod = (data: Readonly<Record<string, unknown>>, message: string) => void;

/** The part of pino that we use: a constant sentence plus data, which never holds a prompt or an answer. */
export type LlamaLog = { readonly info: LogMethod; readonly warn: LogMethod; readonly error: LogMethod };

export type LogLevel = keyof LlamaLog;

export const silentLog: LlamaLog = { info: () => {}, warn: () => {}, error: () => {} };
