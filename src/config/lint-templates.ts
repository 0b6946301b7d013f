// Whether a template asks for what a notification does not have, such as `.Labels` outside of a loop over alerts: it can be
// parsed, and fails each time. Found by rendering it for a notification that has a bit of everything.

import type { LabelSet } from '../model/labels.ts';
import type { TemplateAlert, TemplateData } from '../template/data.ts';
import { Renderer } from '../template/render.ts';
import { TemplateSet } from '../template/set.ts';
import { UTC } from '../template/time/zone.ts';
import { ALERT, DATA, type Type } from '../template/value/type.ts';

/** Enough for what people write; what takes longer is not judged. */
const LIMITS = { outputLength: 200_000, steps: 20_000, depth: 50 };
const LONGEST = 20_000;

const LABELS: LabelSet = { alertname: 'DiskFull', instance: 'db-1:9100', job: 'node', severity: 'critical' };
const ANNOTATIONS: LabelSet = {
  summary: 'full',
  description: 'full',
  message: 'full',
  runbook_url: 'http://example.org/',
};

function alert(status: string): TemplateAlert {
  return {
    status,
    labels: LABELS,
    annotations: ANNOTATIONS,
    startsAt: 0,
    endsAt: status === 'firing' ? 0 : 1,
    generatorURL: 'http://example.org/',
    fingerprint: '0123456789abcdef',
  };
}

function notification(status: string, alerts: readonly TemplateAlert[]): TemplateData {
  return {
    receiver: 'r',
    status,
    alerts,
    notificationReason: 'first notification',
    groupLabels: LABELS,
    commonLabels: LABELS,
    commonAnnotations: ANNOTATIONS,
    routeLabels: {},
    externalURL: 'http://example.org',
    at: 1,
    routeLabelsRendered: true,
  };
}

/** Branches differ by what has happened. */
const SAMPLES = [
  notification('firing', [alert('firing'), alert('resolved')]),
  notification('resolved', [alert('resolved')]),
];

const renderer = new Renderer(new TemplateSet(), LIMITS, UTC);

const MISSING = /^template: [^:]*:(\d+):\d+: executing .* at <(.*)>: can't evaluate field (\w+) in type (\S+)$/s;

/** What came of texts: receivers by the thousand have the same few. */
const judged = new Map<string, string | undefined>();
const KEPT = 200;

/** Which field of which value it asks for that does not exist, and what to write instead; or `undefined`. */
export function missingField(text: string): string | undefined {
  if (!text.includes('{{') || text.length > LONGEST) return undefined;
  if (judged.has(text)) return judged.get(text);
  const missing = judge(text);
  if (judged.size >= KEPT) judged.clear();
  judged.set(text, missing);
  return missing;
}

function judge(text: string): string | undefined {
  for (const sample of SAMPLES) {
    const match = MISSING.exec(failure(text, sample));
    if (match === null) continue;
    const [, line, shown, field, type] = match;
    return `line ${line}: ${shown}: ${advice(field!, type!)}`;
  }
  return undefined;
}

/** What else fails may be the sample's fault: other labels, files of templates that are not known here. */
function failure(text: string, data: TemplateData): string {
  try {
    renderer.render('text', text, data);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function advice(field: string, type: string): string {
  const [subject, fields, others] =
    type === '*template.Data'
      ? ['a notification', exported(DATA), exported(ALERT)]
      : type === 'template.Alert'
        ? ['an alert', exported(ALERT), exported(DATA)]
        : [`a value of type ${type}`, [], []];
  const wrong = `${subject} has no ${field}`;
  const meant = fields.find((name) => name.toLowerCase() === field.toLowerCase());
  if (meant !== undefined) return `${wrong}: write .${meant}`;
  if (type === '*template.Data' && fields.includes(`Common${field}`)) {
    return `${wrong}: write .Common${field} for what all its alerts share, or .${field} inside of {{ range .Alerts }}`;
  }
  if (type === '*template.Data' && others.includes(field)) return `${wrong}: write it inside of {{ range .Alerts }}`;
  if (others.includes(field)) return `${wrong}: write $.${field} for the notification's`;
  if (type === 'template.Alert' && /^[a-z]/.test(field)) {
    return `${wrong}: write .Labels.${field} or .Annotations.${field}`;
  }
  return fields.length === 0 ? wrong : `${wrong}; it has ${fields.join(', ')}`;
}

function exported(type: Type): readonly string[] {
  return type.fields!.map(([name]) => name).filter((name) => /^[A-Z]/.test(name));
}
