// What one rendering may use. A template comes from an operator and its data from anyone who can send an alert: neither
// may hang the process or fill its memory.

/** What one rendering may use. Beyond it the template fails with an error that names the limit. */
export interface TemplateLimits {
  /** Of the output, and of every text made on the way, in UTF-16 units. */
  readonly outputLength: number;
  /** Of nodes executed, and of the work done on their behalf. */
  readonly steps: number;
  /** Of templates within templates. */
  readonly depth: number;
}

export const DEFAULT_LIMITS: TemplateLimits = { outputLength: 16 * 1024 * 1024, steps: 2_000_000, depth: 1000 };

/** A limit was reached. The message names it. */
export class LimitError extends Error {}

/** There is more output than is wanted: an end, and no failure. */
export class Enough extends Error {
  /** What there is beyond what was written already. */
  readonly rest: string;

  constructor(rest = '') {
    super('there is more than enough');
    this.rest = rest;
  }
}

/** Counts what a rendering uses, templates that it calls included. */
export class Budget {
  readonly limits: TemplateLimits;
  /** How much is wanted of a text that is being made and goes to the output as it is: whoever makes more may throw `Enough`. */
  wanted = Number.POSITIVE_INFINITY;
  private steps = 0;
  private readonly paid = new Set<string>();

  constructor(limits: TemplateLimits) {
    this.limits = limits;
  }

  /** Counts work: about one for each node, call, item, or 64 characters. Throws `LimitError`. */
  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limits.steps) {
      throw new LimitError(`exceeded the limit of ${this.limits.steps} execution steps`);
    }
  }

  /** The work so far. */
  spent(): number {
    return this.steps;
  }

  /** Counts work that is done once for each key, however often it is asked for. Throws `LimitError`. */
  spendOnce(key: string, steps: (key: string) => number): void {
    if (this.paid.has(key)) return;
    this.paid.add(key);
    this.spend(steps(key));
  }

  /** Counts the making of a text of that length. Throws `LimitError`. */
  spendText(length: number): void {
    if (length > this.limits.outputLength) throw this.tooLong();
    this.spend(1 + length / 64);
  }

  /** Counts work on the bytes of a text of that length, which have to be made first. Throws `LimitError`. */
  spendBytes(length: number): void {
    this.spend(1 + length / 16);
  }

  tooLong(): LimitError {
    return new LimitError(`exceeded the limit of ${this.limits.outputLength} characters of text`);
  }
}
