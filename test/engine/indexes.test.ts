import { describe, expect, it } from 'vitest';
import { Inhibitor } from '../../src/engine/inhibit.ts';
import { SilenceIndex } from '../../src/engine/silences.ts';
import type { Alert } from '../../src/model/alert.ts';
import { isResolved } from '../../src/model/alert.ts';
import type { InhibitRule } from '../../src/model/config.ts';
import { fingerprint, type LabelSet, labelValue } from '../../src/model/labels.ts';
import { type Matcher, type MatchType, matchesAll, newMatcher } from '../../src/model/matcher.ts';
import type { Silence } from '../../src/model/silence.ts';
import { Random } from '../support/random.ts';

const NAMES = ['alertname', 'team', 'inst', 'constructor'];
const VALUES = ['', 'a', 'b', 'ab'];
const TYPES: MatchType[] = ['=', '!=', '=~', '!~'];

function randomLabels(random: Random): LabelSet {
  const pairs = NAMES.filter(() => random.chance(0.7)).map((name) => [name, random.pick(VALUES.slice(1))] as const);
  return Object.fromEntries(pairs);
}

function randomMatchers(random: Random): Matcher[] {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const type = random.chance(0.5) ? '=' : random.pick(TYPES);
    const value = type === '=~' || type === '!~' ? random.pick(['a|b', 'a.*', '.+', '']) : random.pick(VALUES);
    return newMatcher(random.pick(NAMES), type, value);
  });
}

describe('the silence index', () => {
  it('finds what comparing with every silence finds', () => {
    const random = new Random(11);
    const index = new SilenceIndex();
    const all = new Map<string, Silence>();
    for (let round = 0; round < 3000; round++) {
      const id = `s${random.below(60)}`;
      if (random.chance(0.3)) {
        index.delete(id);
        all.delete(id);
      } else if (random.chance(0.4)) {
        const startsAt = random.below(100);
        const silence: Silence = {
          id,
          matcherSets: Array.from({ length: 1 + random.below(2) }, () => randomMatchers(random)),
          startsAt,
          endsAt: startsAt + random.below(60),
          updatedAt: 0,
          createdBy: '',
          comment: '',
          annotations: {},
        };
        index.set(silence);
        all.set(id, silence);
      }
      const labels = randomLabels(random);
      const at = random.below(160);
      const expected = [...all.values()]
        .filter((s) => s.startsAt <= at && at < s.endsAt && s.matcherSets.some((set) => matchesAll(set, labels)))
        .map((s) => s.id)
        .sort();
      expect(index.silencedBy(labels, at)).toEqual(expected);
    }
    expect(index.size).toBe(all.size);
  });
});

describe('the inhibitor', () => {
  const alert = (labels: LabelSet, endsAt: number): Alert => ({
    fingerprint: fingerprint(labels),
    labels,
    annotations: {},
    generatorURL: '',
    startsAt: 0,
    endsAt,
    updatedAt: 0,
    timeout: false,
  });

  it('inhibits what comparing with every source inhibits', () => {
    const random = new Random(5);
    for (let trial = 0; trial < 60; trial++) {
      const rules: InhibitRule[] = Array.from({ length: 1 + random.below(3) }, () => ({
        name: '',
        sourceMatchers: randomMatchers(random),
        targetMatchers: randomMatchers(random),
        equal: NAMES.filter(() => random.chance(0.4)),
      }));
      const inhibitor = new Inhibitor<{ alert: Alert }>(rules);
      const sources = new Map<string, { alert: Alert }>();
      let now = 0;
      for (let round = 0; round < 80; round++) {
        now += random.below(5);
        const labels = randomLabels(random);
        const known = sources.get(fingerprint(labels));
        if (known !== undefined && random.chance(0.3)) {
          inhibitor.delete(known.alert);
          sources.delete(known.alert.fingerprint);
        } else {
          const holder = known ?? { alert: alert(labels, 0) };
          holder.alert = alert(labels, now + random.below(30));
          sources.set(holder.alert.fingerprint, holder);
          inhibitor.add(holder);
        }
        const target = randomLabels(random);
        const expected = rules.findIndex(
          (rule) =>
            matchesAll(rule.targetMatchers, target) &&
            [...sources.values()].some(
              (s) =>
                !isResolved(s.alert, now) &&
                matchesAll(rule.sourceMatchers, s.alert.labels) &&
                rule.equal.every((name) => labelValue(s.alert.labels, name) === labelValue(target, name)) &&
                !(matchesAll(rule.sourceMatchers, target) && matchesAll(rule.targetMatchers, s.alert.labels)),
            ),
        );
        expect(inhibitor.inhibitedBy(target, now)?.index ?? -1).toBe(expected);
      }
    }
  });

  it('is not quadratic: 2,000 sources without equal labels, 20,000 targets that are sources too', () => {
    let asked = 0;
    const counted: Matcher = {
      name: 'sev',
      type: '=~',
      value: 'x|y',
      matches: (v) => {
        asked++;
        return v === 'x' || v === 'y';
      },
    };
    const inhibitor = new Inhibitor<{ alert: Alert }>([
      { name: '', sourceMatchers: [counted], targetMatchers: [counted], equal: [] },
    ]);
    for (let i = 0; i < 2000; i++) inhibitor.add({ alert: alert({ sev: 'x', i: String(i) }, 1e9) });
    asked = 0;
    for (let i = 0; i < 20_000; i++) inhibitor.inhibitedBy({ sev: 'y', i: String(i) }, 1);
    expect(asked).toBeLessThan(100_000);
  });
});
