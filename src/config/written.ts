// Values that are printed as the file has them and not as what they are: those in which a variable was expanded. They keep
// the shape that everything between decoding and printing expects.

import { Secret } from '../model/secret.ts';

const texts = new WeakMap<object, string>();

/** The value, to be printed as that text. Secrets are masked anyway. */
export function printedAs(value: unknown, text: string): unknown {
  if (value === undefined || value === null || value instanceof Secret) return value;
  const own: object =
    typeof value === 'object' ? Object.assign(Object.create(Object.getPrototypeOf(value)), value) : Object(value);
  texts.set(own, text);
  return own;
}

/** What the value is to be printed as; undefined when as itself. */
export function writtenText(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? texts.get(value) : undefined;
}
