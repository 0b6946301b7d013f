// How long to wait before the next attempt. The jitter comes from a hash, so that the same history gives the same waits.

const INITIAL_MS = 500;
const FACTOR = 1.5;
const LIMIT_MS = 60_000;

/**
 * Milliseconds from a failed attempt to the next: half a second, growing by half each time to a minute at most, spread
 * by ±50 % (the schedule of Alertmanager's retry stage).
 *
 * @param tries attempts made so far, from 1
 * @param salt tells targets apart, so that a thousand groups do not retry in step
 */
export function backoffMs(tries: number, salt: string): number {
  const base = Math.min(LIMIT_MS, INITIAL_MS * FACTOR ** (tries - 1));
  return Math.round(base * (0.5 + unit(`${salt}#${tries}`)));
}

/** A number in [0, 1) that depends on the text alone. */
function unit(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 12;
  return (h >>> 0) / 0x1_0000_0000;
}
