import { describe, expect, it } from 'vitest';
import { playHistory } from './support/history.ts';

/** `FUZZ_SEEDS=100000 npx vitest run test/fuzz.test.ts` for a long night. */
const seeds = Number(process.env['FUZZ_SEEDS'] ?? 200);

const kinds = [
  { title: 'receivers that fail and are slow', crashes: false, reloads: false, silences: false },
  { title: 'and silences', crashes: false, reloads: false, silences: true },
  { title: 'and crashes at any step', crashes: true, reloads: false, silences: true },
  { title: 'and reloads of other configurations', crashes: true, reloads: true, silences: true },
];

describe('random histories', () => {
  for (const { title, ...options } of kinds) {
    it(
      title,
      () => {
        let notifications = 0;
        let restarts = 0;
        for (let seed = 1; seed <= seeds; seed++) {
          const story = playHistory(seed, options);
          expect(story.violations, `seed ${seed}`).toEqual([]);
          notifications += story.notifications;
          restarts += story.restarts;
        }
        expect(notifications).toBeGreaterThan(seeds * 5);
        if (options.crashes) expect(restarts).toBeGreaterThan(seeds / 2);
      },
      20_000 + seeds * 100,
    );
  }

  it('the same seed tells the same story', () => {
    const options = { crashes: true, reloads: true, silences: true };
    for (let seed = 1; seed <= 20; seed++) {
      expect(playHistory(seed, options).text).toBe(playHistory(seed, options).text);
    }
    expect(playHistory(1, options).text).not.toBe(playHistory(2, options).text);
  });
});
