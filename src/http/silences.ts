// GET and POST /api/v2/silences, GET and DELETE /api/v2/silence/{id}.

import type { ServerResponse } from 'node:http';
import { compareStrings } from '../model/labels.ts';
import { type Matcher, sameMatcher } from '../model/matcher.ts';
import { type Silence, type SilenceState, silenceState } from '../model/silence.ts';
import { expireSilence, setSilence } from '../model/silence-edit.ts';
import { formatTime } from '../model/time.ts';
import { failure, refusal, sendJson, sendNothing } from './answer.ts';
import { jsonString, labelsJson } from './json.ts';
import type { Api } from './ports.ts';
import type { Query } from './query.ts';
import { readMatchers } from './selection.ts';
import { readSilence } from './silence-body.ts';
import { streamJson, writeArray } from './stream.ts';
import { submitted } from './submit.ts';

export async function getSilences(api: Api, query: Query, res: ServerResponse): Promise<void> {
  const now = api.state.now();
  const silences = selectSilences(api, query);
  await streamJson(res, (writer) => writeArray(writer, silences, (silence) => writer.text(silenceJson(silence, now))));
}

/** Active ones by when they end, pending ones by when they begin, then expired ones, the last first. */
export function selectSilences(
  api: Api,
  query: Query,
  filters = readMatchers(query.all('filter'), api.options.matcherMode),
): Silence[] {
  const states: Readonly<Record<SilenceState, boolean>> = {
    active: query.flag('active'),
    pending: query.flag('pending'),
    expired: query.flag('expired'),
  };
  const now = api.state.now();
  const found: { silence: Silence; state: SilenceState }[] = [];
  for (const silence of api.state.silences()) {
    const state = silenceState(silence, now);
    if (states[state] && silence.matcherSets.some((set) => hasAll(set, filters))) found.push({ silence, state });
  }
  found.sort((a, b) => {
    const order = STATE_ORDER[a.state] - STATE_ORDER[b.state] || compareTimes(a.silence, b.silence, a.state);
    return order || compareStrings(a.silence.id, b.silence.id);
  });
  return found.map(({ silence }) => silence);
}

export async function postSilences(api: Api, body: string, res: ServerResponse): Promise<void> {
  const { state, options } = api;
  const now = state.now();
  const draft = readSilence(body, now, options.matcherMode);
  const existing = draft.id === '' ? undefined : state.silence(draft.id);
  const { silenceLimits } = options;
  const count = silenceLimits.maxSilences > 0 ? [...state.silences()].length : 0;
  const edit = setSilence(existing, draft, now, options.newId(), { count, limits: silenceLimits });
  if (!edit.ok) {
    options.log('error', 'Failed to create silence', { err: edit.message });
    throw failure(edit.error === 'not found' ? 404 : 400, edit.message);
  }
  await submitted(state.submitSilences(edit.silences));
  sendJson(res, 200, `{"silenceID":${jsonString(edit.id)}}\n`);
}

export function getSilence(api: Api, id: string, res: ServerResponse): void {
  const silence = api.state.silence(checkedId(id));
  if (silence === undefined) sendNothing(res, 404);
  else sendJson(res, 200, `${silenceJson(silence, api.state.now())}\n`);
}

/** Ends the silence; one that is over already stays as it is. */
export async function deleteSilence(api: Api, id: string, res: ServerResponse): Promise<void> {
  const silence = api.state.silence(checkedId(id));
  if (silence === undefined) {
    sendNothing(res, 404);
    return;
  }
  const ended = expireSilence(silence, api.state.now());
  if (ended !== undefined) await submitted(api.state.submitSilences([ended]));
  sendNothing(res, 200);
}

const STATE_ORDER: Readonly<Record<SilenceState, number>> = { active: 1, pending: 2, expired: 3 };

function compareTimes(a: Silence, b: Silence, state: SilenceState): number {
  switch (state) {
    case 'active':
      return a.endsAt - b.endsAt;
    case 'pending':
      return a.startsAt - b.startsAt;
    case 'expired':
      return b.endsAt - a.endsAt;
  }
}

/** Whether each filter is, word for word, one of the matchers. */
function hasAll(matchers: readonly Matcher[], filters: readonly Matcher[]): boolean {
  return filters.every((filter) => matchers.some((matcher) => sameMatcher(matcher, filter)));
}

/** A silence with several matcher sets, which this API cannot make, shows the first as `matchers` and all as `matcherSets`. */
function silenceJson(silence: Silence, now: number): string {
  const { matcherSets: sets } = silence;
  const annotations = labelsJson(silence.annotations);
  return [
    `{"id":${jsonString(silence.id)}`,
    `"status":{"state":"${silenceState(silence, now)}"}`,
    `"updatedAt":"${formatTime(silence.updatedAt)}"`,
    ...(annotations === '{}' ? [] : [`"annotations":${annotations}`]),
    `"comment":${jsonString(silence.comment)}`,
    `"createdBy":${jsonString(silence.createdBy)}`,
    `"endsAt":"${formatTime(silence.endsAt)}"`,
    ...(sets.length < 2 ? [] : [`"matcherSets":[${sets.map(matchersJson).join(',')}]`]),
    `"matchers":${matchersJson(sets[0] ?? [])}`,
    `"startsAt":"${formatTime(silence.startsAt)}"}`,
  ].join(',');
}

function matchersJson(matchers: readonly Matcher[]): string {
  const list = matchers.map(({ name, type, value }) => {
    const isEqual = type === '=' || type === '=~';
    const isRegex = type === '=~' || type === '!~';
    return `{"isEqual":${isEqual},"isRegex":${isRegex},"name":${jsonString(name)},"value":${jsonString(value)}}`;
  });
  return `[${list.join(',')}]`;
}

/** A UUID in one of the forms that Go reads; none but the plain one names a silence. */
const UUID = /^(?:urn:uuid:|\{)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;

function checkedId(id: string): string {
  if (!UUID.test(id)) throw refusal(601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
  return id;
}
