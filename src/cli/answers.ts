// Answers of the API as what commands print. What answers may be another server or a proxy: what is not there is said, and
// never a failure of ours.

import type { TestReport } from '../runtime/test-send.ts';
import type { ApiAlert, ApiSilence, ApiStatus } from './api-types.ts';
import { CommandError } from './terminal.ts';
import type { WatchedGroup } from './watch-view.ts';

type Fields = Readonly<Record<string, unknown>>;

/** No alerts where the answer is empty, as for amtool. Throws a `CommandError`. */
export function alertsIn(answer: unknown): ApiAlert[] {
  return listOf(answer, 'alerts', (one) => hasTexts(one, ['startsAt']) && isObject(one['labels'])).map((one) => ({
    ...one,
    annotations: isObject(one['annotations']) ? one['annotations'] : {},
    status: isObject(one['status']) ? one['status'] : { state: '' },
  })) as ApiAlert[];
}

/** Throws a `CommandError`. */
export function silencesIn(answer: unknown): ApiSilence[] {
  return listOf(answer, 'silences', isSilence) as unknown as ApiSilence[];
}

/** Throws a `CommandError`. */
export function silenceIn(answer: unknown): ApiSilence {
  if (!isObject(answer) || !isSilence(answer)) throw notThe('a silence');
  return answer as unknown as ApiSilence;
}

/** Throws a `CommandError`. */
export function groupsIn(answer: unknown): readonly WatchedGroup[] {
  const isAlert = (one: unknown): boolean =>
    isObject(one) &&
    hasTexts(one, ['fingerprint', 'startsAt']) &&
    isObject(one['labels']) &&
    isObject(one['annotations']) &&
    isObject(one['status']) &&
    hasTexts(one['status'], ['state']) &&
    ['silencedBy', 'inhibitedBy'].every((name) => Array.isArray((one['status'] as Fields)[name]));
  const isGroup = (one: Fields): boolean =>
    isObject(one['labels']) &&
    isObject(one['receiver']) &&
    hasTexts(one['receiver'], ['name']) &&
    Array.isArray(one['alerts']) &&
    one['alerts'].every(isAlert);
  return listOf(answer, 'groups of alerts', isGroup) as unknown as WatchedGroup[];
}

/** What came of a test send. Throws a `CommandError`. */
export function testReportIn(answer: unknown): TestReport {
  if (!isObject(answer) || !Array.isArray(answer['integrations'])) throw notThe('the report of a test send');
  return answer as unknown as TestReport;
}

/** The id of a silence that was taken. Throws a `CommandError` where there is none: it was not. */
export function silenceIdIn(answer: unknown): string {
  if (!isObject(answer) || !hasTexts(answer, ['silenceID'])) throw notThe('the id of a silence');
  return String(answer['silenceID']);
}

/** Of which that part is there. Throws a `CommandError`. */
export function statusIn(answer: unknown, part: 'cluster' | 'config'): ApiStatus {
  const field = part === 'cluster' ? 'status' : 'original';
  if (!isObject(answer) || !isObject(answer[part]) || !hasTexts(answer[part], [field])) {
    throw notThe("a server's status");
  }
  return {
    ...answer,
    versionInfo: isObject(answer['versionInfo']) ? answer['versionInfo'] : {},
  } as unknown as ApiStatus;
}

function isSilence(one: Fields): boolean {
  return (
    hasTexts(one, ['id', 'startsAt', 'endsAt', 'createdBy', 'comment']) &&
    Array.isArray(one['matchers']) &&
    one['matchers'].every((matcher: unknown) => isObject(matcher) && hasTexts(matcher, ['name', 'value']))
  );
}

/** Throws a `CommandError`. */
function listOf(answer: unknown, what: string, isOne: (one: Fields) => boolean): Fields[] {
  if (answer === undefined || answer === null) return [];
  if (!Array.isArray(answer)) throw notThe(`a list of ${what}`);
  return answer.map((one: unknown) => {
    if (!isObject(one) || !isOne(one)) throw notThe(`a list of ${what}`);
    return one;
  });
}

function hasTexts(one: Fields, names: readonly string[]): boolean {
  return names.every((name) => typeof one[name] === 'string');
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notThe(what: string): CommandError {
  return new CommandError(
    `the server answers something that is not ${what}: is it an Alertmanager?`,
    'Look at --alertmanager.url: --verbose prints what is asked, and curl shows what is answered.',
  );
}
