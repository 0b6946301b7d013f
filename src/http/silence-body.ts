// From the text of a POST to silences to a silence as somebody wants it, or to the refusal that Alertmanager's API
// would answer, checked in the order in which it checks.

import { quote } from '../model/gostring.ts';
import type { LabelSet } from '../model/labels.ts';
import { type Matcher, MatcherError, type MatchType, newMatcher } from '../model/matcher.ts';
import { isValidLabelName, type MatcherMode } from '../model/matcher-parse.ts';
import type { SilenceDraft } from '../model/silence-edit.ts';
import { parseTime } from '../model/time.ts';
import { failure, refusal, required, unreadable } from './answer.ts';
import { parseBody, typeName, wellFormed } from './body.ts';

/** Throws an `ApiError`: 400 or 422. */
export function readSilence(text: string, now: number, mode: MatcherMode): SilenceDraft {
  const body = parseBody(text, 'silence');
  const fields = new Fields(body === null ? {} : object(body, 'it'), '');
  const id = fields.string('id') ?? '';
  const annotations = readAnnotations(fields);
  const comment = fields.string('comment');
  const createdBy = fields.string('createdBy');
  const endsAt = fields.time('endsAt');
  const wanted = readMatchers(fields);
  const startsAt = fields.time('startsAt');
  if (comment === undefined) throw required('comment');
  if (createdBy === undefined) throw required('createdBy');
  if (endsAt === undefined) throw required('endsAt');
  if (wanted === undefined) throw required('matchers');
  if (wanted.length === 0) throw refusal(612, 'matchers in body should have at least 1 items');
  const complete = wanted.map(checkMatcher);
  if (startsAt === undefined) throw required('startsAt');
  if (startsAt >= endsAt) throw failure(400, 'Failed to create silence: start time must be before end time');
  if (endsAt < now) throw failure(400, "Failed to create silence: end time can't be in the past");
  const matchers = complete.map((matcher, i) => compile(matcher, i, mode));
  return { id, matcherSets: [matchers], startsAt, endsAt, createdBy, comment, annotations };
}

interface WantedMatcher {
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly isRegex: boolean | undefined;
  readonly isEqual: boolean;
}

function readMatchers(fields: Fields): WantedMatcher[] | undefined {
  const list = fields.get('matchers');
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw unreadable('silence', `matchers must be an array, not ${typeName(list)}`);
  return list.map((item: unknown, i) => {
    const matcher = new Fields(object(item, `matchers.${i}`), `matchers.${i}.`);
    return {
      name: matcher.string('name'),
      value: matcher.string('value'),
      isRegex: matcher.boolean('isRegex'),
      isEqual: matcher.boolean('isEqual') ?? true,
    };
  });
}

function checkMatcher(wanted: WantedMatcher, i: number): { name: string; type: MatchType; value: string } {
  const { name, value, isRegex, isEqual } = wanted;
  if (isRegex === undefined) throw required(`matchers.${i}.isRegex`);
  if (name === undefined) throw required(`matchers.${i}.name`);
  if (value === undefined) throw required(`matchers.${i}.value`);
  const type = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  return { name, type, value };
}

function compile(wanted: ReturnType<typeof checkMatcher>, i: number, mode: MatcherMode): Matcher {
  const place = `invalid silence: invalid label matcher ${i} in set 0:`;
  const { name, type, value } = wanted;
  if (!isValidLabelName(name, mode)) throw failure(400, `${place} invalid label name ${quote(name)}`);
  try {
    return newMatcher(name, type, value);
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    // The message quotes the expression as it is compiled; people wrote it without the anchors.
    const reason = error.message.replace(`^(?:${value})$`, () => value);
    throw failure(400, `${place} invalid regular expression ${quote(value)}: ${reason}`);
  }
}

function readAnnotations(fields: Fields): LabelSet {
  const given = fields.get('annotations');
  if (given === undefined) return {};
  const annotations = new Fields(object(given, 'annotations'), 'annotations.');
  return Object.fromEntries(annotations.names().map((name) => [wellFormed(name), annotations.string(name) ?? '']));
}

function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('silence', `${name} must be an object, not ${typeName(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The members of a JSON object, read by type. A null is as good as nothing, as in Go. */
class Fields {
  private readonly from: Readonly<Record<string, unknown>>;
  private readonly prefix: string;

  constructor(from: Readonly<Record<string, unknown>>, prefix: string) {
    this.from = from;
    this.prefix = prefix;
  }

  names(): string[] {
    return Object.keys(this.from);
  }

  get(name: string): unknown {
    return Object.hasOwn(this.from, name) ? (this.from[name] ?? undefined) : undefined;
  }

  string(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.wrong(name, 'a string', value);
    return wellFormed(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.wrong(name, 'a boolean', value);
  }

  time(name: string): number | undefined {
    const text = this.string(name);
    if (text === undefined) return undefined;
    const at = parseTime(text);
    if (at === undefined) throw unreadable('silence', `${name} is no time that RFC 3339 knows: ${quote(text)}`);
    return at;
  }

  private wrong(name: string, wanted: string, value: unknown): Error {
    return unreadable('silence', `${this.prefix}${name} must be ${wanted}, not ${typeName(value)}`);
  }
}
