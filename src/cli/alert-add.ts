// `tocsinctl alert add`: reports one alert, as Prometheus would.

import { readInstant, readPairs, withAlertname } from './arguments.ts';
import { callApi } from './client.ts';
import type { Session } from './terminal.ts';

export interface NewAlert {
  readonly annotation: readonly string[];
  readonly generatorUrl: string;
  readonly start?: string;
  readonly end?: string;
}

export async function addAlert(session: Session, words: readonly string[], given: NewAlert): Promise<void> {
  const labels = readPairs(session, withAlertname(session, words), 'labels');
  const annotations = readPairs(session, given.annotation, 'annotations');
  const instant = (flag: string, text: string): string => new Date(readInstant(flag, text)).toISOString();
  const alert = {
    labels,
    annotations,
    ...(given.generatorUrl === '' ? {} : { generatorURL: given.generatorUrl }),
    ...(given.start === undefined ? {} : { startsAt: instant('--start', given.start) }),
    ...(given.end === undefined ? {} : { endsAt: instant('--end', given.end) }),
  };
  await callApi(session, { method: 'POST', path: '/alerts', body: [alert] });
}
