// The same script, played to the real Alertmanager and to Tocsin at the same time: the same notifications at the same
// moments, the same answers. The scripts sleep mostly, so many of them are played at once.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subject } from './harness.ts';
import { type Outcome, play, type Script, setUp, VERBOSE } from './harness-script.ts';
import { api } from './scripts/api.ts';
import { delivery } from './scripts/delivery.ts';
import { flags } from './scripts/flags.ts';
import { grouping } from './scripts/grouping.ts';
import { muting } from './scripts/muting.ts';
import { randomScript } from './scripts/random.ts';
import { routing } from './scripts/routing.ts';

/** `CONFORMANCE_SEEDS=100-140` plays other random scripts. */
const [firstSeed = 1, lastSeed = firstSeed] = (process.env['CONFORMANCE_SEEDS'] ?? '1-12').split('-').map(Number);
const random = Array.from({ length: lastSeed - firstSeed + 1 }, (_, i) => randomScript(firstSeed + i));

/** `CONFORMANCE_SCRIPTS` picks scripts by a part of their name. */
const wanted = process.env['CONFORMANCE_SCRIPTS'] ?? '';
const scripts: readonly Script[] = [
  ...grouping,
  ...routing,
  ...muting,
  ...delivery,
  ...flags,
  ...api,
  ...random,
].filter((script) => script.name.includes(wanted));

/** Scripts that are played at once: they sleep most of the time, but not all of it. */
const PLAYING = 12;
/** A machine that was busy for a moment fails a script; what differs really differs again, alone. */
const REPLAYING = 3;

const outcomes = new Map<string, Promise<Outcome>>();

describe(`side by side with alertmanager: ${subject}`, () => {
  beforeAll(() => {
    const stage = new Turns(PLAYING);
    const door = new Turns(1);
    const again = new Turns(REPLAYING);
    const perform = (script: Script, turns: Turns): Promise<Outcome> =>
      turns.take(async () => play(await door.take(() => setUp(script, ['alertmanager', subject]))));
    // The long ones first, so that none is left alone in the end.
    for (const script of [...scripts].sort((a, b) => b.until - a.until)) {
      const outcome = perform(script, stage).then(async (first) => {
        if (first.differences.length === 0) return first;
        const second = await perform(script, again);
        const verdict = second.differences.length === 0 ? 'not' : 'again';
        console.log(
          `${script.name}: differed, and ${verdict} when replayed:\n  ${first.differences.slice(0, 3).join('\n  ')}`,
        );
        return second;
      });
      outcome.catch(() => {});
      outcomes.set(script.name, outcome);
    }
  });

  afterAll(async () => {
    const ended = await Promise.allSettled(outcomes.values());
    const apart = ended.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.apartMs] : []));
    console.log(`${scripts.length} scripts, notifications at most ${Math.max(0, ...apart)} ms apart`);
  });

  it.each(scripts.map((script) => [script.name, script] as const))('%s', async (name, script) => {
    const outcome = await outcomes.get(name)!;
    if (VERBOSE) console.log(`${name}\n${outcome.transcript}`);
    expect(outcome.differences, `${outcome.differences.join('\n')}\n\n${outcome.transcript}\n`).toEqual([]);
    if (script.told !== null) expect(outcome.told, `Alertmanager itself\n${outcome.transcript}`).toBe(script.told);
  });
});

/** Lets so many at once. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(free: number) {
    this.#free = free;
  }

  async take<T>(act: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((wake) => this.#waiting.push(wake));
    else this.#free--;
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
