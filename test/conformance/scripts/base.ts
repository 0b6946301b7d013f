// The words the scripts share: a receiver with one webhook, a route with short waits, an alert.

import type { ScriptAlert, ScriptMatcher } from '../harness-script.ts';

/** A receiver with one webhook of the same name. */
export function receiver(name: string, more = ''): string {
  return `- name: ${name}\n  webhook_configs:\n  - url: SINK/${name}\n${more === '' ? '' : `    ${more}\n`}`;
}

/** A whole configuration: group_wait 0.7 s, group_interval 2 s, nothing repeated; `route` holds further keys of the root. */
export function config(parts: { route?: string; receivers?: readonly string[]; rest?: string }): string {
  return `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 700ms
  group_interval: 2s
  repeat_interval: 1h
${indent(parts.route ?? '')}receivers:
${receiver('hook')}${(parts.receivers ?? []).join('')}${parts.rest ?? ''}`;
}

function indent(text: string): string {
  return text === '' ? '' : `${text.trimEnd().replace(/^/gm, '  ')}\n`;
}

/** An alert called that, with further labels. */
export function alert(alertname: string, labels: Readonly<Record<string, string>> = {}): ScriptAlert {
  return { labels: { alertname, ...labels } };
}

export function equal(name: string, value: string): ScriptMatcher {
  return { name, value };
}
