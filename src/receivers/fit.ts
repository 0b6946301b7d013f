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

/** How often it is guessed how many alerts fit, before that is narrowed down without looking at their size. */
const GUESSES = 8;

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
  let used = 0;
  let best: string | undefined;
  for (let guesses = GUESSES; beyond - fits > 1; ) {
    // From below, since few of thousands fit, and a text about many takes long. Alerts are mostly of a size, so that the
    // ones that fit tell how many more will.
    const guess = Math.min(Math.max(Math.floor((fits * limit) / used), fits + 1), beyond - 1);
    const half = Math.min(2 * fits, Math.floor((fits + beyond) / 2));
    const count = fits === 0 ? 1 : guesses-- > 0 ? guess : half;
    const more = note(`+${data.alerts.length - count} more: ${alertsLink(data)}`);
    const text = `${render({ ...data, alerts: data.alerts.slice(0, count) }).trimEnd()}\n${more}`;
    const taken = size(text);
    if (taken <= limit) {
      fits = count;
      used = taken;
      best = text;
    } else {
      beyond = count;
      // The next alert may be the first that is too much. Otherwise they are not of a size after all.
      if (count > fits + 1) guesses = 0;
    }
  }
  return best;
}
