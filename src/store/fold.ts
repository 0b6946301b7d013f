// Keeps the journal short: says the present times of all alerts anew, in small pieces between the commits, and then
// forgets the rows that were there before.

import type { Encoder } from './encode.ts';
import type { Known } from './encode-alerts.ts';
import type { Batch } from './ops.ts';
import { pushTimes } from './times.ts';

/** How many alerts a piece says anew, and how many it looks at: under two milliseconds. */
const PIECE = 2_000;
const GLANCE = 20_000;

/** From how many times, and how many for each alert, and from how many rows on a fold is worth while. */
const MANY_TIMES = 50_000;
const TIMES_EACH = 3;
const MANY_ROWS = 10_000;

/** Whether the journal has grown long enough, given the first row that the last fold left. */
export function foldIsDue(encoder: Encoder, since: number): boolean {
  const { journaled, size } = encoder.alerts;
  return journaled > Math.max(MANY_TIMES, TIMES_EACH * size) || encoder.lastRow() - since > MANY_ROWS;
}

export class Fold {
  /** The last row that is to be forgotten when all pieces are stored. */
  readonly until: number;
  private readonly encoder: Encoder;
  private readonly rest: IterableIterator<Known>;

  constructor(encoder: Encoder) {
    this.encoder = encoder;
    this.until = encoder.lastRow();
    this.rest = encoder.alerts.all();
  }

  /** The next piece, `undefined` after the last. `at` is the instant of the last commit, which it does not move. */
  next(at: number): Batch | undefined {
    const found: Known[] = [];
    for (let seen = 0; found.length < PIECE && seen < GLANCE; seen++) {
      const { value, done } = this.rest.next();
      if (done === true) {
        if (seen === 0) return undefined;
        break;
      }
      if (value.journaled) found.push(value);
    }
    return this.encoder.repeat((times) => {
      for (const known of found) pushTimes(times, known.id, known.first, known, at);
    }, at);
  }
}
