// Notifications for tests, as the engine would hand them to a receiver.

import { fingerprint, type LabelSet } from '../../src/model/labels.ts';
import { type Notification, type NotifiedAlert, ZERO_TIME } from '../../src/model/notification.ts';

/** When the alerts of tests began: 2024-05-06T07:00:00.123Z. */
const STARTS = Date.UTC(2024, 4, 6, 7, 0, 0, 123);

export function firing(labels: LabelSet, annotations: LabelSet = {}): NotifiedAlert {
  return {
    status: 'firing',
    fingerprint: fingerprint(labels),
    labels,
    annotations,
    startsAt: STARTS,
    endsAt: ZERO_TIME,
    generatorURL: 'http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
  };
}

export function resolved(labels: LabelSet, annotations: LabelSet = {}): NotifiedAlert {
  return { ...firing(labels, annotations), status: 'resolved', endsAt: STARTS + 300_000 };
}

/** A notification of those alerts, grouped by alertname, for the receiver `team`. */
export function notificationOf(alerts: readonly NotifiedAlert[], given: Partial<Notification> = {}): Notification {
  const alertname = alerts[0]?.labels['alertname'] ?? '';
  return {
    receiver: 'team',
    groupKey: `{}:{alertname=${JSON.stringify(alertname)}}`,
    groupLabels: { alertname },
    routeLabels: {},
    reason: 'first notification',
    alerts,
    at: STARTS + 30_000,
    externalURL: 'http://tocsin.example',
    ...given,
  };
}
