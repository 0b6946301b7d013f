// `tocsinctl alert query`: alerts, of the states that are asked for, in the order in which they started.

import type { ApiAlert } from './api-types.ts';
import { withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import { date, pairs, table } from './table.ts';
import type { Session } from './terminal.ts';

export interface AlertQuery {
  readonly inhibited: boolean;
  readonly silenced: boolean;
  readonly active: boolean;
  readonly unprocessed: boolean;
  readonly receiver: string;
}

export async function queryAlerts(session: Session, matchers: readonly string[], wanted: AlertQuery): Promise<void> {
  const { inhibited, silenced, unprocessed, receiver } = wanted;
  const active = wanted.active || !(inhibited || silenced || unprocessed);
  const answer = await callApi(session, {
    method: 'GET',
    path: '/alerts',
    query: {
      active: String(active),
      inhibited: String(inhibited),
      silenced: String(silenced),
      unprocessed: String(unprocessed),
      filter: withAlertname(session, matchers),
      ...(receiver === '' ? {} : { receiver }),
    },
  });
  if (session.format === 'json') {
    session.terminal.out(`${JSON.stringify(answer)}\n`);
    return;
  }
  const alerts = [...(answer as ApiAlert[])].sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  session.terminal.out(table(session.format === 'simple' ? simple(alerts, session) : extended(alerts, session)));
}

function simple(alerts: readonly ApiAlert[], { dateFormat }: Session): string[][] {
  return [
    ['Alertname', 'Starts At', 'Summary', 'State'],
    ...alerts.map(({ labels, annotations, startsAt, status }) => [
      labels['alertname'] ?? '',
      date(startsAt, dateFormat),
      annotations['summary'] ?? '',
      status.state,
    ]),
  ];
}

function extended(alerts: readonly ApiAlert[], { dateFormat }: Session): string[][] {
  return [
    ['Labels', 'Annotations', 'Starts At', 'Ends At', 'Generator URL', 'State'],
    ...alerts.map(({ labels, annotations, startsAt, endsAt, generatorURL, status }) => [
      pairs(labels),
      pairs(annotations),
      date(startsAt, dateFormat),
      date(endsAt, dateFormat),
      generatorURL ?? '',
      status.state,
    ]),
  ];
}
