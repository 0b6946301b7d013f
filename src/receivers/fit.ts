// How a text about many alerts is made to fit a provider's limit: by telling of fewer alerts, not by cutting the text.

import type { Notification } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import { alertsLink } from './plain.ts';
import { runeCount, truncateBy, truncateRunes } from './truncate.ts';

/**
 * A text about the alerts of the data. Once it is longer than `enough` UTF-16 units without the white space at its ends, the
 * beginning of it will do.
 */
export type Render = (data: TemplateData, enough?: number) => string;

export interface Fit {
  /** How long a text is, in the unit of the limit: runes when nothing is given, else no less than its UTF-16 units. */
  readonly size?: (text: string) => number;
  /** The line that is added when alerts are left out, in the markup of the text. */
  readonly note?: (line: string) => string;
}

/** How often it is guessed how many alerts fit, before that is narrowed down without looking at their size. */
const GUESSES = 8;
/** So many alerts, which are quickly told, tell how large the others are. */
const SOME = 16;

/**
 * A text about all alerts, or, when that is longer than `limit`, about as many of the first ones as fit, followed
 * by how many there are beyond and where to see them: a text that is cut in the middle of an alert misleads, and markup
 * that is cut breaks. Where even one alert is too long, or the text does not depend on the alerts, the end is cut off.
 */
export function fitAlerts(notification: Notification, limit: number, render: Render, fit: Fit = {}): string {
  const { size = runeCount } = fit;
  // Of thousands of alerts a few fit: no more is rendered than tells that the others do not.
  const whole = render(templateData(notification), enoughOf(limit, fit));
  if (size(whole) <= limit) return whole;
  const fewer = tellOfFewer(notification, limit, render, fit);
  if (fewer !== undefined) return fewer;
  return size === runeCount ? truncateRunes(whole, limit) : truncateBy(whole, limit, size);
}

/** The text about as many of the first alerts as fit, and what `fitAlerts` adds; nothing where not even one does. */
export function tellOfFewer(
  notification: Notification,
  limit: number,
  render: Render,
  fit: Fit = {},
): string | undefined {
  const { size = runeCount, note = (line) => line } = fit;
  const data = templateData(notification);
  // Somewhat more than fits: how much too large a guess is tells where to go on.
  const enough = Math.ceil(1.1 * enoughOf(limit, fit));
  return mostThatFit(data.alerts.length - 1, limit, (count) => {
    const rendered = render({ ...data, alerts: data.alerts.slice(0, count) }, enough);
    const more = note(`+${data.alerts.length - count} more: ${alertsLink(data)}`);
    const text = `${rendered.trimEnd()}\n${more}`;
    return { text, size: size(text), whole: rendered.length <= enough };
  });
}

/** A text about so many alerts. */
export interface Told {
  readonly text: string;
  readonly size: number;
  /** Whether it is not only the beginning of what is too long. */
  readonly whole: boolean;
}

/** The text about the most alerts, of at most so many, whose size is within the limit; nothing where not even one fits. */
export function mostThatFit(most: number, limit: number, tell: (count: number) => Told): string | undefined {
  let fits = 0;
  let used = 0;
  let best: string | undefined;
  let beyond = most + 1;
  /** The size of a text about so many, where it is known. */
  let over: number | undefined;
  /** How much one alert takes. */
  let each = 0;
  /** How many guesses in a row were too small, or too large if it is negative. */
  let run = 0;
  for (let count = 1, guesses = GUESSES; beyond - fits > 1; guesses--) {
    const { text, size, whole } = tell(count);
    if (size <= limit) {
      each = (size - used) / (count - fits);
      [fits, used, best] = [count, size, text];
      run = Math.max(1, run + 1);
    } else {
      if (fits === 0) return undefined;
      // A beginning that is too long by itself tells enough once.
      over = whole || over === undefined ? size : undefined;
      beyond = count;
      run = Math.min(-1, run - 1);
    }
    // Alerts are mostly of a size, so that those that were told tell how many fit. From below, since few of thousands do,
    // and a text about many takes long. Where the guesses come closer from one side only, they lean to the other.
    if (over !== undefined) each = (over - used) / (beyond - fits);
    const lean = over === undefined ? 0 : Math.sign(run) * (2 ** (Math.abs(run) - 1) - 1);
    // The first alert alone tells little.
    const first = fits === 1 && over === undefined ? SOME : Number.POSITIVE_INFINITY;
    const guess = Math.min(first, fits + Math.floor((limit - used) / Math.max(each, 0.1)) + lean);
    const blind = guesses <= 0 || (over === undefined && beyond <= most && guess >= beyond);
    count = blind
      ? Math.min(2 * fits, Math.floor((fits + beyond) / 2))
      : Math.max(fits + 1, Math.min(guess, beyond - 1));
  }
  return best;
}

/** After how many UTF-16 units a text is certainly longer than the limit: two make a rune, and one is at least a byte. */
function enoughOf(limit: number, { size = runeCount }: Fit): number {
  return size === runeCount ? 2 * limit : limit;
}
