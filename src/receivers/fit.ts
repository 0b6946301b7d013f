// How a text about many alerts is made to fit a provider's limit: by telling of fewer alerts, not by cutting the text.

import type { Notification } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import { alertsLink } from './plain.ts';
import { runeCount, truncateBy, truncateRunes } from './truncate.ts';

export interface Fit {
  /** How long a text is, in the unit of the limit, which is runes when nothing is given. */
  readonly size?: (text: string) => number;
  /** The line that is added when alerts are left out, in the markup of the text. */
  readonly note?: (line: string) => string;
}

/**
 * A text about all alerts, or, when that is longer than `limit`, about as many of the first ones as fit, followed
 * by how many there are beyond and where to see them: a text that is cut in the middle of an alert misleads, and markup
 * that is cut breaks. Where even one alert is too long, or the text does not depend on the alerts, the end is cut off.
 */
export function fitAlerts(
  notification: Notification,
  limit: number,
  render: (data: TemplateData) => string,
  fit: Fit = {},
): string {
  const { size = runeCount } = fit;
  const whole = render(templateData(notification));
  if (size(whole) <= limit) return whole;
  const fewer = tellOfFewer(notification, limit, render, fit);
  if (fewer !== undefined) return fewer;
  return size === runeCount ? truncateRunes(whole, limit) : truncateBy(whole, limit, size);
}

/** The text about as many of the first alerts as fit, and what `fitAlerts` adds; nothing where not even one does. */
export function tellOfFewer(
  notification: Notification,
  limit: number,
  render: (data: TemplateData) => string,
  { size = runeCount, note = (line) => line }: Fit = {},
): string | undefined {
  const data = templateData(notification);
  let fits = 0;
  let beyond = data.alerts.length;
  let best: string | undefined;
  while (beyond - fits > 1) {
    // From below, since few of thousands fit, and a text about many takes long.
    const count = Math.min(fits === 0 ? 1 : 2 * fits, Math.floor((fits + beyond) / 2));
    const more = note(`+${data.alerts.length - count} more: ${alertsLink(data)}`);
    const text = `${render({ ...data, alerts: data.alerts.slice(0, count) }).trimEnd()}\n${more}`;
    if (size(text) <= limit) {
      fits = count;
      best = text;
    } else {
      beyond = count;
    }
  }
  return best;
}
