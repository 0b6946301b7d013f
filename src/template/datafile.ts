// Reads template data from JSON, as people write it in order to try a template out. Apart from data.ts because nothing
// that runs in the server needs it.

import type { LabelSet } from '../model/labels.ts';
import { ZERO_TIME } from '../model/notification.ts';
import type { TemplateAlert, TemplateData } from './data.ts';
import { parseTime } from './time/parse.ts';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name, in whatever case, as Go finds it; null counts as missing. */
function member(object: Json, name: string): unknown {
  const key = Object.hasOwn(object, name)
    ? name
    : Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (object[key] ?? undefined);
}

function text(object: Json, name: string, path: string): string {
  const value = member(object, name) ?? '';
  if (typeof value !== 'string') throw new Error(`${path}${name} must be a string`);
  return value;
}

function labels(object: Json, name: string, path: string): LabelSet {
  const value = member(object, name) ?? {};
  if (!isObject(value)) throw new Error(`${path}${name} must be an object`);
  const pairs = Object.entries(value).map(([key, item]): [string, string] => {
    if (typeof item !== 'string') throw new Error(`${path}${name}.${key} must be a string`);
    return [key, item];
  });
  return Object.fromEntries(pairs);
}

const RFC3339 = '2006-01-02T15:04:05Z07:00';

function instant(object: Json, name: string, path: string): number {
  const value = text(object, name, path);
  if (value === '') return ZERO_TIME;
  try {
    const time = parseTime(RFC3339, value);
    return time.seconds * 1000 + Math.floor(time.nanos / 1e6);
  } catch (error) {
    throw new Error(`${path}${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function alert(value: unknown, path: string): TemplateAlert {
  if (!isObject(value)) throw new Error(`${path} must be an object`);
  const inside = `${path}.`;
  return {
    status: text(value, 'status', inside),
    labels: labels(value, 'labels', inside),
    annotations: labels(value, 'annotations', inside),
    startsAt: instant(value, 'startsAt', inside),
    endsAt: instant(value, 'endsAt', inside),
    generatorURL: text(value, 'generatorURL', inside),
    fingerprint: text(value, 'fingerprint', inside),
  };
}

/**
 * Template data from JSON in the layout of webhook bodies; what is missing is empty. `at` is the present for the
 * templates, in milliseconds since 1970. Throws an Error that names the member that is wrong.
 */
export function parseData(json: string, at: number): TemplateData {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new Error('template data must be an object');
  const alerts = member(value, 'alerts') ?? [];
  if (!Array.isArray(alerts)) throw new Error('alerts must be a list');
  return {
    receiver: text(value, 'receiver', ''),
    status: text(value, 'status', ''),
    alerts: alerts.map((item, i) => alert(item, `alerts[${i}]`)),
    notificationReason: text(value, 'notification_reason', ''),
    groupLabels: labels(value, 'groupLabels', ''),
    commonLabels: labels(value, 'commonLabels', ''),
    commonAnnotations: labels(value, 'commonAnnotations', ''),
    routeLabels: labels(value, 'routeLabels', ''),
    externalURL: text(value, 'externalURL', ''),
    at,
    routeLabelsRendered: false,
  };
}
