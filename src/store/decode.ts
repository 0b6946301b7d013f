// Turns rows of the database back into the values that they were written from, in the thread of the engine.

import type { Attempt, Decision, LogEntry, Muted, Target, Write } from '../engine/types.ts';
import type { Alert } from '../model/alert.ts';
import type { LabelSet } from '../model/labels.ts';
import { type MatchType, newMatcher } from '../model/matcher.ts';
import type { Silence } from '../model/silence.ts';
import { Known } from './encode-alerts.ts';
import { StoreCorrupt } from './errors.ts';
import { type ListBody, type ListRef, readList } from './lists.ts';
import { applyPatch, type Patch, type Text } from './patch.ts';
import type { Recorded } from './store.ts';
import { readTarget } from './target.ts';
import type { ReadTimes } from './times.ts';

/** A row of `alert` and its episode. Rows that come by the thousand are arrays: those cross to another thread faster. */
export type AlertRow = readonly [
  id: number,
  fingerprint: string,
  startsAt: number,
  endsAt: number,
  updatedAt: number,
  timeout: number,
  body: string,
  patch: string | null,
];

/** A row of `event`, with what it refers to: an episode, the content that is a target, or a configuration. */
export type EventRow = readonly [
  seq: number,
  at: number,
  kind: string,
  body: string | null,
  fingerprint: string | null,
  startsAt: number,
  endsAt: number,
  updatedAt: number,
  timeout: number,
  episode: string | null,
  target: string | null,
  hash: string | null,
  original: string | null,
];

/** Contents by their ids. */
export type Contents = ReadonlyMap<number, string>;

interface EpisodeBody extends Text {
  readonly labels: LabelSet;
}

/** An alert as it is now, with what the encoder has to know of it. `times` is what the journal says last. */
export function decodeAlert(row: AlertRow, times: ReadTimes | undefined): { alert: Alert; known: Known } {
  const [id, fingerprint, startsAt, endsAt, updatedAt, kindOfEnd, body, patch] = row;
  const first: EpisodeBody = JSON.parse(body);
  const { labels, annotations, generatorURL } = first;
  const timeout = kindOfEnd === 1;
  const text = patch === null ? first : applyPatch(first, JSON.parse(patch));
  const alert: Alert = {
    fingerprint,
    labels,
    annotations: text.annotations,
    generatorURL: text.generatorURL,
    startsAt: times?.start?.startsAt ?? startsAt,
    endsAt: times?.endsAt ?? endsAt,
    updatedAt: times?.updatedAt ?? updatedAt,
    timeout: times?.start?.timeout ?? timeout,
  };
  const before = { annotations, generatorURL, startsAt, timeout };
  return { alert, known: new Known(id, before, alert, times !== undefined) };
}

interface SilenceBody extends Omit<Silence, 'matcherSets'> {
  readonly matcherSets: readonly (readonly {
    readonly name: string;
    readonly type: MatchType;
    readonly value: string;
  }[])[];
}

/** Throws `StoreCorrupt` when a regular expression is none. */
export function decodeSilence(body: string): Silence {
  const silence: SilenceBody = JSON.parse(body);
  try {
    const sets = silence.matcherSets.map((set) => set.map(({ name, type, value }) => newMatcher(name, type, value)));
    return { ...silence, matcherSets: sets };
  } catch (error) {
    throw new StoreCorrupt(`silence ${silence.id} cannot be read: ${String(error)}`);
  }
}

/** The ids of the contents that hold the event's lists. */
export function listsOf([, , kind, body]: EventRow): number[] {
  const refs: ListRef[] = [];
  if (body !== null && (kind === 'decision' || kind === 'notified')) {
    const { firing, resolved, muted }: { firing: ListRef; resolved: ListRef; muted?: { alerts: ListRef }[] } =
      JSON.parse(body);
    refs.push(firing, resolved);
    for (const { alerts } of muted ?? []) refs.push(alerts);
  }
  return refs.filter((ref) => typeof ref === 'number');
}

/** The id of the whole list that a content builds on, if it is a difference. */
export function baseOf(content: string): number | undefined {
  const body: ListBody = JSON.parse(content);
  return 'of' in body ? body.of : undefined;
}

/** One entry of history. `contents` holds those of `listsOf` and of `baseOf`. Throws `StoreCorrupt`. */
export function decodeEvent(row: EventRow, contents: Contents): Recorded {
  const [seq, at, kind] = row;
  try {
    return { seq, at, write: decodeWrite(row, contents) };
  } catch (error) {
    if (error instanceof StoreCorrupt) throw error;
    throw new StoreCorrupt(`entry ${seq} of history (${kind}) cannot be read: ${String(error)}`);
  }
}

function decodeWrite(row: EventRow, contents: Contents): Write {
  const [, , kind, body, ownFingerprint, , , , , , target, hash, original] = row;
  switch (kind) {
    case 'fired':
    case 'changed':
    case 'resolved':
      return { type: 'alert', alert: decodeReport(row), change: kind };
    case 'gone': {
      const [endedAt, fingerprint]: [number, string?] = JSON.parse(there(body));
      return { type: 'alertGone', fingerprint: fingerprint ?? there(ownFingerprint), endedAt };
    }
    case 'silence':
      return { type: 'silence', silence: decodeSilence(there(body)) };
    case 'silenceGone': {
      const id: string = JSON.parse(there(body));
      return { type: 'silenceGone', id };
    }
    case 'notified': {
      const rest: Kept<LogEntry> = JSON.parse(there(body));
      const { firing, resolved } = rest;
      const lists = { firing: listOf(firing, contents), resolved: listOf(resolved, contents) };
      return { type: 'notified', entry: { ...readTarget(there(target)), ...rest, ...lists } };
    }
    case 'decision': {
      const rest: Kept<Decision> & { muted: (Omit<Muted, 'alerts'> & { alerts: ListRef })[] } = JSON.parse(there(body));
      const lists = { firing: listOf(rest.firing, contents), resolved: listOf(rest.resolved, contents) };
      const muted = rest.muted.map((mute) => ({ ...mute, alerts: listOf(mute.alerts, contents) }));
      return { type: 'decision', decision: { ...readTarget(there(target)), ...rest, ...lists, muted } };
    }
    case 'attempt': {
      const rest: Omit<Attempt, keyof Target> = JSON.parse(there(body));
      return { type: 'attempt', attempt: { ...readTarget(there(target)), ...rest } };
    }
    case 'config':
      return { type: 'config', hash: there(hash), original: there(original) };
    default:
      throw new Error('unknown kind');
  }
}

/** What is told to a target, as its body holds it. */
type Kept<T extends LogEntry | Decision> = Omit<T, keyof Target | 'firing' | 'resolved' | 'muted'> & {
  readonly firing: ListRef;
  readonly resolved: ListRef;
};

function decodeReport([, , , body, fingerprint, ...rest]: EventRow): Alert {
  const [firstStart, firstEnd, firstUpdate, firstTimeout, episode] = rest;
  const first: EpisodeBody = JSON.parse(there(episode));
  type Report = [startsAt: number, endsAt: number, updatedAt: number, timeout: number, patch?: Patch];
  const said: Report = body === null ? [firstStart, firstEnd, firstUpdate, firstTimeout] : JSON.parse(body);
  const [startsAt, endsAt, updatedAt, timeout, patch] = said;
  const { annotations, generatorURL } = patch === undefined ? first : applyPatch(first, patch);
  return {
    fingerprint: there(fingerprint),
    labels: first.labels,
    annotations,
    generatorURL,
    startsAt,
    endsAt,
    updatedAt,
    timeout: timeout === 1,
  };
}

function listOf(ref: ListRef, contents: Contents): readonly string[] {
  if (typeof ref !== 'number') return ref;
  return readList(JSON.parse(there(contents.get(ref))), (id) => {
    const whole: readonly string[] = JSON.parse(there(contents.get(id)));
    return whole;
  });
}

function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a part of it is missing');
  return value;
}
