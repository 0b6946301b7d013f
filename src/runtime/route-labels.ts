// Renders a route's labels, whose values are templates over the group's alerts.

import type { GroupView } from '../engine/view.ts';
import { compareAlerts, isResolved } from '../model/alert.ts';
import type { LabelSet } from '../model/labels.ts';
import { type Notification, type NotifiedAlert, ZERO_TIME } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';

/** The labels for a notification whose `routeLabels` are still templates. One that fails is left out and told to `failed`. */
export function renderRouteLabels(
  notification: Notification,
  templates: Templates,
  failed: (label: string, message: string) => void = () => {},
): LabelSet {
  if (Object.keys(notification.routeLabels).length === 0) return notification.routeLabels;
  // Labels are rendered before a reason is known to them, as in Alertmanager.
  const data = { ...templateData(notification), notificationReason: 'unknown', routeLabelsRendered: false };
  return templates.routeLabels(data, failed);
}

/** The labels of a group as the API shows them: rendered over all of its alerts at that instant. */
export function groupRouteLabels(group: GroupView, at: number, templates: Templates, externalURL: string): LabelSet {
  if (Object.keys(group.routeLabels).length === 0) return group.routeLabels;
  const alerts: NotifiedAlert[] = [];
  for (const alert of group.alerts()) {
    const over = isResolved(alert, at);
    const { fingerprint, labels, annotations, startsAt, generatorURL } = alert;
    const status = over ? 'resolved' : 'firing';
    const endsAt = over ? alert.endsAt : ZERO_TIME;
    alerts.push({ status, fingerprint, labels, annotations, startsAt, endsAt, generatorURL });
  }
  const notification: Notification = {
    receiver: group.receiver,
    groupKey: group.groupKey,
    groupLabels: group.labels,
    routeLabels: group.routeLabels,
    reason: 'first notification',
    alerts: alerts.sort(compareAlerts),
    at,
    externalURL,
  };
  return renderRouteLabels(notification, templates);
}
