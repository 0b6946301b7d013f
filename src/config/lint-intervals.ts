// What may be wrong with time intervals and with where they are used, although each can be read: routes that are never
// active, working days in UTC. Nothing here refuses anything.

import type { Config, RouteConfig } from '../model/config.ts';
import type { TimeInterval } from '../model/timeinterval.ts';
import { coversAllTime, neverOccurs } from './coverage.ts';
import type { NamedIntervals, RawTimeInterval } from './intervals.ts';
import { quoted } from './node.ts';
import type { Path, Report } from './report.ts';

type Known = Config['timeIntervals'];

/** Warns of routes that never notify anybody, because they are muted all the time or active at no time. */
export function lintActive(route: RouteConfig, known: Known, report: Report, path: Path = ['route']): void {
  const muting = route.muteTimeIntervals;
  if (muting.length > 0 && coversAllTime(all(muting, known))) {
    const message = 'this covers all time, so that the route never notifies anybody: narrow it, or remove the route';
    report.warningAt([...path, 'mute_time_intervals'], message, 'always-muted');
  }
  const active = route.activeTimeIntervals;
  const muted = new Set(muting);
  if (active.length > 0 && active.every((name) => muted.has(name) || known.get(name)!.every(neverOccurs))) {
    const message = active.every((name) => muted.has(name))
      ? 'mute_time_intervals has all of these, so that the route never notifies anybody: remove them from one of both'
      : 'this never occurs, so that the route never notifies anybody: mend the interval, or remove the route';
    report.warningAt([...path, 'active_time_intervals'], message, 'never-active');
  }
  route.routes.forEach((child, i) => {
    lintActive(child, known, report, [...path, 'routes', i]);
  });
}

function all(names: readonly string[], known: Known): readonly TimeInterval[] {
  return names.flatMap((name) => known.get(name)!);
}

/** Hints about one list of named intervals. */
export function lintIntervals(section: string, list: readonly NamedIntervals[], known: Known, report: Report): void {
  list.forEach(({ name, time_intervals }, i) => {
    const path = [section, i];
    if (known.get(name)!.every(neverOccurs)) {
      report.hintAt(path, `${quoted(name)} contains no time at all: mend it, or remove it`, 'empty-time-interval');
    }
    const local = time_intervals.findIndex(isLocalWorkingDay);
    if (local < 0) return;
    const message =
      'these times are UTC because no location is given: add location: Europe/Berlin or the like, or location: UTC ' +
      'where that is meant';
    report.hintAt([...path, 'time_intervals', local, 'times'], message, 'working-day-in-utc');
  });
}

/** Whether it has weekdays, and begins or ends when people's working days do: that is meant in their own time. */
function isLocalWorkingDay({ times, weekdays, location }: RawTimeInterval): boolean {
  if (location !== undefined || weekdays === undefined) return false;
  return (times ?? []).some(({ start_time, end_time }) => isEdge(start_time) || isEdge(end_time));
}

/** Between 06:00 and 10:00, or between 15:00 and 20:00. */
function isEdge(time: string): boolean {
  return (time >= '06:00' && time <= '10:00') || (time >= '15:00' && time <= '20:00');
}
