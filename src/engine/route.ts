// The route tree as the engine uses it: which routes take an alert, and what identifies a route across reloads.

import type { Config, ReceiverConfig, RouteConfig } from '../model/config.ts';
import { quote } from '../model/gostring.ts';
import { hasLabel, type LabelSet, sortedNames } from '../model/labels.ts';
import { matchersToString, matchesAll } from '../model/matcher.ts';
import { fileSiblings, possibleSiblings, type Siblings } from './siblings.ts';

export interface Route {
  /** Unique in the tree and the same after a reload that leaves the route's matchers and those above it alone. */
  readonly id: string;
  /** Alertmanager's route key, which starts each group key. Equal for siblings with equal matchers. */
  readonly key: string;
  /** Its place in the tree, from 0: children before their parent, siblings as in the file (Alertmanager's `Idx`). */
  readonly order: number;
  readonly config: RouteConfig;
  readonly receiver: ReceiverConfig;
  readonly routes: readonly Route[];
  /** The same routes, filed; undefined when they are few. */
  readonly filed: Siblings<Route> | undefined;
  /** The route alone: one list for all the alerts that have no other, because each of them keeps it. */
  readonly alone: readonly Route[];
}

/** Throws a TypeError when a route names a receiver that is not there: the configuration's reader has checked it. */
export function buildRoutes(config: Config): Route {
  const receivers = new Map(config.receivers.map((receiver) => [receiver.name, receiver]));
  const seen = new Map<string, number>();
  let order = 0;
  const build = (route: RouteConfig, parentKey: string | undefined): Route => {
    const own = matchersToString(route.matchers);
    const key = parentKey === undefined ? own : `${parentKey}/${own}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const receiver = receivers.get(route.receiver);
    if (receiver === undefined)
      throw new TypeError(`route ${key} names the receiver ${route.receiver}, which is not there`);
    const routes = route.routes.map((child) => build(child, key));
    const filed = fileSiblings(routes);
    const id = nth === 0 ? key : `${key}#${nth}`;
    const alone: Route[] = [];
    const built: Route = { id, key, order: order++, config: route, receiver, routes, filed, alone };
    alone.push(built);
    return built;
  };
  return build(config.route, undefined);
}

/** The routes that take an alert: depth first, left to right, the first that matches unless it says `continue`. */
export function matchRoutes(route: Route, labels: LabelSet): readonly Route[] {
  const found: Route[] = [];
  if (matchesAll(route.config.matchers, labels)) collect(route, labels, found);
  return found.length === 1 ? found[0]!.alone : found;
}

function collect(route: Route, labels: LabelSet, found: Route[]): void {
  const before = found.length;
  for (const child of route.filed === undefined ? route.routes : possibleSiblings(route.filed, labels)) {
    if (!matchesAll(child.config.matchers, labels)) continue;
    collect(child, labels, found);
    if (!child.config.continue) break;
  }
  if (found.length === before) found.push(route);
}

/** The labels by which the route groups an alert. */
export function groupLabelsOf(route: Route, labels: LabelSet): LabelSet {
  if (route.config.groupByAll) return labels;
  return Object.fromEntries(
    route.config.groupBy.filter((name) => hasLabel(labels, name)).map((name) => [name, labels[name]!]),
  );
}

/** A label set as Go prints it (`model.LabelSet.String`): `{a="b", c="d"}`. */
export function labelsToString(labels: LabelSet): string {
  return `{${sortedNames(labels)
    .map((name) => `${name}=${quote(labels[name]!)}`)
    .join(', ')}}`;
}
