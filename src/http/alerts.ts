// GET and POST /api/v2/alerts.

import type { ServerResponse } from 'node:http';
import { Receivers, type ShownAlert, writeAlert } from './alert-json.ts';
import { failure, sendNothing } from './answer.ts';
import { readAlerts } from './ingest.ts';
import type { Api } from './ports.ts';
import type { Query } from './query.ts';
import { Selection } from './selection.ts';
import { streamJson, writeArray } from './stream.ts';
import { submitted } from './submit.ts';

export async function getAlerts(api: Api, query: Query, res: ServerResponse): Promise<void> {
  const alerts = selectAlerts(api, query);
  await streamJson(res, (writer) => writeArray(writer, alerts, (shown) => writeAlert(writer, shown, NOT_MUTED)));
}

/** Stores what is valid, and answers 400 with what is wrong with the rest. */
export async function postAlerts(api: Api, body: string, res: ServerResponse): Promise<void> {
  const { state, options } = api;
  const { alerts, problems, firing, resolved } = readAlerts(body, {
    now: state.now(),
    resolveTimeoutMs: state.config().resolveTimeoutMs,
    matcherMode: options.matcherMode,
  });
  options.metrics.alertsReceived(firing, resolved);
  if (problems.length > 0) options.metrics.alertsInvalid(problems.length);
  if (alerts.length > 0) await submitted(state.submitAlerts(alerts));
  if (problems.length > 0) {
    const shown = [...new Set(problems)].slice(0, LOGGED_PROBLEMS).join('; ');
    options.log('error', 'Failed to validate alerts', { err: shown, alerts: problems.length });
    throw failure(400, problems.join('\n'));
  }
  sendNothing(res, 200);
}

/** The alerts that the request asks for, by fingerprint, with what is known of each at this instant. */
export function selectAlerts(api: Api, query: Query, selection = new Selection(query, api)): ShownAlert[] {
  const { state } = api;
  const receivers = new Receivers();
  const now = state.now();
  const shown: ShownAlert[] = [];
  for (const alert of state.alerts()) {
    if (!selection.wantsLabels(alert, now)) continue;
    const names = state.receiversOf(alert);
    if (!selection.wantsAnyReceiver(names)) continue;
    const status = state.alertStatus(alert.labels, now);
    if (!selection.wantsStatus(status)) continue;
    shown.push({ alert, status, receivers: receivers.json(names) });
  }
  return shown.sort((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1));
}

/** Time intervals mute groups, and an alert by itself is in none. */
const NOT_MUTED: readonly string[] = [];

/** How many different problems of one batch are logged; the sender hears of all. */
const LOGGED_PROBLEMS = 5;
