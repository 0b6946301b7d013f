// Answers of the API as what commands print. What answers may be another server or a proxy: what is not there is said, and
// never a failure of ours.

import type { TestReport } from '../runtime/test-send.ts';
import type { ApiAlert, ApiSilence, ApiStatus } from './api-types.ts';
import { CommandError } from './terminal.ts';
import type { WatchedAlert, WatchedGroup } from './watch-view.ts';

type Fields = Readonly<Record<string, unknown>>;

/** No alerts where the answer is empty, as for amtool. Throws a `CommandError`. */
export function alertsIn(answer: unknown): ApiAlert[] {
  return listOf(answer, 'alerts', isAlert);
}

/** Throws a `CommandError`. */
export function silencesIn(answer: unknown): ApiSilence[] {
  return listOf(answer, 'silences', isSilence);
}

/** Throws a `CommandError`. */
export function silenceIn(answer: unknown): ApiSilence {
  if (!isSilence(answer)) throw notThe('a silence');
  return answer;
}

/** Throws a `CommandError`. */
export function groupsIn(answer: unknown): WatchedGroup[] {
  return listOf(answer, 'groups of alerts', isGroup);
}

/** What came of a test send. Throws a `CommandError`. */
export function testReportIn(answer: unknown): TestReport {
  if (!isReport(answer)) throw notThe('the report of a test send');
  return answer;
}

/** The id of a silence that was taken. Throws a `CommandError` where there is none: it was not. */
export function silenceIdIn(answer: unknown): string {
  const id = isObject(answer) ? answer['silenceID'] : undefined;
  if (typeof id !== 'string') throw notThe('the id of a silence');
  return id;
}

/** Of which that part is there. Throws a `CommandError`. */
export function statusIn(answer: unknown, part: 'cluster' | 'config'): ApiStatus {
  if (!isStatus(answer, part)) throw notThe("a server's status");
  return answer.versionInfo === undefined ? { ...answer, versionInfo: {} } : answer;
}

function isAlert(one: unknown): one is ApiAlert {
  return (
    hasTexts(one, ['startsAt', 'endsAt']) &&
    isObject(one['labels']) &&
    isObject(one['annotations']) &&
    hasTexts(one['status'], ['state'])
  );
}

function isSilence(one: unknown): one is ApiSilence {
  return (
    hasTexts(one, ['id', 'startsAt', 'endsAt', 'createdBy', 'comment']) &&
    Array.isArray(one['matchers']) &&
    one['matchers'].every((matcher) => hasTexts(matcher, ['name', 'value']))
  );
}

function isGroup(one: unknown): one is WatchedGroup {
  return (
    isObject(one) &&
    isObject(one['labels']) &&
    hasTexts(one['receiver'], ['name']) &&
    Array.isArray(one['alerts']) &&
    one['alerts'].every(isWatched)
  );
}

function isWatched(one: unknown): one is WatchedAlert {
  if (!hasTexts(one, ['fingerprint', 'startsAt'])) return false;
  const status = one['status'];
  return (
    isObject(one['labels']) &&
    isObject(one['annotations']) &&
    hasTexts(status, ['state']) &&
    Array.isArray(status['silencedBy']) &&
    Array.isArray(status['inhibitedBy'])
  );
}

function isReport(answer: unknown): answer is TestReport {
  return isObject(answer) && Array.isArray(answer['integrations']);
}

function isStatus(answer: unknown, part: 'cluster' | 'config'): answer is ApiStatus {
  return isObject(answer) && hasTexts(answer[part], [part === 'cluster' ? 'status' : 'original']);
}

function listOf<T>(answer: unknown, what: string, isOne: (one: unknown) => one is T): T[] {
  if (answer === undefined || answer === null) return [];
  if (!Array.isArray(answer) || !answer.every(isOne)) throw notThe(`a list of ${what}`);
  return [...answer];
}

function hasTexts(value: unknown, names: readonly string[]): value is Fields {
  return isObject(value) && names.every((name) => typeof value[name] === 'string');
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
