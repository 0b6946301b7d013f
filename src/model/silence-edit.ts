// What setting or ending a silence does to the silences that there are. An edit that would change what was silenced in
// the past ends the old silence and makes a new one; the rules are those of Alertmanager's `Silences.Set` and `Expire`.

import { type LabelSet, labelValue, sortedNames } from './labels.ts';
import { type Matcher, sameMatcher } from './matcher.ts';
import { ZERO_TIME } from './notification.ts';
import { type Silence, silenceState } from './silence.ts';

/** A silence as somebody wants it. */
export interface SilenceDraft {
  /** The silence to edit; empty for a new one. */
  readonly id: string;
  readonly matcherSets: readonly (readonly Matcher[])[];
  /** `ZERO_TIME` stands for now. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelSet;
}

/** Zero means that there is no limit. */
export interface SilenceLimits {
  /** Of all silences, expired ones too. */
  readonly maxSilences: number;
  /** Of one silence, in the encoding in which Alertmanager's peers exchange them. */
  readonly maxSizeBytes: number;
}

export type SilenceEdit =
  /** `silences` are to be stored, in that order; `id` is the one that is now in force. */
  | { readonly ok: true; readonly id: string; readonly silences: readonly Silence[] }
  | { readonly ok: false; readonly error: 'invalid' | 'not found'; readonly message: string };

/** What a limit is measured against. */
export interface Room {
  /** How many silences there are, expired ones too. */
  readonly count: number;
  readonly limits: SilenceLimits;
}

/**
 * Sets a silence: edits `existing` where that leaves its past alone, otherwise ends it and makes one with the id `newId`.
 *
 * @param existing the silence with the draft's id, if there is one
 */
export function setSilence(
  existing: Silence | undefined,
  draft: SilenceDraft,
  now: number,
  newId: string,
  room: Room,
): SilenceEdit {
  const startsAt = draft.startsAt === ZERO_TIME ? now : draft.startsAt;
  const problem = draftProblem(draft, startsAt);
  if (problem !== undefined) return invalid(`invalid silence: ${problem}`);
  if (draft.id !== '' && existing === undefined) return { ok: false, error: 'not found', message: 'silence not found' };
  const keepsId = existing !== undefined && canUpdate(existing, draft, startsAt, now);
  if (!keepsId && room.limits.maxSilences > 0 && room.count + 1 > room.limits.maxSilences) {
    return invalid(`exceeded maximum number of silences: ${room.count} (limit: ${room.limits.maxSilences})`);
  }
  const silence: Silence = {
    id: keepsId ? existing.id : newId,
    matcherSets: draft.matcherSets,
    startsAt: keepsId ? startsAt : Math.max(startsAt, now),
    endsAt: draft.endsAt,
    updatedAt: now,
    createdBy: draft.createdBy,
    comment: draft.comment,
    annotations: draft.annotations,
  };
  const size = silenceSize(silence);
  if (room.limits.maxSizeBytes > 0 && size > room.limits.maxSizeBytes) {
    return invalid(`silence exceeded maximum size: ${size} bytes (limit: ${room.limits.maxSizeBytes} bytes)`);
  }
  const ended = keepsId || existing === undefined ? undefined : expireSilence(existing, now);
  return { ok: true, id: silence.id, silences: ended === undefined ? [silence] : [ended, silence] };
}

/** The silence ended now; `undefined` when it is over already, so that there is nothing to store. */
export function expireSilence(silence: Silence, now: number): Silence | undefined {
  switch (silenceState(silence, now)) {
    case 'expired':
      return undefined;
    case 'active':
      return { ...silence, endsAt: now, updatedAt: now };
    case 'pending':
      return { ...silence, startsAt: now, endsAt: now, updatedAt: now };
  }
}

function invalid(message: string): SilenceEdit {
  return { ok: false, error: 'invalid', message };
}

function draftProblem(draft: SilenceDraft, startsAt: number): string | undefined {
  if (draft.matcherSets.length === 0) return 'at least one matcher set required';
  for (const [i, matchers] of draft.matcherSets.entries()) {
    if (matchers.length === 0) return `matcher set ${i} is empty`;
    if (matchers.every(matchesEmpty)) return `matcher set ${i}: at least one matcher must not match the empty string`;
  }
  if (draft.endsAt === ZERO_TIME) return 'invalid zero end timestamp';
  if (draft.endsAt < startsAt) return 'end time must not be before start time';
  return undefined;
}

/** Negative matchers do not count, although they match the empty string too. */
function matchesEmpty(matcher: Matcher): boolean {
  return (matcher.type === '=' || matcher.type === '=~') && matcher.matches('');
}

/** Whether the edit leaves alone what was silenced until now. The start of an active silence may move within its second. */
function canUpdate(known: Silence, draft: SilenceDraft, startsAt: number, now: number): boolean {
  if (!sameMatcherSets(known.matcherSets, draft.matcherSets)) return false;
  switch (silenceState(known, now)) {
    case 'active':
      return Math.floor(known.startsAt / 1000) === Math.floor(startsAt / 1000) && draft.endsAt >= now;
    case 'pending':
      return startsAt >= now;
    case 'expired':
      return false;
  }
}

function sameMatcherSets(a: Silence['matcherSets'], b: Silence['matcherSets']): boolean {
  return (
    a.length === b.length &&
    a.every((matchers, i) => {
      const others = b[i]!;
      return matchers.length === others.length && matchers.every((m, k) => sameMatcher(m, others[k]!));
    })
  );
}

/** The bytes of Alertmanager's `MeshSilence` message, which is what its size limit counts. */
function silenceSize(silence: Silence): number {
  let n = text(silence.id) + text(silence.createdBy) + text(silence.comment);
  for (const at of [silence.startsAt, silence.endsAt, silence.updatedAt]) n += message(timestamp(at));
  for (const name of sortedNames(silence.annotations)) {
    n += message(textAlways(name) + textAlways(labelValue(silence.annotations, name)));
  }
  for (const matchers of silence.matcherSets) {
    let set = 0;
    for (const m of matchers) set += message((m.type === '=' ? 0 : 2) + text(m.name) + text(m.value));
    n += message(set);
  }
  return message(n) + message(timestamp(silence.endsAt));
}

const encoder = new TextEncoder();

function textAlways(s: string): number {
  return message(encoder.encode(s).length);
}

function text(s: string): number {
  return s === '' ? 0 : textAlways(s);
}

/** A field's tag, its length and its content. */
function message(size: number): number {
  return 1 + varint(size) + size;
}

function timestamp(at: number): number {
  const seconds = Math.floor(at / 1000);
  const nanos = (at - seconds * 1000) * 1_000_000;
  // Negative numbers take all ten bytes.
  const secondsSize = seconds === 0 ? 0 : seconds < 0 ? 11 : 1 + varint(seconds);
  return secondsSize + (nanos === 0 ? 0 : 1 + varint(nanos));
}

function varint(n: number): number {
  let bytes = 1;
  for (let rest = n; rest >= 128; rest /= 128) bytes++;
  return bytes;
}
