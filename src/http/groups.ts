// GET /api/v2/alerts/groups.

import type { ServerResponse } from 'node:http';
import type { GroupView } from '../engine/view.ts';
import { compareAlerts } from '../model/alert.ts';
import { compareLabels, compareStrings, type LabelSet, sameLabels } from '../model/labels.ts';
import { Receivers, type ShownAlert, writeAlert } from './alert-json.ts';
import { jsonString, labelsJson } from './json.ts';
import type { JsonWriter } from './json-writer.ts';
import type { Api } from './ports.ts';
import type { Query } from './query.ts';
import { Selection } from './selection.ts';
import { streamJson, writeArray } from './stream.ts';

/** A group and everything that is shown of it, at one instant. */
export interface ShownGroup {
  readonly receiver: string;
  readonly labels: LabelSet;
  readonly routeLabels: LabelSet;
  readonly mutedBy: readonly string[];
  readonly alerts: readonly ShownAlert[];
}

export async function getGroups(api: Api, query: Query, res: ServerResponse): Promise<void> {
  const groups = selectGroups(api, query);
  await streamJson(res, (writer) => writeGroups(writer, groups));
}

/** The groups that the request asks for, by their labels, then by receiver; each alert names the receivers of all of its groups among these. */
export function selectGroups(api: Api, query: Query, selection = new Selection(query, api)): ShownGroup[] {
  const { state, options } = api;
  const showMuted = query.flag('muted');
  const now = state.now();
  const receiversOf = new Map<string, string[]>();
  const found: { group: GroupView; members: Member[] }[] = [];
  for (const group of state.groups()) {
    if (!selection.wantsReceiver(group.receiver)) continue;
    const members: Member[] = [];
    for (const alert of group.alerts()) {
      if (!selection.wantsLabels(alert, now)) continue;
      const status = state.alertStatus(alert.labels, now);
      if (!selection.wantsStatus(status)) continue;
      members.push({ alert, status, job: alert.labels['job'], instance: alert.labels['instance'] });
      const names = receiversOf.get(alert.fingerprint);
      if (names === undefined) receiversOf.set(alert.fingerprint, [group.receiver]);
      else names.push(group.receiver);
    }
    if (members.length > 0) found.push({ group, members });
  }
  const receivers = new Receivers();
  const shown: ShownGroup[] = [];
  for (const { group, members } of found.sort((a, b) => compareGroups(a.group, b.group))) {
    const mutedBy = group.mutedBy(now);
    if (mutedBy.length > 0 && !showMuted) continue;
    members.sort(compareMembers);
    const alerts = members.map(({ alert, status }) => {
      const names = receiversOf.get(alert.fingerprint)!;
      return { alert, status, receivers: receivers.json(names.length === 1 ? names : names.sort(compareStrings)) };
    });
    const routeLabels = options.renderRouteLabels(group, now);
    shown.push({ receiver: group.receiver, labels: group.labels, routeLabels, mutedBy, alerts });
  }
  return shown;
}

/** With the labels by which alerts are ordered first, looked up once. */
interface Member extends Omit<ShownAlert, 'receivers'> {
  readonly job: string | undefined;
  readonly instance: string | undefined;
}

/** The order of `compareAlerts`, which decides where neither label does. */
function compareMembers(a: Member, b: Member): number {
  return compareValues(a.job, b.job) || compareValues(a.instance, b.instance) || compareAlerts(a.alert, b.alert);
}

/** A missing value comes last. */
function compareValues(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return compareStrings(a, b);
}

function compareGroups(a: GroupView, b: GroupView): number {
  if (sameLabels(a.labels, b.labels)) return compareStrings(a.receiver, b.receiver) || a.routeOrder - b.routeOrder;
  return compareLabels(a.labels, b.labels);
}

function* writeGroups(writer: JsonWriter, groups: readonly ShownGroup[]): Iterable<void> {
  writer.text('[');
  for (const [i, { alerts, labels, mutedBy, receiver, routeLabels }] of groups.entries()) {
    writer.text(i > 0 ? ',{"alerts":' : '{"alerts":');
    yield* writeArray(writer, alerts, (alert) => writeAlert(writer, alert, mutedBy));
    const route = labelsJson(routeLabels);
    writer.text(`,"labels":${labelsJson(labels)},"receiver":{"name":${jsonString(receiver)}},"routeLabels":${route}}`);
  }
  writer.text(']');
}
