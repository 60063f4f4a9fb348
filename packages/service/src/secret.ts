import { inspect } from 'node:util';

const PLACEHOLDER = '[secret]';

/** A value that prints as `[secret]` wherever it lands: in texts, in JSON, in logs. */
export interface Secret<Value = string> {
  /** The value itself; call it where it is used and nowhere else. */
  reveal(): Value;
  toString(): string;
  toJSON(): string;
}

/** Wraps a value so that it cannot be printed by accident. */
export function secret<Value>(value: Value): Secret<Value> {
  return Object.freeze({
    reveal: () => value,
    toString: () => PLACEHOLDER,
    toJSON: () => PLACEHOLDER,
    [inspect.custom]: () => PLACEHOLDER,
  });
}
