// What must hold between the parts of a configuration, and what the parts become: routes with everything inherited,
// references checked.

import type { InhibitRule, RouteConfig } from '../model/config.ts';
import { compareStrings, type LabelSet } from '../model/labels.ts';
import { allMatchers } from './matching.ts';
import { quoted } from './node.ts';
import type { Path, Report } from './report.ts';
import type { RawInhibitRule, RawRoute } from './routes.ts';
import { nearest } from './suggest.ts';

/** What the root route does not say (`DefaultRouteOpts`). */
const rootDefaults: Inherited = {
  receiver: '',
  groupBy: [],
  groupByAll: false,
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
  labels: {},
};

type Inherited = Pick<
  RouteConfig,
  'receiver' | 'groupBy' | 'groupByAll' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs' | 'labels'
>;

/** The tree of routes, each complete with what it inherits (Alertmanager's `newRoute`). */
export function routeConfig(raw: RawRoute, parent: Inherited = rootDefaults): RouteConfig {
  const inherited: Inherited = {
    receiver: raw.receiver || parent.receiver,
    ...grouping(raw, parent),
    groupWaitMs: raw.group_wait ?? parent.groupWaitMs,
    groupIntervalMs: raw.group_interval ?? parent.groupIntervalMs,
    repeatIntervalMs: raw.repeat_interval ?? parent.repeatIntervalMs,
    labels: merged(parent.labels, raw.labels),
  };
  return {
    ...inherited,
    matchers: allMatchers(raw.match, raw.match_re, raw.matchers),
    continue: raw.continue,
    muteTimeIntervals: raw.mute_time_intervals,
    activeTimeIntervals: raw.active_time_intervals,
    routes: raw.routes.map((child) => routeConfig(child, inherited)),
  };
}

function grouping(raw: RawRoute, parent: Inherited): Pick<Inherited, 'groupBy' | 'groupByAll'> {
  if (raw.group_by === undefined) return { groupBy: parent.groupBy, groupByAll: parent.groupByAll };
  if (raw.group_by.includes('...')) return { groupBy: parent.groupBy, groupByAll: true };
  return { groupBy: [...new Set(raw.group_by)].sort(compareStrings), groupByAll: false };
}

function merged(parent: LabelSet, own: LabelSet): LabelSet {
  return Object.keys(own).length === 0 ? parent : Object.assign(Object.create(null), parent, own);
}

export function inhibitRule(raw: RawInhibitRule): InhibitRule {
  return {
    name: raw.name,
    sourceMatchers: allMatchers(raw.source_match, raw.source_match_re, raw.source_matchers),
    targetMatchers: allMatchers(raw.target_match, raw.target_match_re, raw.target_matchers),
    equal: raw.equal,
  };
}

/** What only the root route must or must not say. */
export function checkRootRoute(root: RawRoute, report: Report): void {
  const path: Path = ['route'];
  if (report.isWrongItself(path)) return;
  if (root.receiver === '' && !report.isWrong([...path, 'receiver'])) {
    report.errorAt(path, 'the root route needs a receiver, which gets what no other route takes: add it');
  }
  const matching = { match: root.match, match_re: root.match_re, matchers: root.matchers };
  for (const [key, value] of Object.entries(matching)) {
    if (Object.keys(value).length > 0) {
      report.errorAt([...path, key], `the root route takes every alert: move ${key} to a route below it`);
    }
  }
  for (const key of ['mute_time_intervals', 'active_time_intervals'] as const) {
    if (root[key].length > 0) {
      report.errorAt([...path, key], `the root route is always active: move ${key} to a route below it`);
    }
  }
  if (root.continue) report.errorAt([...path, 'continue'], 'nothing comes after the root route: remove continue');
}

/** The names that routes refer to must exist. */
export function checkReferences(
  route: RawRoute,
  path: Path,
  receivers: ReadonlySet<string>,
  intervals: ReadonlySet<string>,
  report: Report,
): void {
  if (route.receiver !== '' && !receivers.has(route.receiver) && !namesAreUnknown('receivers', report)) {
    const at = [...path, 'receiver'];
    report.errorAt(
      at,
      `there is no receiver ${quoted(route.receiver)}${meant(route.receiver, receivers, 'receivers')}`,
    );
  }
  for (const key of ['mute_time_intervals', 'active_time_intervals'] as const) {
    route[key].forEach((name, i) => {
      if (intervals.has(name) || namesAreUnknown('time_intervals', report)) return;
      report.errorAt(
        [...path, key, i],
        `there is no time interval ${quoted(name)}${meant(name, intervals, 'time_intervals')}`,
      );
    });
  }
  route.routes.forEach((child, i) => {
    checkReferences(child, [...path, 'routes', i], receivers, intervals, report);
  });
}

/** Whether a section is wrong as a whole, so that nobody knows what it defines. */
function namesAreUnknown(section: string, report: Report): boolean {
  return report.isWrongItself([section]);
}

function meant(name: string, known: ReadonlySet<string>, section: string): string {
  if (/^[\u2018-\u201f].*[\u2018-\u201f]$/.test(name)) return ': quotes in YAML are " or \'';
  const near = nearest(name, known);
  return near === undefined ? `: define it in ${section}` : `: did you mean ${quoted(near)}?`;
}

/** Names within a list must differ. `taken` holds those that are taken already, and is added to. */
export function checkUnique(
  entries: readonly { readonly name: string }[],
  path: Path,
  what: string,
  taken: Set<string>,
  report: Report,
): void {
  entries.forEach(({ name }, i) => {
    if (name !== '' && taken.has(name)) {
      const other = report.otherPlace([...path, entries.findIndex((entry) => entry.name === name), 'name']);
      const where = other === undefined ? '' : `, at ${other}`;
      report.errorAt([...path, i, 'name'], `there is a ${what} ${quoted(name)} already${where}: rename one of them`);
    }
    taken.add(name);
  });
}
