// Alerts as API v2 shows them. What does not change while an alert is refreshed is written once and kept with its label
// set, as bytes, so that a list of ten thousand costs little more than copying it.

import type { AlertStatus } from '../engine/view.ts';
import type { Alert } from '../model/alert.ts';
import type { LabelSet } from '../model/labels.ts';
import { formatTime } from '../model/time.ts';
import { jsonString, jsonStrings, labelsJson } from './json.ts';
import type { JsonWriter } from './json-writer.ts';

/** An alert and what was asked of the state about it, at one instant. */
export interface ShownAlert {
  readonly alert: Alert;
  readonly status: AlertStatus;
  /** As JSON; see `Receivers`. */
  readonly receivers: string;
}

/**
 * Writes the alert as a JSON object.
 *
 * @param mutedBy the time intervals that mute the group in which it is shown
 */
export function writeAlert(writer: JsonWriter, shown: ShownAlert, mutedBy: readonly string[]): void {
  const { alert } = shown;
  const { bytes, split } = fixedParts(alert);
  const status = statusJson(shown.status, mutedBy);
  writer.bytes(bytes, 0, split);
  writer.text(
    `${formatTime(alert.endsAt)}","fingerprint":"${alert.fingerprint}","receivers":${shown.receivers},` +
      `"startsAt":"${formatTime(alert.startsAt)}","status":${status},"updatedAt":"${formatTime(alert.updatedAt)}"`,
  );
  writer.bytes(bytes, split, bytes.length);
}

/** Lists of receivers as JSON: there are few different ones, and each is written once per answer. */
export class Receivers {
  private readonly known = new Map<string, string>();

  json(names: readonly string[]): string {
    const key = names.length === 1 ? names[0]! : names.join('\u0000');
    let json = this.known.get(key);
    if (json === undefined) {
      json = `[${names.map((name) => `{"name":${jsonString(name)}}`).join(',')}]`;
      this.known.set(key, json);
    }
    return json;
  }
}

export function isSuppressed(status: AlertStatus): boolean {
  return status.silencedBy.length > 0 || status.inhibitedBy.length > 0;
}

interface FixedParts {
  readonly annotations: LabelSet;
  readonly generatorURL: string;
  /** What comes before the first instant, up to `split`, and what comes after the last. */
  readonly bytes: Buffer;
  readonly split: number;
}

const cache = new WeakMap<LabelSet, FixedParts>();

function fixedParts(alert: Alert): FixedParts {
  const known = cache.get(alert.labels);
  if (known !== undefined && known.annotations === alert.annotations && known.generatorURL === alert.generatorURL) {
    return known;
  }
  const { annotations, generatorURL } = alert;
  const url = generatorURL === '' ? '' : `,"generatorURL":${jsonString(generatorURL)}`;
  const head = `{"annotations":${labelsJson(annotations)},"endsAt":"`;
  const bytes = Buffer.from(`${head}${url},"labels":${labelsJson(alert.labels)}}`);
  const parts = { annotations, generatorURL, bytes, split: Buffer.byteLength(head) };
  cache.set(alert.labels, parts);
  return parts;
}

const ACTIVE = '{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}';

function statusJson(status: AlertStatus, mutedBy: readonly string[]): string {
  if (mutedBy.length === 0 && !isSuppressed(status)) return ACTIVE;
  return `{"inhibitedBy":${jsonStrings(status.inhibitedBy)},"mutedBy":${jsonStrings(mutedBy)},"silencedBy":${jsonStrings(status.silencedBy)},"state":"suppressed"}`;
}
