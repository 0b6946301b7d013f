import { describe, expect, it } from 'vitest';
import type { Matcher, MatchType } from '../../src/model/matcher.ts';
import { ZERO_TIME } from '../../src/model/notification.ts';
import type { Silence } from '../../src/model/silence.ts';
import { expireSilence, type Room, type SilenceDraft, setSilence } from '../../src/model/silence-edit.ts';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const HOUR = 3_600_000;
const UNLIMITED: Room = { count: 0, limits: { maxSilences: 0, maxSizeBytes: 0 } };

/** A matcher over a short list of alternatives, which is all that these tests need of regular expressions. */
function matcher(name: string, type: MatchType, value: string): Matcher {
  const hit = (s: string): boolean => (type === '=' || type === '!=' ? s === value : value.split('|').includes(s));
  return { name, type, value, matches: (s) => hit(s) === (type === '=' || type === '=~') };
}

function silence(over: Partial<Silence> = {}): Silence {
  return {
    id: 'old',
    matcherSets: [[matcher('a', '=', 'b')]],
    startsAt: NOW - HOUR,
    endsAt: NOW + HOUR,
    updatedAt: NOW - HOUR,
    createdBy: 'me',
    comment: 'why',
    annotations: {},
    ...over,
  };
}

function draftOf(from: Silence, over: Partial<SilenceDraft> = {}): SilenceDraft {
  const { updatedAt: _, ...rest } = from;
  return { ...rest, ...over };
}

const fresh = (over: Partial<SilenceDraft> = {}): SilenceDraft => draftOf(silence(), { id: '', ...over });

describe('setSilence: a new silence', () => {
  it('gets the new id and does not begin before now', () => {
    expect(setSilence(undefined, fresh(), NOW, 'new', UNLIMITED)).toEqual({
      ok: true,
      id: 'new',
      silences: [{ ...fresh(), id: 'new', startsAt: NOW, updatedAt: NOW, matcherSets: expect.anything() }],
    });
  });

  it('may begin in the future', () => {
    const edit = setSilence(undefined, fresh({ startsAt: NOW + 1000 }), NOW, 'new', UNLIMITED);
    expect(edit.ok && edit.silences[0]?.startsAt).toBe(NOW + 1000);
  });

  it('begins now when it says the zero time', () => {
    const edit = setSilence(undefined, fresh({ startsAt: ZERO_TIME }), NOW, 'new', UNLIMITED);
    expect(edit.ok && edit.silences[0]?.startsAt).toBe(NOW);
  });

  it.each([
    [{ matcherSets: [] }, 'invalid silence: at least one matcher set required'],
    [{ matcherSets: [[matcher('a', '=', 'b')], []] }, 'invalid silence: matcher set 1 is empty'],
    [
      { matcherSets: [[matcher('a', '=', ''), matcher('b', '=~', 'x|')]] },
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      { matcherSets: [[matcher('a', '=', 'b')], [matcher('a', '=', '')]] },
      'invalid silence: matcher set 1: at least one matcher must not match the empty string',
    ],
    [{ endsAt: ZERO_TIME }, 'invalid silence: invalid zero end timestamp'],
    [{ endsAt: NOW - 2 * HOUR }, 'invalid silence: end time must not be before start time'],
    [{ startsAt: ZERO_TIME, endsAt: NOW - 1 }, 'invalid silence: end time must not be before start time'],
  ] satisfies [Partial<SilenceDraft>, string][])('is refused: %#', (over, message) => {
    expect(setSilence(undefined, fresh(over), NOW, 'new', UNLIMITED)).toEqual({ ok: false, error: 'invalid', message });
  });

  it('counts a negative matcher as one that does not match the empty string', () => {
    const sets = [[matcher('a', '!=', 'b')]];
    expect(setSilence(undefined, fresh({ matcherSets: sets }), NOW, 'new', UNLIMITED).ok).toBe(true);
    const regex = [[matcher('a', '!~', 'b')]];
    expect(setSilence(undefined, fresh({ matcherSets: regex }), NOW, 'new', UNLIMITED).ok).toBe(true);
  });

  it('is not found when it names an id that is not there', () => {
    expect(setSilence(undefined, fresh({ id: 'gone' }), NOW, 'new', UNLIMITED)).toEqual({
      ok: false,
      error: 'not found',
      message: 'silence not found',
    });
  });

  it('reports what is invalid before what is not found', () => {
    const edit = setSilence(undefined, fresh({ id: 'gone', matcherSets: [] }), NOW, 'new', UNLIMITED);
    expect(edit).toMatchObject({ error: 'invalid' });
  });
});

describe('setSilence: an edit', () => {
  const active = silence();
  const pending = silence({ startsAt: NOW + HOUR, endsAt: NOW + 2 * HOUR });
  const expired = silence({ startsAt: NOW - 2 * HOUR, endsAt: NOW - HOUR });

  it('keeps the id of an active silence when its end, comment, author or annotations change', () => {
    const draft = draftOf(active, { endsAt: NOW + 5, comment: 'x', createdBy: 'y', annotations: { k: 'v' } });
    expect(setSilence(active, draft, NOW, 'new', UNLIMITED)).toEqual({
      ok: true,
      id: 'old',
      silences: [{ ...draft, updatedAt: NOW, matcherSets: expect.anything() }],
    });
  });

  it('keeps the id when the start of an active silence stays within its second', () => {
    const draft = draftOf(active, { startsAt: Math.floor(active.startsAt / 1000) * 1000 });
    const edit = setSilence(active, draft, NOW, 'new', UNLIMITED);
    expect(edit).toMatchObject({ id: 'old', silences: [{ startsAt: draft.startsAt }] });
  });

  it('ends an active silence and makes a new one when its start changes', () => {
    const edit = setSilence(active, draftOf(active, { startsAt: NOW + 5000 }), NOW, 'new', UNLIMITED);
    expect(edit).toMatchObject({
      id: 'new',
      silences: [
        { id: 'old', startsAt: active.startsAt, endsAt: NOW, updatedAt: NOW },
        { id: 'new', startsAt: NOW + 5000, endsAt: active.endsAt },
      ],
    });
  });

  it.each([
    [[[matcher('a', '=', 'c')]]],
    [[[matcher('a', '!=', 'b')]]],
    [[[matcher('x', '=', 'b')]]],
    [[[matcher('a', '=', 'b'), matcher('c', '=', 'd')]]],
    [[[matcher('a', '=', 'b')], [matcher('c', '=', 'd')]]],
  ])('replaces the silence when its matchers change: %#', (matcherSets) => {
    const edit = setSilence(active, draftOf(active, { matcherSets }), NOW, 'new', UNLIMITED);
    expect(edit).toMatchObject({
      id: 'new',
      silences: [
        { id: 'old', endsAt: NOW },
        { id: 'new', startsAt: NOW },
      ],
    });
  });

  it('moves a pending silence and keeps its id, unless it would begin in the past', () => {
    const later = setSilence(pending, draftOf(pending, { startsAt: NOW + 7 }), NOW, 'new', UNLIMITED);
    expect(later).toMatchObject({ id: 'old', silences: [{ id: 'old', startsAt: NOW + 7 }] });
    const past = setSilence(pending, draftOf(pending, { startsAt: NOW - 7 }), NOW, 'new', UNLIMITED);
    expect(past).toMatchObject({
      id: 'new',
      silences: [
        { id: 'old', startsAt: NOW, endsAt: NOW },
        { id: 'new', startsAt: NOW },
      ],
    });
  });

  it('recreates an expired silence and leaves the old one as it was', () => {
    const edit = setSilence(expired, draftOf(expired, { endsAt: NOW + HOUR }), NOW, 'new', UNLIMITED);
    expect(edit).toMatchObject({ id: 'new', silences: [{ id: 'new', startsAt: NOW }] });
    expect(edit.ok && edit.silences).toHaveLength(1);
  });
});

describe('setSilence: limits', () => {
  const full: Room = { count: 2, limits: { maxSilences: 2, maxSizeBytes: 0 } };

  it('refuses one silence more than allowed, a replacing one too', () => {
    const refusal = { ok: false, error: 'invalid', message: 'exceeded maximum number of silences: 2 (limit: 2)' };
    expect(setSilence(undefined, fresh(), NOW, 'new', full)).toEqual(refusal);
    const active = silence();
    expect(setSilence(active, draftOf(active, { startsAt: NOW + 5000 }), NOW, 'new', full)).toEqual(refusal);
  });

  it('lets an edit that keeps the id through', () => {
    const active = silence();
    expect(setSilence(active, draftOf(active, { endsAt: NOW + 5 }), NOW, 'new', full).ok).toBe(true);
  });

  it('measures a silence as Alertmanager does', () => {
    const measured = (over: Partial<SilenceDraft>): number => {
      const room = { count: 0, limits: { maxSilences: 0, maxSizeBytes: 1 } };
      const id = '00000000-0000-4000-8000-000000000000';
      const edit = setSilence(undefined, fresh(over), NOW, id, room);
      return edit.ok ? 0 : Number(/size: (\d+) bytes \(limit: 1 bytes\)$/.exec(edit.message)?.[1]);
    };
    // The numbers that Alertmanager's own refusals name for these silences.
    expect(measured({})).toBe(115);
    expect(measured({ comment: 'é'.repeat(100) })).toBe(314);
    expect(measured({ annotations: { k: '' } })).toBe(122);
    expect(measured({ matcherSets: [[matcher('a', '!=', 'b')]] })).toBe(117);
    expect(measured({ matcherSets: [[matcher('a', '=', 'b'), matcher('cc', '=~', 'b')]] })).toBe(126);
  });
});

describe('expireSilence', () => {
  it('ends an active silence now', () => {
    expect(expireSilence(silence(), NOW)).toEqual({
      ...silence(),
      endsAt: NOW,
      updatedAt: NOW,
      matcherSets: expect.anything(),
    });
  });

  it('ends a pending silence before it began', () => {
    const ended = expireSilence(silence({ startsAt: NOW + 1 }), NOW);
    expect(ended).toMatchObject({ startsAt: NOW, endsAt: NOW, updatedAt: NOW });
  });

  it('leaves an expired silence alone', () => {
    expect(expireSilence(silence({ endsAt: NOW - 1 }), NOW)).toBeUndefined();
  });
});
