// Jira: one issue for each group of alerts, which is looked for by a label, created or updated, and moved through its
// workflow when the alerts end or come back. Jira's answers are all that is remembered of it.

import type { Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { exchange, failed, type HttpAnswer, type HttpRequest, judge } from './http.ts';
import { type IssueFields, issueBody, issueFields, issueQuery } from './jira-issue.ts';
import { encodeBody } from './json.ts';
import type { Failure, ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { type Fields, fieldsIn, fieldsOf, itemsOf, textOf } from './said.ts';
import { type JiraSettings, jiraSchema } from './settings/jira.ts';

export interface JiraMessage {
  /** The JQL that finds the issue. */
  readonly query: string;
  readonly fields: IssueFields;
  readonly firing: boolean;
  /** The id of the issue that the last notification was told in. */
  readonly known: string | undefined;
}

interface Issue {
  readonly key: string;
  readonly id: string;
  /** '' where Jira does not say. */
  readonly category: string;
}

type Asked<T> =
  | { readonly found: T; readonly failure?: undefined }
  | { readonly found?: undefined; readonly failure: Failure };

/** What Jira says to a description that is too long. */
const TOO_LARGE = /exceeds? the (?:allowed|maximum)|CONTENT_LIMIT_EXCEEDED/i;
/** Workflows with many transitions make for long answers. */
const KEPT = 1_048_576;

export const jira: ReceiverPlugin<JiraSettings, JiraMessage> = {
  type: 'jira',
  settings: jiraSchema,

  render: (notification, settings, templates) => ({
    query: issueQuery(notification, settings, templates),
    fields: issueFields(notification, settings, templates),
    firing: templateData(notification).status === 'firing',
    known: notification.receipt,
  }),

  renderPlain: (notification, settings, templates, plain) => ({
    query: issueQuery(notification, settings, templates),
    fields: issueFields(notification, settings, templates, plain),
    firing: templateData(notification).status === 'firing',
    known: notification.receipt,
  }),

  preview: ({ query, fields }) => ({ jql: query, ...(JSON.parse(issueBody(fields)) as object) }),

  async send(message, settings, io) {
    const ask = (request: Pick<HttpRequest, 'method' | 'url' | 'body'>) => asked(request, settings, io);
    const { found: issue, failure } = await findIssue(message, settings, ask);
    if (failure !== undefined) return failure;
    if (issue === undefined) {
      if (!message.firing) return { ok: true };
      const created = await ask({ method: 'POST', url: at(settings, 'issue'), body: issueBody(message.fields) });
      return created.failure ?? told(textOf(fieldsIn(created.found?.body ?? '')['id']));
    }
    const body = issueBody(message.fields, leftAlone(settings));
    const updated = await ask({ method: 'PUT', url: at(settings, 'issue', issue.key), body });
    return updated.failure ?? (await move(issue, message, settings, ask)) ?? told(issue.id);
  },
};

type Ask = (request: Pick<HttpRequest, 'method' | 'url' | 'body'>) => Promise<Asked<HttpAnswer>>;

/** The receipt is the issue's id. */
function told(id: string): Outcome {
  return { ok: true, ...(id === '' ? {} : { receipt: id }) };
}

/** The fields that an update does not touch, unless the operator's own `fields` name them. */
function leftAlone({ summary, description, fields }: JiraSettings): string[] {
  return [
    ...(summary.enable_update === false ? ['summary'] : []),
    ...(description.enable_update === false ? ['description'] : []),
  ].filter((name) => !(name in fields));
}

/** The URL of something below the API's own. */
function at({ api_url }: JiraSettings, ...parts: readonly string[]): string {
  const url = new URL(api_url);
  const path = parts.map(encodeURIComponent).join('/');
  url.pathname = `${url.pathname}/${path}`.replace(/\/{2,}/g, '/');
  return url.href;
}

async function findIssue(message: JiraMessage, settings: JiraSettings, ask: Ask): Promise<Asked<Issue | undefined>> {
  const cloud =
    settings.api_type === 'cloud' ||
    (settings.api_type === 'auto' && new URL(settings.api_url).host.endsWith('atlassian.net'));
  // Jira Cloud has the search that scales in version 3 only; the Data Center edition does not have it at all.
  const url = cloud ? at(settings, 'search', 'jql').replace('/rest/api/2/', '/rest/api/3/') : at(settings, 'search');
  const known = cloud && /^\d{1,15}$/.test(message.known ?? '') ? Number(message.known) : undefined;
  const body = encodeBody({
    fields: ['status'],
    jql: message.query,
    maxResults: 2,
    // Without this Jira Cloud may take minutes to find what was just created, and there would be a second issue.
    reconcileIssues: known === undefined ? undefined : [known],
  });
  const { found: answer, failure } = await ask({ method: 'POST', url, body });
  if (failure !== undefined) return { failure };
  const said = parsed(answer.body);
  if (said === undefined) return { failure: failed('Jira answered the search with something that is no JSON') };
  const issue = fieldsOf(itemsOf(said['issues'])[0]);
  const key = textOf(issue['key']);
  if (key === '') return { found: undefined };
  const status = fieldsOf(fieldsOf(issue['fields'])['status']);
  return { found: { key, id: textOf(issue['id']), category: textOf(fieldsOf(status['statusCategory'])['key']) } };
}

/** Resolves or reopens the issue where that is wanted and it is not there yet. */
async function move(
  issue: Issue,
  { firing }: JiraMessage,
  settings: JiraSettings,
  ask: Ask,
): Promise<Failure | undefined> {
  const done = issue.category === 'done';
  const name = firing ? settings.reopen_transition : settings.resolve_transition;
  if (issue.category === '' || done !== firing || name === '') return undefined;
  const url = at(settings, 'issue', issue.key, 'transitions');
  const { found: answer, failure } = await ask({ method: 'GET', url });
  if (failure !== undefined) return failure;
  const said = parsed(answer.body);
  if (said === undefined) return failed(`Jira answered with something that is no JSON about issue ${issue.key}`);
  const transitions = itemsOf(said['transitions']).map(fieldsOf);
  const id = textOf(transitions.find((one) => textOf(one['name']) === name)?.['id']);
  if (id === '') {
    const names = transitions.map((one) => JSON.stringify(textOf(one['name']))).join(', ');
    return failed(
      answer.clean(`issue ${issue.key} has no transition ${JSON.stringify(name)} now: there is ${names || 'none'}`),
    );
  }
  return (await ask({ method: 'POST', url, body: encodeBody({ transition: { id } }) })).failure;
}

async function asked(
  request: Pick<HttpRequest, 'method' | 'url' | 'body'>,
  settings: JiraSettings,
  io: ReceiverIO,
): Promise<Asked<HttpAnswer>> {
  // The names of transitions and statuses follow the language.
  const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
  const { answer, failure } = await exchange({ ...request, headers, keptBytes: KEPT }, settings.http_config, io);
  if (failure !== undefined) return { failure };
  const verdict = judge(answer, io, { describe, tooLarge: TOO_LARGE });
  if (verdict.ok) return { found: answer };
  // Somebody else changed the issue at the same moment.
  return { failure: answer.status === 409 ? { ...verdict, retry: true } : verdict };
}

/** `{"errorMessages": ["..."], "errors": {"field": "..."}}`. */
function describe(answer: HttpAnswer): string {
  const said = fieldsIn(answer.body);
  const messages = itemsOf(said['errorMessages']).map(textOf);
  const errors = Object.entries(fieldsOf(said['errors'])).map(([name, text]) => `${name}: ${textOf(text)}`);
  return [...messages, ...errors, textOf(said['message'])]
    .filter((text) => text !== '')
    .join('; ')
    .slice(0, 400);
}

function parsed(body: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}
