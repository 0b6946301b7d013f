// The notification in plain words, without any template: what goes out when a template fails or a message is too large,
// because neither must cost anybody a page.

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
  /** Set when even a message without templates was or would be too large: then so many alerts are listed at most. */
  readonly most?: number;
}

/** How many alerts are listed. */
const LISTED = 15;
/** How much is told of one alert, and of an error: runes. */
const LINE = 300;

/** The text for a notification whose template failed with that message, or that was refused with it for its size. */
export function plainText(
  notification: Notification,
  error: string,
  because: 'template' | 'size' = 'template',
): PlainText {
  const { alerts } = notification;
  const data = templateData(notification);
  const link = alertsLink(data);
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const group = sortedNames(data.groupLabels).map((name) => labelValue(data.groupLabels, name));
  const status = firing > 0 ? `FIRING:${firing}` : 'RESOLVED';
  const lines = alerts.slice(0, LISTED).map(describe);
  if (alerts.length > LISTED) lines.push(`+${alerts.length - LISTED} more`);
  const why = because === 'template' ? 'a template failed' : 'the message was too large';
  lines.push(link, `This text is plain because ${why}: ${truncateRunes(error, LINE)}`);
  const title = truncateRunes([`[${status}]`, ...group].join(' '), 256);
  return { title, body: lines.join('\n'), link, ...(because === 'size' ? { most: LISTED } : {}) };
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
