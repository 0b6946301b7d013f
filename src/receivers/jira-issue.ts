// What a Jira issue says about a group of alerts, and by which question it is found again. Apart from jira.ts because
// nothing here speaks to Jira.

import { createHash } from 'node:crypto';
import { compareStrings } from '../model/labels.ts';
import type { Notification } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { jsonString } from '../template/json.ts';
import { quote } from '../template/parse/quote.ts';
import type { Templates } from '../template/templates.ts';
import { fitAlerts, mostThatFit, type Render, type Told } from './fit.ts';
import { encodeJson, isJson, type Json } from './json.ts';
import { alertsLink, type PlainText } from './plain.ts';
import { fieldsOf, itemsOf } from './said.ts';
import type { JiraSettings } from './settings/jira.ts';
import { renderTree } from './tree.ts';
import { runeCount, truncateRunes } from './truncate.ts';

/** What Jira takes, in runes. */
const SUMMARY = 255;
const DESCRIPTION = 32_767;
/** Beyond so many UTF-16 units what a template writes is no document that Jira takes, however much white space is in it. */
const LONGEST = 8 * DESCRIPTION;

/** Names to their values in JSON. */
export type IssueFields = ReadonlyMap<string, string>;

/** The fields of an issue about the notification. With a plain text, that stands in place of what the templates say. */
export function issueFields(
  notification: Notification,
  settings: JiraSettings,
  templates: Templates,
  plain?: PlainText,
): IssueFields {
  const data = templateData(notification);
  const text = (template: string) => (template === '' ? '' : templates.text(template, data));
  const fields = new Map<string, string>();
  fields.set('summary', jsonString(truncateRunes(oneLine(plain?.title ?? text(settings.summary.template)), SUMMARY)));
  const description = descriptionOf(notification, settings, (some, enough) =>
    plain === undefined ? templates.text(settings.description.template, some, enough) : plain.body,
  );
  if (description !== '') fields.set('description', description);
  fields.set('issuetype', encodeJson({ name: text(settings.issue_type) || undefined }));
  fields.set('labels', encodeJson(labelsOf(notification, settings, text)));
  const priority = text(settings.priority);
  if (priority !== '') fields.set('priority', encodeJson({ name: priority }));
  fields.set('project', encodeJson({ key: text(settings.project) }));
  for (const [name, value] of Object.entries(settings.fields)) fields.set(name, encodeJson(renderTree(value, text)));
  return fields;
}

/** The body that creates or updates an issue, with names sorted as Go sorts them. */
export function issueBody(fields: IssueFields, without: readonly string[] = []): string {
  const names = [...fields.keys()].filter((name) => !without.includes(name)).sort(compareStrings);
  return `{"fields":{${names.map((name) => `${jsonString(name)}:${fields.get(name)!}`).join(',')}}}\n`;
}

/** The JQL that finds the group's issue, as Alertmanager asks it: by the label that both write. */
export function issueQuery(notification: Notification, settings: JiraSettings, templates: Templates): string {
  const data = templateData(notification);
  const { wont_fix_resolution, reopen_transition, reopen_duration } = settings;
  const minutes = Math.floor(reopen_duration / 60_000);
  const reopens = data.status === 'firing' && reopen_transition !== '' && minutes > 0;
  const conditions = [
    // `!=` alone would leave out the issues without any resolution.
    ...(wont_fix_resolution === '' ? [] : [`(resolution is EMPTY or resolution != ${quote(wont_fix_resolution)})`]),
    reopens ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m)` : 'statusCategory != Done',
    `project=${quote(templates.text(settings.project, data))}`,
    `labels=${quote(groupLabel(notification))}`,
  ];
  return `${conditions.join(' and ')} order by status ASC,resolutiondate DESC`;
}

/** Whether descriptions are documents (Atlassian Document Format) rather than wiki markup. */
export function takesDocuments(settings: JiraSettings): boolean {
  return new URL(settings.api_url).pathname.replace(/\/+$/, '').endsWith('/3');
}

/** The label by which a group's issue is known. */
function groupLabel({ groupKey }: Notification): string {
  return `ALERT{${createHash('sha256').update(groupKey).digest('hex')}}`;
}

/** Jira refuses a summary of several lines. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text)
    ? text
        .trim()
        .split(/\s*[\r\n]\s*/)
        .join(' ')
    : text;
}

/** Jira refuses labels with white space. */
function labelsOf(notification: Notification, settings: JiraSettings, text: (template: string) => string): string[] {
  const labels = settings.labels.map((label) => text(label).trim().replace(/\s+/g, '_'));
  return [...labels.filter((label) => label !== ''), groupLabel(notification)].sort(compareStrings);
}

/** In JSON; '' for none. */
function descriptionOf(notification: Notification, settings: JiraSettings, render: Render): string {
  if (takesDocuments(settings)) return documentOf(notification, render);
  const text = fitAlerts(notification, DESCRIPTION, render);
  return text === '' ? '' : jsonString(text);
}

/** The document that the template writes, about as many alerts as fit; a text that is none becomes one. */
function documentOf(notification: Notification, render: Render): string {
  const data = templateData(notification);
  const about = (count: number): Told => {
    const text = render({ ...data, alerts: data.alerts.slice(0, count) }, LONGEST).trim();
    if (text.length > LONGEST) return { text, size: Number.POSITIVE_INFINITY, whole: false };
    const left = data.alerts.length - count;
    const document = isJson(text) ? compacted(text) : textDocument(text);
    const told = left === 0 ? document : withNote(document, `+${left} more: ${alertsLink(data)}`);
    return { text: told, size: runeCount(told), whole: true };
  };
  const all = about(data.alerts.length);
  if (all.size <= DESCRIPTION) return all.text;
  const fewer = mostThatFit(data.alerts.length - 1, DESCRIPTION, about) ?? about(0).text;
  return runeCount(fewer) <= DESCRIPTION ? fewer : textDocument(`${data.alerts.length} alerts: ${alertsLink(data)}`);
}

/** The same JSON as Go's encoder passes it on: no white space between its parts, `<`, `>` and `&` escaped. */
function compacted(json: string): string {
  return json
    .replace(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, (_, literal: string | undefined) => literal ?? '')
    .replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Paragraphs at empty lines; '' when there is no text. */
function textDocument(text: string): string {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');
  return paragraphs.length === 0 ? '' : encodeJson({ version: 1, type: 'doc', content: paragraphs.map(paragraphOf) });
}

function paragraphOf(text: string): Json {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const content = lines.flatMap((line, i) => [
    ...(i === 0 ? [] : [{ type: 'hardBreak' }]),
    { type: 'text', text: line },
  ]);
  return { type: 'paragraph', content };
}

function withNote(document: string, note: string): string {
  if (document === '') return textDocument(note);
  const parsed = fieldsOf(JSON.parse(document));
  if (!Array.isArray(parsed['content'])) return document;
  const content = [...itemsOf(parsed['content']), paragraphOf(note)] as readonly Json[];
  return encodeJson({ ...(parsed as Readonly<Record<string, Json>>), content });
}
