// Which alerts a request for alerts or groups asks for: the parameters that both have, read once and then applied to
// each alert and each receiver.

import type { AlertStatus } from '../engine/view.ts';
import type { Alert } from '../model/alert.ts';
import type { ReceiverConfig } from '../model/config.ts';
import { type Matcher, MatcherError, matchesAll, newMatcher } from '../model/matcher.ts';
import { type MatcherMode, parseMatcher } from '../model/matcher-parse.ts';
import { isSuppressed } from './alert-json.ts';
import { failure } from './answer.ts';
import type { Api } from './ports.ts';
import type { Query } from './query.ts';

export class Selection {
  private readonly filters: readonly Matcher[];
  private readonly active: boolean;
  private readonly silenced: boolean;
  private readonly inhibited: boolean;
  /** The names of the receivers that are asked for; undefined when all are. */
  private readonly byName: ReadonlySet<string> | undefined;
  private readonly byLabels: ReadonlySet<string> | undefined;

  /**
   * Throws an `ApiError` with the status 400 when a parameter cannot be read.
   *
   * @param filters what the labels must satisfy; the parameters named `filter` unless given
   */
  constructor(query: Query, api: Api, filters?: readonly Matcher[]) {
    const { matcherMode } = api.options;
    const { receivers } = api.state.config();
    this.filters = filters ?? readMatchers(query.all('filter'), matcherMode);
    this.byName = receiversByName(query.last('receiver'), receivers);
    const labelMatchers = readReceiverMatchers(query, matcherMode);
    this.byLabels = labelMatchers.length === 0 ? undefined : receiversByLabels(labelMatchers, receivers);
    this.active = query.flag('active');
    this.silenced = query.flag('silenced');
    this.inhibited = query.flag('inhibited');
  }

  /** Whether one of the alert's receivers is asked for by name, and one, perhaps another, by its labels. */
  wantsAnyReceiver(names: readonly string[]): boolean {
    const { byName, byLabels } = this;
    return (
      (byName === undefined || names.some((name) => byName.has(name))) &&
      (byLabels === undefined || names.some((name) => byLabels.has(name)))
    );
  }

  /** Whether this receiver's groups are asked for. */
  wantsReceiver(name: string): boolean {
    return this.byName?.has(name) !== false && this.byLabels?.has(name) !== false;
  }

  /** Whether the alert is not over and has the labels that are asked for. */
  wantsLabels(alert: Alert, now: number): boolean {
    return alert.endsAt >= now && matchesAll(this.filters, alert.labels);
  }

  wantsStatus(status: AlertStatus): boolean {
    return (
      (this.active || isSuppressed(status)) &&
      (this.silenced || status.silencedBy.length === 0) &&
      (this.inhibited || status.inhibitedBy.length === 0)
    );
  }
}

/** Matchers from a parameter that may be repeated. Throws an `ApiError` with the status 400. */
export function readMatchers(texts: readonly string[], mode: MatcherMode, prefix = ''): readonly Matcher[] {
  return texts.map((text) => orRefuse(() => parseMatcher(text, mode), prefix));
}

export function readReceiverMatchers(query: Query, mode: MatcherMode): readonly Matcher[] {
  return readMatchers(query.all('receiver_matchers'), mode, 'failed to parse receiver_matchers param: ');
}

function receiversByName(pattern: string | undefined, receivers: readonly ReceiverConfig[]): Set<string> | undefined {
  if (pattern === undefined) return undefined;
  const matcher = orRefuse(() => newMatcher('receiver', '=~', pattern), 'failed to parse receiver param: ');
  return new Set(receivers.map((receiver) => receiver.name).filter((name) => matcher.matches(name)));
}

function receiversByLabels(matchers: readonly Matcher[], receivers: readonly ReceiverConfig[]): Set<string> {
  return new Set(
    receivers.filter((receiver) => matchesAll(matchers, receiver.labels)).map((receiver) => receiver.name),
  );
}

function orRefuse(make: () => Matcher, prefix: string): Matcher {
  try {
    return make();
  } catch (error) {
    if (error instanceof MatcherError) throw failure(400, prefix + error.message);
    throw error;
  }
}
