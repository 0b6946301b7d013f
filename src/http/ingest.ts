// From the text of a POST to alerts: what Alertmanager's API takes, refuses and fills in. Written by hand and in one
// pass, because this is where most of a busy server's time goes.

import type { Alert } from '../model/alert.ts';
import { isValidUnicode, quote } from '../model/gostring.ts';
import { fingerprint, type LabelSet } from '../model/labels.ts';
import { isValidLabelName, type MatcherMode } from '../model/matcher-parse.ts';
import { ZERO_TIME } from '../model/notification.ts';
import { parseTime } from '../model/time.ts';
import { type ApiError, refusal, required, unreadable } from './answer.ts';
import { parseBody, typeName, wellFormed } from './body.ts';
import { isRequestUri } from './uri.ts';

export interface Ingest {
  /** The valid ones, in the order in which they came. */
  readonly alerts: readonly Alert[];
  /** What is wrong with the others, in Alertmanager's words. */
  readonly problems: readonly string[];
  /** How many of all, valid or not, end after now, and how many have ended. */
  readonly firing: number;
  readonly resolved: number;
}

export interface IngestOptions {
  readonly now: number;
  readonly resolveTimeoutMs: number;
  readonly matcherMode: MatcherMode;
}

/**
 * Reads a batch of alerts. Throws an `ApiError` when the body as a whole is refused: 400 when it is no JSON or a value
 * has the wrong type, 422 when an alert has no labels or a generatorURL that is no URI. Nothing is stored then.
 */
export function readAlerts(text: string, options: IngestOptions): Ingest {
  const parsed = parseBody(text, 'alerts');
  const items = parsed === null ? [] : parsed;
  if (!Array.isArray(items)) throw unreadable('alerts', `it must be an array, not ${typeName(parsed)}`);
  const reader = new Reader(options, HALF_PAIR.test(text));
  for (let i = 0; i < items.length; i++) reader.read(items[i], i);
  return reader.result();
}

/** An escape that may stand for half of a surrogate pair, which no UTF-8 text can hold. */
const HALF_PAIR = /\\u[dD][89a-fA-F]/;

const NO_LABELS: LabelSet = Object.freeze({});

type Json = Readonly<Record<string, unknown>>;

class Reader {
  private readonly options: IngestOptions;
  /** Whether texts may need mending before they are stored. */
  private readonly mend: boolean;
  private readonly alerts: Alert[] = [];
  private readonly problems: string[] = [];
  private firing = 0;
  private resolved = 0;
  /** A value of the wrong type anywhere outranks it. */
  private refused: ApiError | undefined;

  constructor(options: IngestOptions, mend: boolean) {
    this.options = options;
    this.mend = mend;
  }

  result(): Ingest {
    if (this.refused !== undefined) throw this.refused;
    const { alerts, problems, firing, resolved } = this;
    return { alerts, problems, firing, resolved };
  }

  read(given: unknown, i: number): void {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw unreadable('alerts', `${i} must be an object, not ${typeName(given)}`);
    }
    const item = 'labels' in given ? (given as Json) : anyCase(given as Json);
    const annotations = this.readLabels(item['annotations'], i, 'annotations', false) ?? NO_LABELS;
    let endsAt = readTime(item['endsAt'], i, 'endsAt');
    let startsAt = readTime(item['startsAt'], i, 'startsAt');
    const generatorURL = this.readUrl(item['generatorURL'], i);
    const labels = this.readLabels(item['labels'], i, 'labels', true);
    if (labels === undefined) {
      this.refused ??= required(`${i}.labels`);
      return;
    }
    const { now } = this.options;
    if (startsAt === ZERO_TIME) startsAt = endsAt === ZERO_TIME ? now : endsAt;
    const timeout = endsAt === ZERO_TIME;
    if (timeout) endsAt = now + this.options.resolveTimeoutMs;
    if (endsAt > now) this.firing++;
    else this.resolved++;
    const problem = this.problem(labels, annotations, startsAt, endsAt);
    if (problem !== undefined) {
      this.problems.push(problem);
      return;
    }
    this.alerts.push({
      fingerprint: fingerprint(labels),
      labels,
      annotations,
      generatorURL,
      startsAt,
      endsAt,
      updatedAt: now,
      timeout,
    });
  }

  /** The object of the JSON itself where that will do, which is nearly always. Null stands for the empty text, as in Go. */
  private readLabels(value: unknown, i: number, field: string, dropEmpty: boolean): LabelSet | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw unreadable('alerts', `${i}.${field} must be an object, not ${typeName(value)}`);
    }
    const given = value as Json;
    const names = Object.keys(given);
    let asItIs = !this.mend;
    for (const name of names) {
      const text = given[name];
      if (typeof text === 'string') {
        if (text === '' && dropEmpty) asItIs = false;
      } else if (text === null) {
        asItIs = false;
      } else {
        throw unreadable('alerts', `${i}.${field}.${name} must be a string, not ${typeName(text)}`);
      }
    }
    if (asItIs) return given as LabelSet;
    const pairs: [string, string][] = [];
    for (const name of names) {
      const text = given[name];
      if (typeof text === 'string' && text !== '') pairs.push([this.mended(name), this.mended(text)]);
      else if (!dropEmpty) pairs.push([this.mended(name), '']);
    }
    return Object.fromEntries(pairs);
  }

  private readUrl(value: unknown, i: number): string {
    if (value === undefined || value === null || value === '') return '';
    if (typeof value !== 'string')
      throw unreadable('alerts', `${i}.generatorURL must be a string, not ${typeName(value)}`);
    if (!isRequestUri(value)) {
      this.refused ??= refusal(601, `${i}.generatorURL in body must be of type uri: ${quote(value)}`);
    }
    return this.mended(value);
  }

  private mended(text: string): string {
    return this.mend && !isValidUnicode(text) ? wellFormed(text) : text;
  }

  private problem(labels: LabelSet, annotations: LabelSet, startsAt: number, endsAt: number): string | undefined {
    if (endsAt < startsAt) return 'start time must be before end time';
    const names = Object.keys(labels);
    if (names.length === 0) return 'at least one label pair required';
    const bad = this.badName(names);
    if (bad !== undefined) return `invalid label set: invalid name ${quote(bad)}`;
    const badToo = this.badName(Object.keys(annotations));
    return badToo === undefined ? undefined : `invalid annotations: invalid name ${quote(badToo)}`;
  }

  private badName(names: readonly string[]): string | undefined {
    for (const name of names) {
      if (!isValidLabelName(name, this.options.matcherMode)) return name;
    }
    return undefined;
  }
}

/** The instant in that field; `ZERO_TIME` when there is none. */
function readTime(value: unknown, i: number, field: string): number {
  if (value === undefined || value === null) return ZERO_TIME;
  if (typeof value !== 'string') throw unreadable('alerts', `${i}.${field} must be a string, not ${typeName(value)}`);
  const at = parseTime(value);
  if (at === undefined) throw unreadable('alerts', `${i}.${field} is no time that RFC 3339 knows: ${quote(value)}`);
  return at;
}

const FIELDS = new Map(
  ['annotations', 'endsAt', 'startsAt', 'generatorURL', 'labels'].map((field) => [field.toLowerCase(), field]),
);

/** The same object with the fields' names as they should be: Go's decoder does not look at their case. */
function anyCase(item: Json): Json {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [FIELDS.get(name.toLowerCase()) ?? name, value]),
  );
}
