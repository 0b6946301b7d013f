// Writes as an engine could make them, and some that none would: for the tests of the stores.

import type { Attempt, Decision, GroupRecord, LogEntry, Muted, Target, Write } from '../../src/engine/types.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { LabelSet } from '../../src/model/labels.ts';
import { newMatcher } from '../../src/model/matcher.ts';
import type { Silence } from '../../src/model/silence.ts';
import type { Store } from '../../src/store/store.ts';
import { Random } from '../support/random.ts';

export const START = 1_800_000_000_000;

/** Sixteen hexadecimal digits. */
export function fingerprintOf(i: number): string {
  return (BigInt(i + 1) * 0x9e3779b97f4a7c15n).toString(16).slice(-16).padStart(16, '0');
}

/** A firing alert, the same for the same number. */
export function newAlert(i: number, changes: Partial<Alert> = {}): Alert {
  return {
    fingerprint: fingerprintOf(i),
    labels: { alertname: `Down${i % 7}`, instance: `host-${i}` },
    annotations: { summary: `host-${i} is down`, value: '1' },
    generatorURL: `http://prometheus/graph?i=${i}`,
    startsAt: START,
    endsAt: START + 240_000,
    updatedAt: START,
    timeout: false,
    ...changes,
  };
}

export function newSilence(id: string, changes: Partial<Silence> = {}): Silence {
  return {
    id,
    matcherSets: [[newMatcher('team', '=', 'db'), newMatcher('host', '!~', 'a.*|b')]],
    startsAt: START,
    endsAt: START + 3_600_000,
    updatedAt: START,
    createdBy: 'someone',
    comment: 'works',
    annotations: {},
    ...changes,
  };
}

export const TARGET: Target = { groupKey: '{}:{team="db"}', receiver: 'pager', integration: 'webhook', index: 0 };

export function newEntry(changes: Partial<LogEntry> = {}): LogEntry {
  return { ...TARGET, at: START, firing: [fingerprintOf(1)], resolved: [], expiresAt: START + 1, ...changes };
}

export function newDecision(changes: Partial<Decision> = {}): Decision {
  return {
    ...TARGET,
    reason: 'first notification',
    hold: null,
    firing: [fingerprintOf(1)],
    resolved: [],
    muted: [],
    ...changes,
  };
}

/** So many sorted fingerprints, from that one on. */
export function members(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => fingerprintOf(from + i)).sort();
}

/** The value with sorted keys and without functions, as text: equal exactly when the values are. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export async function historyOf(store: Store, from = 0, to = Number.MAX_SAFE_INTEGER): Promise<string[]> {
  const entries: string[] = [];
  for await (const entry of store.history(from, to)) entries.push(canonical(entry));
  return entries;
}

export async function stateOf(store: Store): Promise<string[]> {
  const { alerts, silences, groups, log, at } = await store.load();
  return [`at ${at}`, ...[...alerts, ...silences, ...groups, ...log].map(canonical)];
}

const NASTY = [
  '',
  'plain',
  '__proto__',
  'constructor',
  '"quoted"\\',
  'a\u0000b',
  '\ud800 lone',
  'ünïcödé 🔔',
  "'; --",
  '7',
];

/** A sequence of commits from a seed. */
export class Story {
  at = START;
  private readonly random: Random;
  private readonly firing = new Map<number, Alert>();
  private members: string[] = members(30);

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** The writes of the next commit; `at` has moved, now and then backwards. */
  next(): Write[] {
    const step = this.random.chance(0.05) ? -this.random.below(100_000) : this.random.below(10_000);
    this.at += this.random.chance(0.02) ? 86_400_000 : step;
    return Array.from({ length: this.random.below(12) }, () => this.write());
  }

  private write(): Write {
    switch (this.random.below(14)) {
      case 0:
        return { type: 'silence', silence: this.silence() };
      case 1:
        return { type: 'silenceGone', id: this.id() };
      case 2:
        return { type: 'group', group: this.group() };
      case 3:
        return { type: 'groupGone', id: this.text() };
      case 4:
        return { type: 'notified', entry: this.entry() };
      case 5:
        return { type: 'logGone', target: this.target() };
      case 6:
        return { type: 'decision', decision: this.decision() };
      case 7:
        return { type: 'attempt', attempt: this.attempt() };
      case 8: {
        const n = this.random.below(4);
        return { type: 'config', hash: `hash ${n}`, original: `# ${n}\n${NASTY[n]}` };
      }
      case 9: {
        const i = this.random.below(40);
        this.firing.delete(i);
        return { type: 'alertGone', fingerprint: fingerprintOf(i), endedAt: this.at };
      }
      default:
        return this.alert();
    }
  }

  private alert(): Write {
    const i = this.random.below(40);
    const known = this.firing.get(i);
    const change = this.random.pick(['fired', 'changed', 'refreshed', 'refreshed', 'resolved'] as const);
    const text =
      known !== undefined && this.random.chance(0.7)
        ? { annotations: this.random.chance(0.5) ? known.annotations : { ...known.annotations } }
        : { annotations: this.labels(), generatorURL: this.text() };
    const alert = newAlert(i, {
      labels: { n: String(i), [NASTY[i % NASTY.length]!]: NASTY[(i * 3) % NASTY.length]! },
      generatorURL: known?.generatorURL ?? this.text(),
      startsAt: this.random.chance(0.8) ? START : this.at - this.random.below(1_000),
      endsAt: this.random.chance(0.05) ? 253_402_300_799_000 : this.at + 240_000,
      updatedAt: this.at,
      timeout: this.random.chance(0.2),
      ...text,
    });
    this.firing.set(i, alert);
    return { type: 'alert', alert, change };
  }

  private silence(): Silence {
    return newSilence(this.id(), {
      matcherSets: [[newMatcher(this.text(), '=', this.text())], [newMatcher('x', '=~', 'a|b.+')]],
      comment: this.text(),
      annotations: this.labels(),
      endsAt: this.at,
    });
  }

  private group(): GroupRecord {
    return {
      id: this.text(),
      flushAt: this.at,
      firstFlushAt: START,
      pending: this.random.chance(0.5),
      telling: this.random.chance(0.5) ? {} : { 'webhook[0]': [this.text()] },
    };
  }

  private entry(): LogEntry {
    const receipt = this.random.chance(0.3) ? { receipt: this.text() } : {};
    const lists = { firing: this.list(), resolved: this.list() };
    return { ...this.target(), at: this.at, expiresAt: this.at + 1, ...lists, ...receipt };
  }

  private decision(): Decision {
    const muted: Muted[] = this.random.chance(0.5)
      ? []
      : [{ by: this.random.pick(['silence', 'inhibition'] as const), names: [this.text()], alerts: this.list() }];
    const hold = this.random.pick([null, 'nothing new', 'muted'] as const);
    const reason = hold === null ? 'new alerts added' : null;
    return { ...this.target(), reason, hold, firing: this.list(), resolved: this.list(), muted };
  }

  private attempt(): Attempt {
    const outcome: Attempt['outcome'] = this.random.chance(0.5)
      ? { ok: true, ...(this.random.chance(0.5) ? { receipt: this.text() } : {}) }
      : { ok: false, retry: true, reason: 'rateLimited', message: this.text(), retryAfterMs: this.random.below(9) };
    const numbers = { attempt: this.random.below(100), tries: 1, startedAt: this.at };
    return { ...this.target(), ...numbers, reason: 'repeat interval elapsed', outcome, final: this.random.chance(0.5) };
  }

  private target(): Target {
    const groupKey = `{}:{a="${this.random.below(3)}"}`;
    return { groupKey, receiver: this.random.pick(NASTY), integration: 'slack', index: this.random.below(2) };
  }

  /** Mostly a long list that resembles the one before. */
  private list(): string[] {
    if (this.random.chance(0.3)) return [];
    if (this.random.chance(0.2)) return members(this.random.below(12));
    if (this.random.chance(0.1)) return [...this.members].reverse();
    const [a, b] = [this.random.below(60), this.random.below(this.members.length)];
    if (this.random.chance(0.5)) this.members = this.members.filter((_, i) => i !== b || this.members.length < 20);
    this.members = [...new Set([...this.members, fingerprintOf(a)])].sort();
    return this.members;
  }

  private labels(): LabelSet {
    const names = NASTY.filter(() => this.random.chance(0.3));
    return Object.fromEntries(names.map((name) => [name, this.text()]));
  }

  private id(): string {
    return `silence ${this.random.below(6)}`;
  }

  private text(): string {
    return this.random.pick(NASTY);
  }
}
