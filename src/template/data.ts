// What templates see as `.` and what webhook bodies are made of: Alertmanager's `template.Data`. Plain data only; the
// methods that templates call on it (`Alerts.Firing`, `Labels.SortedPairs`) belong to the engine's value model.

import { type LabelSet, labelValue } from '../model/labels.ts';
import type { Notification } from '../model/notification.ts';
import { jsonKV, jsonString, jsonTime, pushKV } from './json.ts';

/** One alert as templates and webhook bodies show it. Instants are milliseconds since 1970; `ZERO_TIME` is Go's zero time. */
export interface TemplateAlert {
  readonly status: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** Alertmanager's `template.Data`. The names are those of the JSON form. */
export interface TemplateData {
  /** The receiver's name, quoted as for a regular expression, as Alertmanager hands it to templates. */
  readonly receiver: string;
  /** `firing` when at least one alert fires, otherwise `resolved`. */
  readonly status: string;
  readonly alerts: readonly TemplateAlert[];
  readonly notificationReason: string;
  readonly groupLabels: LabelSet;
  readonly commonLabels: LabelSet;
  readonly commonAnnotations: LabelSet;
  readonly routeLabels: LabelSet;
  readonly externalURL: string;
  /** What the template functions `now` and `since` take for the present, in milliseconds since 1970. */
  readonly at: number;
  /** Whether `routeLabels` holds texts that are rendered already, or templates that `routeLabels "name"` has to execute. */
  readonly routeLabelsRendered: boolean;
}

const META = /[\\.+*?()|[\]{}^$]/g;

/** Escapes every character that has a meaning in a regular expression, as Go's `regexp.QuoteMeta`. */
export function quoteMeta(text: string): string {
  return text.replace(META, '\\$&');
}

/** What is common to thousands of alerts is not looked for again and again. */
const known = new WeakMap<Notification, TemplateData>();

/** The data for a notification whose route labels are rendered. */
export function templateData(notification: Notification): TemplateData {
  let data = known.get(notification);
  if (data === undefined) {
    data = dataOf(notification);
    known.set(notification, data);
  }
  return data;
}

function dataOf(notification: Notification): TemplateData {
  const { alerts } = notification;
  return {
    receiver: quoteMeta(notification.receiver),
    status: alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved',
    alerts,
    notificationReason: notification.reason,
    groupLabels: notification.groupLabels,
    commonLabels: commonPairs(alerts.map((alert) => alert.labels)),
    commonAnnotations: commonPairs(alerts.map((alert) => alert.annotations)),
    routeLabels: notification.routeLabels,
    externalURL: notification.externalURL,
    at: notification.at,
    routeLabelsRendered: true,
  };
}

/** The pairs that are in all of the sets. An empty value counts as a missing one, as in Alertmanager. */
function commonPairs(sets: readonly LabelSet[]): LabelSet {
  const first = sets[0];
  if (first === undefined) return {};
  if (sets.length === 1) return first;
  const common: [string, string][] = [];
  for (const name of Object.keys(first)) {
    const value = first[name]!;
    let everywhere = true;
    for (let i = 1; i < sets.length && everywhere; i++) everywhere = labelValue(sets[i]!, name) === value;
    if (everywhere) common.push([name, value]);
  }
  // Own properties whatever the names are: `__proto__` is a legal label name.
  return Object.fromEntries(common);
}

/**
 * The JSON of the data, byte for byte as Go encodes `template.Data`: fields in their declared order, sorted label
 * names, `<`, `>` and `&` escaped, times in RFC 3339. `more` are fields to follow the data's own, as in a webhook body.
 * Where it would be longer than what is `enough`, in UTF-16 units, it may be some text that is longer than that.
 */
export function dataToJson(
  data: TemplateData,
  more: readonly (readonly [string, string | number])[] = [],
  enough = Number.POSITIVE_INFINITY,
): string {
  const alerts: string[] = [];
  let length = 0;
  for (const alert of data.alerts) {
    const json = alertToJson(alert);
    alerts.push(json);
    length += json.length;
    if (length > enough) return alerts.join(',');
  }
  let out =
    `{"receiver":${jsonString(data.receiver)},"status":${jsonString(data.status)},"alerts":[${alerts.join(',')}]` +
    `,"notification_reason":${jsonString(data.notificationReason)},"groupLabels":${jsonKV(data.groupLabels)}` +
    `,"commonLabels":${jsonKV(data.commonLabels)},"commonAnnotations":${jsonKV(data.commonAnnotations)}` +
    `,"routeLabels":${jsonKV(data.routeLabels)},"externalURL":${jsonString(data.externalURL)}`;
  for (const [name, value] of more) {
    out += `,${jsonString(name)}:${typeof value === 'number' ? value : jsonString(value)}`;
  }
  return `${out}}`;
}

/** The JSON of one alert, as Go encodes `template.Alert`. */
export function alertToJson(alert: TemplateAlert): string {
  const parts = [`{"status":${jsonString(alert.status)},"labels":`];
  pushKV(parts, alert.labels);
  parts.push(',"annotations":');
  pushKV(parts, alert.annotations);
  parts.push(
    `,"startsAt":${jsonTime(alert.startsAt)},"endsAt":${jsonTime(alert.endsAt)}` +
      `,"generatorURL":${jsonString(alert.generatorURL)},"fingerprint":${jsonString(alert.fingerprint)}}`,
  );
  return parts.join('');
}
