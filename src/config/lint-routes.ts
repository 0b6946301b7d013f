// What may be wrong with the tree of routes and the inhibition rules although every part of them can be read: routes that
// no alert reaches, intervals that do not mean what they say. Nothing here refuses anything.

import type { InhibitRule, RouteConfig } from '../model/config.ts';
import { formatDuration } from '../model/duration.ts';
import type { Matcher } from '../model/matcher.ts';
import { contradiction, impliesAll } from './reach.ts';
import { type Path, pathText, type Report } from './report.ts';
import type { RawRoute } from './routes.ts';

/** More pairs of matchers than these are not compared: the rest of a tree this large goes without this warning. */
const MAX_COMPARISONS = 1_000_000;

/** By how much more a repetition may be late before it is worth a hint: nobody minds a minute in three hours. */
const NOTABLE = 0.1;

/** Warns of routes that no alert can reach: the certain cases. Each is told once, at the top of what is out of reach. */
export function lintReach(root: RouteConfig, report: Report): void {
  let comparisons = 0;

  function visit(route: RouteConfig, path: Path, above: readonly Matcher[]): void {
    route.routes.forEach((child, i) => {
      const own = [...path, 'routes', i];
      const known = [...above, ...child.matchers];
      const label = contradiction(known);
      if (label !== undefined) {
        const message = `no alert reaches this route: its matchers and those above it leave no value for ${label}`;
        report.warningAt(own, message, 'unreachable-route');
        return;
      }
      const taker = firstTaker(route.routes, i, known);
      if (taker < 0) {
        visit(child, own, known);
        return;
      }
      const other = [...path, 'routes', taker];
      const where = `${pathText(other)} in line ${report.lineAt(other)}`;
      const message = `no alert reaches this route: ${where} takes all that it matches: move it up, or add continue: true there`;
      report.warningAt(own, message, 'unreachable-route');
    });
  }

  /** The place of the first sibling before `end` that takes whatever `known` lets through, or -1. */
  function firstTaker(siblings: readonly RouteConfig[], end: number, known: readonly Matcher[]): number {
    for (let i = 0; i < end; i++) {
      const { continue: goesOn, matchers } = siblings[i]!;
      if (goesOn) continue;
      comparisons += 1 + known.length * matchers.length;
      if (comparisons > MAX_COMPARISONS) return -1;
      if (impliesAll(known, matchers)) return i;
    }
    return -1;
  }

  visit(root, ['route'], []);
}

/** Hints about how often a group is told again, where a route itself sets what decides it. */
export function lintRepeat(raw: RawRoute, route: RouteConfig, path: Path, retentionMs: number, report: Report): void {
  const { groupIntervalMs: group, repeatIntervalMs: repeat } = route;
  const key = raw.repeat_interval === undefined ? 'group_interval' : 'repeat_interval';
  if (raw[key] !== undefined) {
    // The repeat comes with the first flush after it has gone by, and flushes come every group_interval.
    const effective = (Math.floor(repeat / group) + 1) * group;
    const rounding = (effective - repeat) / repeat;
    if (repeat < 3 * group || (repeat % group !== 0 && rounding >= NOTABLE)) {
      const message =
        `with group_interval ${formatDuration(group)}, repeat_interval ${formatDuration(repeat)} repeats every ` +
        `${formatDuration(effective)}: the first flush after it has gone by`;
      report.hintAt([...path, key], message, 'repeat-interval-rounded');
    }
  }
  if (raw.repeat_interval !== undefined && repeat > retentionMs) {
    const message =
      `repeat_interval ${formatDuration(repeat)} is above the retention of ${formatDuration(retentionMs)}, after which ` +
      'Alertmanager forgets what it told and repeats: shorten it, or raise --data.retention';
    report.hintAt([...path, 'repeat_interval'], message, 'repeat-above-retention');
  }
  raw.routes.forEach((child, i) => {
    lintRepeat(child, route.routes[i]!, [...path, 'routes', i], retentionMs, report);
  });
}

/** A hint when no route says how to group. */
export function lintGrouping(root: RawRoute, report: Report): void {
  if (groups(root)) return;
  const message =
    "no route has group_by, so that all alerts of a route come as one group: add group_by: ['alertname'] or the like, " +
    'or group_by: [] where one group is meant';
  report.hintAt(['route'], message, 'default-group-by');
}

function groups(route: RawRoute): boolean {
  return route.group_by !== undefined || route.routes.some(groups);
}

/** A hint about rules whose source keeps every target quiet, wherever it is. One without any source says so itself. */
export function lintEqual(rules: readonly InhibitRule[], report: Report): void {
  rules.forEach(({ equal, sourceMatchers }, i) => {
    if (equal.length > 0 || sourceMatchers.length === 0) return;
    const message =
      'without equal one source anywhere keeps all targets everywhere quiet: add equal with the labels that they share';
    report.hintAt(['inhibit_rules', i], message, 'inhibit-without-equal');
  });
}
