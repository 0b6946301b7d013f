// The notification in plain words, without any template: what goes out when a template fails, because a broken template
// must not cost anybody a page.

import { labelValue, sortedNames } from '../model/labels.ts';
import type { Notification, NotifiedAlert } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import { truncateRunes } from './truncate.ts';

export interface PlainText {
  /** One line, such as `[FIRING:2] Down db`. */
  readonly title: string;
  /** Several lines: the first alerts, a link, and what went wrong. */
  readonly body: string;
  /** Where the alerts can be seen. */
  readonly link: string;
}

/** How many alerts are listed. */
const LISTED = 15;
/** How much is told of one alert, and of an error: runes. */
const LINE = 300;

/** The text for a notification whose template failed with that message. */
export function plainText(notification: Notification, error: string): PlainText {
  const { alerts } = notification;
  const data = templateData(notification);
  const link = alertsLink(data);
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const group = sortedNames(data.groupLabels).map((name) => labelValue(data.groupLabels, name));
  const status = firing > 0 ? `FIRING:${firing}` : 'RESOLVED';
  const lines = alerts.slice(0, LISTED).map(describe);
  if (alerts.length > LISTED) lines.push(`+${alerts.length - LISTED} more`);
  lines.push(link, `This text is plain because a template failed: ${truncateRunes(error, LINE)}`);
  return { title: truncateRunes([`[${status}]`, ...group].join(' '), 256), body: lines.join('\n'), link };
}

/** Where the receiver's alerts are shown. */
export function alertsLink(data: TemplateData): string {
  return `${data.externalURL}/#/alerts?receiver=${encodeURIComponent(data.receiver)}`;
}

function describe(alert: NotifiedAlert): string {
  const labels = sortedNames(alert.labels).map((name) => `${name}=${labelValue(alert.labels, name)}`);
  const summary = labelValue(alert.annotations, 'summary') || labelValue(alert.annotations, 'description');
  return truncateRunes(
    [`- ${alert.status}: ${labels.join(' ')}`, summary].filter((part) => part !== '').join(' | '),
    LINE,
  );
}
