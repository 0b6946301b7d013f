// The same script, played to the real Alertmanager and to Tocsin at the same time: the same notifications at the same
// moments, the same answers. The scripts sleep mostly, so all of them are played at once, each a little after the other.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep, subject } from './harness.ts';
import { type Outcome, play, type Script, type Stage, setUp, VERBOSE } from './harness-script.ts';
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

/** Programs that start at once: as many as the machine has processors would do, and a few more hide their waits. */
const STARTING = 3;
const APART_MS = 60;

const outcomes = new Map<string, Promise<Outcome>>();

describe(`side by side with alertmanager: ${subject}`, () => {
  beforeAll(async () => {
    const waiting = [...scripts];
    const stages: Stage[] = [];
    const starter = async (): Promise<void> => {
      for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
        try {
          stages.push(await setUp(script, ['alertmanager', subject]));
        } catch (error) {
          remember(script, Promise.reject(error));
        }
      }
    };
    await Promise.all(Array.from({ length: STARTING }, starter));
    for (const stage of stages) {
      remember(stage.script, play(stage));
      await sleep(APART_MS);
    }
  }, 120_000);

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

function remember(script: Script, outcome: Promise<Outcome>): void {
  outcome.catch(() => {});
  outcomes.set(script.name, outcome);
}
