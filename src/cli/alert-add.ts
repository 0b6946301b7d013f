// `tocsinctl alert add`: reports one alert, as Prometheus would.

import { apiTime, readInstant, readPairs, withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import type { Values } from './values.ts';

export async function addAlert(given: Values): Promise<void> {
  const { session } = given;
  const labels = readPairs(session, withAlertname(session, given.texts('labels')), 'labels');
  const annotations = readPairs(session, given.texts('annotation'), 'annotations');
  const [url, start, end] = [given.text('generator-url'), given.text('start'), given.text('end')];
  const alert = {
    labels,
    annotations,
    ...(url === '' ? {} : { generatorURL: url }),
    ...(start === '' ? {} : { startsAt: apiTime(readInstant(start)) }),
    ...(end === '' ? {} : { endsAt: apiTime(readInstant(end)) }),
  };
  await callApi(session, 'postAlerts', { body: [alert] });
}
