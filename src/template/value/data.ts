// A notification's data as templates see it: Alertmanager's `Data`, its alerts and label sets, made when they are asked for.

import type { TemplateAlert, TemplateData } from '../data.ts';
import { Time } from '../time/time.ts';
import { kv } from './kv.ts';
import { ALERT, ALERTS, DATA, DATA_POINTER } from './type.ts';
import { Pointer, Slice, Struct, type Value } from './value.ts';

function alertField(alert: TemplateAlert, name: string): Value {
  switch (name) {
    case 'Status':
      return alert.status;
    case 'Labels':
      return kv(alert.labels);
    case 'Annotations':
      return kv(alert.annotations);
    case 'StartsAt':
      return Time.fromMs(alert.startsAt);
    case 'EndsAt':
      return Time.fromMs(alert.endsAt);
    case 'GeneratorURL':
      return alert.generatorURL;
    default:
      return alert.fingerprint;
  }
}

/** The number of alerts that fit is found by telling of the same ones again and again. */
const structs = new WeakMap<TemplateAlert, Struct>();

function alertValue(alert: TemplateAlert): Struct {
  let struct = structs.get(alert);
  if (struct === undefined) {
    struct = new Struct(ALERT, (field) => alertField(alert, field));
    structs.set(alert, struct);
  }
  return struct;
}

function dataField(data: TemplateData, name: string): Value {
  switch (name) {
    case 'Receiver':
      return data.receiver;
    case 'Status':
      return data.status;
    case 'Alerts':
      return new Slice(ALERTS, data.alerts.map(alertValue));
    case 'NotificationReason':
      return data.notificationReason;
    case 'GroupLabels':
      return kv(data.groupLabels);
    case 'CommonLabels':
      return kv(data.commonLabels);
    case 'CommonAnnotations':
      return kv(data.commonAnnotations);
    case 'RouteLabels':
      return kv(data.routeLabels);
    case 'ExternalURL':
      return data.externalURL;
    default:
      return data.routeLabelsRendered;
  }
}

/** A notification's data is handed to a dozen templates. */
const known = new WeakMap<TemplateData, Value>();

/** What a template's first dot is: Alertmanager passes a pointer. */
export function dataValue(data: TemplateData): Value {
  let value = known.get(data);
  if (value === undefined) {
    value = new Pointer(DATA_POINTER, new Struct(DATA, (name) => dataField(data, name)));
    known.set(data, value);
  }
  return value;
}
