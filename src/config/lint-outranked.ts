// What an entry of a receiver says in vain, because `global` says the same in another form, and Alertmanager takes that one
// first. Apart because the rule is another one for each receiver, and none of them is what anybody expects.

import { MASK, Secret } from '../model/secret.ts';
import type { Values } from './absent.ts';
import type { Path, Report } from './report.ts';

interface Outranked {
  readonly type: string;
  /** The entry's own key. */
  readonly own: string;
  /** Those of `global` that outrank it. */
  readonly by: readonly string[];
  /** The form in which the entry's own would count. */
  readonly instead: string;
  /** The key of `global` that would leave the entry its own; undefined where there is none. */
  readonly milder?: string;
  /** Whether the entry is left alone by the way it is. */
  readonly unless?: (entry: Values) => boolean;
}

/**
 * As `config.go` completes the entries and as the integrations read what comes out. The receivers that are not here take
 * over both forms or none of them: what the entry says counts.
 */
const RULES: readonly Outranked[] = [
  {
    type: 'opsgenie',
    own: 'api_key_file',
    by: ['opsgenie_api_key'],
    instead: 'the key itself as api_key',
    milder: 'opsgenie_api_key_file',
  },
  {
    type: 'victorops',
    own: 'api_key_file',
    by: ['victorops_api_key'],
    instead: 'the key itself as api_key',
    milder: 'victorops_api_key_file',
  },
  {
    type: 'rocketchat',
    own: 'token',
    by: ['rocketchat_token_file'],
    instead: 'the name of a file as token_file',
    milder: 'rocketchat_token',
  },
  {
    type: 'rocketchat',
    own: 'token_id',
    by: ['rocketchat_token_id_file'],
    instead: 'the name of a file as token_id_file',
    milder: 'rocketchat_token_id',
  },
  {
    type: 'slack',
    own: 'api_url_file',
    by: ['slack_app_token', 'slack_app_token_file'],
    instead: 'the URL itself as api_url',
    unless: ({ http_config }) => (http_config as Values | undefined)?.['authorization'] !== undefined,
  },
];

/** Warnings about entries as the file gives them. */
export function lintOutranked(receivers: readonly object[], global: Values, report: Report): void {
  for (const rule of RULES) {
    const by = rule.by.find((key) => isGiven(global[key]));
    if (by === undefined) continue;
    receivers.forEach((receiver, i) => {
      const entries = ((receiver as Values)[`${rule.type}_configs`] ?? []) as readonly Values[];
      entries.forEach((entry, j) => {
        if (!isGiven(entry[rule.own]) || rule.unless?.(entry) === true) return;
        const path: Path = ['receivers', i, `${rule.type}_configs`, j, rule.own];
        const remedy =
          rule.milder === undefined
            ? `move ${by} into the entries that it is for`
            : `write ${rule.milder} in global in place of ${by}`;
        const message = `this is never used, because ${by} in global outranks it: write ${rule.instead}, or ${remedy}`;
        report.warningAt(path, message, 'outranked-by-global');
      });
    });
  }
}

function isGiven(value: unknown): boolean {
  return value instanceof Secret ? value.reveal() !== MASK : value !== undefined && value !== '';
}
