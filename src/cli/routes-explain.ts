// Why an alert goes where it goes: each route that is asked, in order, with its answer, and what its receivers would hear
// at an instant. For people: `config routes test` itself only prints the receivers.

import { mutedByInterval } from '../engine/mute.ts';
import type { Route } from '../engine/route.ts';
import type { Config } from '../model/config.ts';
import { formatDuration } from '../model/duration.ts';
import { quote } from '../model/gostring.ts';
import { hasLabel, type LabelSet, labelValue } from '../model/labels.ts';
import { type Matcher, matchersToString, matcherToString } from '../model/matcher.ts';

/** A line for each route, indented by its depth. */
export function explainRoutes(root: Route, labels: LabelSet): string {
  const lines = [nameOf(root)];
  explainBelow(root, '', '', labels, lines);
  return lines.map((line) => `${line}\n`).join('');
}

/** A line for each of the routes that take it: what its groups are, how often they tell, and whether they are muted. */
export function explainTiming(taken: readonly Route[], config: Config, at: number): string {
  return taken
    .map((route) => {
      const mute = mutedByInterval(config, route, at);
      const groups = route.config.groupByAll ? 'every label' : route.config.groupBy.join(', ') || 'nothing';
      const { groupWaitMs: wait, groupIntervalMs: interval, repeatIntervalMs: repeat } = route.config;
      const told = `first after ${formatDuration(wait)}, news after ${formatDuration(interval)}, again after ${formatDuration(repeat)}`;
      const muted =
        mute === undefined
          ? 'not muted'
          : mute.by === 'mute_time_interval'
            ? `muted, in the time interval ${mute.names.join(', ')}`
            : `muted, outside of the time interval ${mute.names.join(', ')}`;
      return `${route.receiver.name}: grouped by ${groups}; ${told}; ${muted} at ${new Date(at).toISOString()}\n`;
    })
    .join('');
}

/** Numbers are those of the places in the file: 2.1 is the first route below the second one. */
function explainBelow(route: Route, number: string, indent: string, labels: LabelSet, lines: string[]): void {
  let took: string | undefined;
  let matched = false;
  const inner = `${indent}  `;
  route.routes.forEach((child, i) => {
    const own = number === '' ? `${i + 1}` : `${number}.${i + 1}`;
    const begin = `${inner}${own} ${nameOf(child)}`;
    if (took !== undefined) {
      lines.push(`${begin}: not asked, because ${took} took it`);
      return;
    }
    const failing = child.config.matchers.find((matcher) => !matcher.matches(labelValue(labels, matcher.name)));
    if (failing !== undefined) {
      lines.push(`${begin}: no, ${mismatch(failing, labels)}`);
      return;
    }
    lines.push(`${begin}: yes${child.config.continue ? ', and continue: true goes on to the next' : ''}`);
    explainBelow(child, own, inner, labels, lines);
    matched = true;
    if (!child.config.continue) took = own;
  });
  if (!matched) lines.push(`${inner}=> ${route.receiver.name}`);
}

function mismatch(matcher: Matcher, labels: LabelSet): string {
  const { name } = matcher;
  const found = hasLabel(labels, name) ? `${name} is ${quote(labelValue(labels, name))}` : `there is no ${name}`;
  return `${found}: ${matcherToString(matcher)} does not match`;
}

function nameOf({ config }: Route): string {
  return config.matchers.length === 0 ? 'default-route' : matchersToString(config.matchers);
}
