// Routes and inhibition rules as the file has them: their keys, and what must hold inside one of them. What must hold
// between them and the rest is in resolve.ts.

import { formatDuration } from '../model/duration.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import {
  bool,
  embedded,
  type Field,
  type Finding,
  list,
  map,
  maybeList,
  parsed,
  type Schema,
  template,
  text,
} from '../model/schema.ts';
import { readDuration } from './kinds.ts';
import {
  labelNameFindings,
  type MatcherLines,
  mapFindings,
  matchersField,
  type RegexMap,
  regexField,
} from './matching.ts';
import { quoted } from './node.ts';

export interface RawRoute {
  readonly receiver: string;
  /** `undefined` inherits, an empty list does not. */
  readonly group_by: readonly string[] | undefined;
  readonly match: Readonly<Record<string, string>>;
  readonly match_re: RegexMap;
  readonly matchers: MatcherLines;
  readonly mute_time_intervals: readonly string[];
  readonly active_time_intervals: readonly string[];
  readonly continue: boolean;
  readonly routes: readonly RawRoute[];
  /** Milliseconds; `undefined` inherits. */
  readonly group_wait: number | undefined;
  readonly group_interval: number | undefined;
  readonly repeat_interval: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RawInhibitRule {
  readonly name: string;
  readonly source_match: Readonly<Record<string, string>>;
  readonly source_match_re: RegexMap;
  readonly source_matchers: MatcherLines;
  readonly target_match: Readonly<Record<string, string>>;
  readonly target_match_re: RegexMap;
  readonly target_matchers: MatcherLines;
  readonly equal: readonly string[];
}

function inheritedDuration(): Field<number | undefined> {
  return parsed(readDuration, formatDuration);
}

export function routeSchema(mode: MatcherMode): Schema<RawRoute> {
  const schema: Schema<RawRoute> = {
    title: 'route',
    fields: {
      receiver: text(),
      group_by: maybeList(text()),
      match: map(text()),
      match_re: regexField(),
      matchers: matchersField(mode),
      mute_time_intervals: list(text()),
      active_time_intervals: list(text()),
      continue: bool({ always: true }),
      // A getter, because a route is described by what describes it.
      get routes(): Field<readonly RawRoute[]> {
        return routes;
      },
      group_wait: inheritedDuration(),
      group_interval: inheritedDuration(),
      repeat_interval: inheritedDuration(),
      labels: map(template()),
    },
    check: (given) => [
      ...mapFindings({ match: given.match, match_re: given.match_re }),
      ...labelNameFindings('labels', Object.keys(given.labels), mode),
      ...groupByFindings(given.group_by ?? [], mode),
      ...zeroFindings(given, ['group_interval', 'repeat_interval']),
    ],
  };
  const routes = list(embedded(schema));
  return schema;
}

function groupByFindings(names: readonly string[], mode: MatcherMode): readonly Finding[] {
  const plain = names.filter((name) => name !== '...');
  const seen = new Set<string>();
  const twice = new Set(plain.filter((name) => seen.size === seen.add(name).size));
  return [
    ...labelNameFindings('group_by', plain, mode),
    ...[...twice].map((name) => ({
      keys: ['group_by'],
      message: `${quoted(name)} is given twice: remove one of them`,
    })),
    ...(plain.length > 0 && plain.length < names.length
      ? [{ keys: ['group_by'], message: "'...' groups by all labels already: remove it, or the other names" }]
      : []),
  ];
}

function zeroFindings(given: RawRoute, keys: readonly (keyof RawRoute & string)[]): readonly Finding[] {
  return keys
    .filter((key) => given[key] === 0)
    .map((key) => ({
      keys: [key],
      message: `${key} must not be zero: remove it for the default, or write for example 5m`,
    }));
}

export function inhibitRuleSchema(mode: MatcherMode): Schema<RawInhibitRule> {
  return {
    title: 'inhibit rule',
    fields: {
      name: text(),
      source_match: map(text()),
      source_match_re: regexField(),
      source_matchers: matchersField(mode),
      target_match: map(text()),
      target_match_re: regexField(),
      target_matchers: matchersField(mode),
      equal: list(text()),
    },
    check: (given) => [
      ...mapFindings({
        source_match: given.source_match,
        source_match_re: given.source_match_re,
        target_match: given.target_match,
        target_match_re: given.target_match_re,
      }),
      ...labelNameFindings('equal', given.equal, mode),
    ],
  };
}
