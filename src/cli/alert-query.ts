// `tocsinctl alert query`: alerts, of the states that are asked for, in the order in which they started.

import { alertsIn } from './answers.ts';
import type { ApiAlert } from './api-types.ts';
import { withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import { painted } from './paint.ts';
import { date, json, pairs, table } from './table.ts';
import type { Session } from './terminal.ts';
import type { Values } from './values.ts';

export async function queryAlerts(given: Values): Promise<void> {
  const { session } = given;
  const [inhibited, silenced, unprocessed] = [
    given.flag('inhibited'),
    given.flag('silenced'),
    given.flag('unprocessed'),
  ];
  const active = given.flag('active') || !(inhibited || silenced || unprocessed);
  const receiver = given.text('receiver');
  const answer = await callApi(session, 'getAlerts', {
    query: {
      active: String(active),
      inhibited: String(inhibited),
      silenced: String(silenced),
      unprocessed: String(unprocessed),
      filter: withAlertname(session, given.texts('matcher-groups')),
      ...(receiver === '' ? {} : { receiver }),
    },
  });
  const alerts = alertsIn(answer);
  if (session.format === 'json') {
    session.terminal.out(json(alerts));
    return;
  }
  alerts.sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  const rows = session.format === 'simple' ? simple(alerts, session) : extended(alerts, session);
  const last = rows[0]!.length - 1;
  session.terminal.out(
    table(rows, (text, row, column) => {
      const colour = row === 0 ? undefined : text === 'active' ? 'red' : 'dim';
      return column === last && colour !== undefined ? painted(session.terminal, colour, text) : text;
    }),
  );
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
