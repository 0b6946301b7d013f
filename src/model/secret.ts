// A value that must not be shown. It is an object so that no log, JSON answer or template can print it by accident.

import { inspect } from 'node:util';

/** What stands for a secret wherever one would be shown, as Alertmanager writes it. */
export const MASK = '<secret>';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the moment of use. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
