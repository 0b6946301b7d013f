// Scripts that nobody thought of: made from a seed. Everything happens on a grid of half seconds and every flush falls
// a quarter of a second beside it, so that a script has one outcome however busy the machine is.

import type { Script, ScriptAlert, Step } from '../harness-script.ts';
import { equal, receiver } from './base.ts';

const SECONDS = 11;
const HOOKS = ['hook', 'left', 'right'] as const;
const MATCHERS = ['alertname="A"', 'alertname=~"A|B"', 'severity="critical"', 'cluster!="x"', 'n=~"1?"', 'n!=""'];
const QUERIES = ['/api/v2/alerts', '/api/v2/alerts/groups', '/api/v2/alerts?silenced=false'];
const GROUPS = [['alertname'], ['alertname', 'cluster'], ['severity'], [], ['...'], ['n', 'missing']];

/** The same script for the same seed. */
export function randomScript(seed: number): Script {
  const dice = new Dice(seed);
  const config = configuration(dice);
  // Alertmanager shows what mutes a group as of its last flush.
  const queries = config.includes(' mute_time_intervals')
    ? QUERIES.filter((path) => !path.includes('groups'))
    : QUERIES;
  return {
    name: `random script ${seed}`,
    config,
    steps: steps(dice, queries),
    until: SECONDS + 3,
    told: null,
  };
}

/** Small, fast and good enough (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  some<T>(items: readonly T[], atMost: number): T[] {
    const count = 1 + this.below(atMost);
    return Array.from({ length: count }, () => this.pick(items)).filter((item, i, all) => all.indexOf(item) === i);
  }
}

function configuration(dice: Dice): string {
  const lines = [
    'route:',
    '  receiver: hook',
    `  group_by: [${quoted(dice.pick(GROUPS))}]`,
    '  group_wait: 750ms',
    `  group_interval: ${dice.pick(['1s', '2s'])}`,
    `  repeat_interval: ${dice.pick(['1h', '3500ms'])}`,
  ];
  // Siblings with the same matchers share their groups' keys, and tell a thing once in Tocsin.
  const children = new Set(Array.from({ length: dice.below(4) }, () => dice.some(MATCHERS, 2).join(', ')));
  if (children.size > 0) lines.push('  routes:');
  for (const matchers of children) {
    lines.push(`  - receiver: ${dice.pick(HOOKS)}`, `    matchers: [${yaml(matchers)}]`);
    if (dice.chance(0.4)) lines.push('    continue: true');
    if (dice.chance(0.4)) lines.push(`    group_by: [${quoted(dice.pick(GROUPS))}]`);
    if (dice.chance(0.3)) lines.push(`    group_interval: ${dice.pick(['1s', '2s'])}`);
    if (dice.chance(0.2)) lines.push(`    ${dice.pick(['mute', 'active'])}_time_intervals: [always]`);
  }
  lines.push('receivers:');
  for (const hook of HOOKS) {
    lines.push(receiver(hook, dice.chance(0.25) ? 'send_resolved: false' : '').trimEnd());
    if (dice.chance(0.3)) lines.push(`  - url: SINK/${hook}-too`, `    send_resolved: ${dice.chance(0.5)}`);
  }
  const rules = dice.below(3);
  if (rules > 0) lines.push('inhibit_rules:');
  for (let i = 0; i < rules; i++) {
    // One source for each rule, and never a target of it: of several, Alertmanager looks at the one reported last.
    const source = dice.below(8);
    const target = `${dice.some(MATCHERS, 2).join(', ')}, id!="${source}"`;
    lines.push(`- source_matchers: ['id="${source}"']`, `  target_matchers: [${yaml(target)}]`);
    if (dice.chance(0.7)) lines.push(`  equal: [${dice.some(['cluster', 'severity', 'missing'], 2).join(', ')}]`);
  }
  lines.push(
    'time_intervals:',
    '- name: always',
    "  time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]",
  );
  return `${lines.join('\n')}\n`;
}

/** Each matcher in quotes of its own. */
function yaml(matchers: string): string {
  return matchers
    .split(', ')
    .map((matcher) => `'${matcher}'`)
    .join(', ');
}

function quoted(labels: readonly string[]): string {
  return labels.map((label) => `'${label}'`).join(', ');
}

function steps(dice: Dice, queries: readonly string[]): Step[] {
  // No two have the same labels: Alertmanager takes in the alerts of a request, and of two requests at once, in any order.
  const alerts: ScriptAlert[] = Array.from({ length: 8 }, (_, i) => ({
    labels: {
      alertname: dice.pick(['A', 'B', 'C']),
      severity: dice.pick(['critical', 'warning']),
      cluster: dice.pick(['x', 'y']),
      ...(dice.chance(0.7) ? { n: dice.pick(['1', '2', '3']) } : {}),
      id: String(i),
    },
    annotations: { summary: `alert ${i}` },
  }));
  const out: Step[] = [];
  const silences: string[] = [];
  // Until when each alert fires: an end that is told twice, or that nobody knows of, changes nothing in Tocsin.
  const ends = new Map<ScriptAlert, number>();
  for (let half = 0; half < SECONDS * 2; half++) {
    const at = half / 2;
    for (let actions = dice.below(3), reported = false; actions > 0; actions--) {
      const kind: number = reported ? 0.75 + dice.next() / 4 : dice.next();
      reported ||= kind < 0.75;
      if (kind < 0.45) {
        const chosen = dice.some(alerts, 4);
        const endsAt = dice.chance(0.3) ? at + (1 + dice.below(8)) / 2 : undefined;
        for (const one of chosen) ends.set(one, laterEnd(ends.get(one), endsAt, at));
        out.push({ at, alerts: chosen.map((alert) => ({ ...alert, ...(endsAt === undefined ? {} : { endsAt }) })) });
      } else if (kind < 0.75) {
        const resolve = dice.some(alerts, 3).filter((one) => (ends.get(one) ?? 0) > at);
        for (const one of resolve) ends.set(one, at);
        if (resolve.length > 0) out.push({ at, resolve });
      } else if (kind < 0.9) {
        const name = `s${silences.length}`;
        silences.push(name);
        const from = dice.chance(0.6) ? at : at + (1 + dice.below(4)) / 2;
        const to = dice.chance(0.4) ? 60 + silences.length : from + (1 + dice.below(8)) / 2;
        const [key, value] = dice.pick(Object.entries(dice.pick(alerts).labels));
        out.push({ at, silence: { name, matchers: [equal(key, value)], from, to } });
      } else if (silences.length > 0) {
        out.push({ at, expire: dice.pick(silences) });
      }
    }
    if (dice.chance(0.4)) {
      out.push({ at: at + 0.12, query: dice.pick(queries) });
    }
  }
  return out;
}

/** An end that was promised is not taken back by a report with an earlier one; one that was guessed is. */
function laterEnd(known: number | undefined, endsAt: number | undefined, at: number): number {
  if (endsAt === undefined) return Number.POSITIVE_INFINITY;
  return known === undefined || known <= at || known === Number.POSITIVE_INFINITY ? endsAt : Math.max(known, endsAt);
}
