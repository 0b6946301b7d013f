// A stand-in for Jira: keeps issues in memory, refuses what Jira's documentation says that it refuses, moves issues through
// a small workflow, and answers the JQL that Alertmanager asks.

import { HttpSink, type SinkAnswer, type SinkRequest } from './http-sink.ts';

export interface SinkIssue {
  readonly id: string;
  readonly key: string;
  fields: Record<string, unknown>;
  status: keyof typeof STATUSES;
  resolution: string | undefined;
  /** When it was resolved, in milliseconds since 1970. */
  resolvedAt: number | undefined;
  /** Whether a search finds it already. */
  indexed: boolean;
}

export interface JiraSinkOptions {
  /** Jira Cloud has `/search/jql` and no `/search`. */
  readonly cloud?: boolean;
  /** Whether searches find nothing that is new, as may happen in the cloud. */
  readonly lags?: boolean;
  /** What the Authorization header has to be. */
  readonly authorization?: string;
}

const STATUSES = {
  'To Do': { order: 1, category: 'new' },
  'In Progress': { order: 2, category: 'indeterminate' },
  Done: { order: 3, category: 'done' },
} as const;

const TRANSITIONS = [
  { id: '11', name: 'Start', from: ['To Do'], to: 'In Progress' },
  { id: '31', name: 'Resolve', from: ['To Do', 'In Progress'], to: 'Done' },
  { id: '41', name: 'Reopen', from: ['Done'], to: 'To Do' },
] as const;

const PROJECTS = ['OPS', 'DEV'];
const TYPES = ['Bug', 'Incident'];
const PRIORITIES = ['High', 'Medium', 'Low'];

export class JiraSink {
  readonly issues: SinkIssue[] = [];
  readonly http: HttpSink;
  readonly #options: JiraSinkOptions;
  /** Answers the next requests in place of Jira. */
  #instead: ((request: SinkRequest) => SinkAnswer | undefined) | undefined;

  private constructor(http: HttpSink, options: JiraSinkOptions) {
    this.http = http;
    this.#options = options;
    http.answer((request) => this.#instead?.(request) ?? this.#answer(request));
  }

  static async start(options: JiraSinkOptions = {}): Promise<JiraSink> {
    return new JiraSink(await HttpSink.start(), options);
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  /** The `api_url` of a version. */
  url(version: 2 | 3 = 2): string {
    return this.http.url(`/rest/api/${version}/`);
  }

  /** What it answers from now on; nothing leaves the answer to Jira. */
  instead(answer: ((request: SinkRequest) => SinkAnswer | undefined) | undefined): void {
    this.#instead = answer;
  }

  /** An issue that was there before. */
  seed(fields: Record<string, unknown>): SinkIssue {
    const number = this.issues.length + 1;
    const issue: SinkIssue = {
      id: String(10_000 + number),
      key: `${(fields['project'] as { key: string }).key}-${number}`,
      fields,
      status: 'To Do',
      resolution: undefined,
      resolvedAt: undefined,
      indexed: this.#options.lags !== true,
    };
    this.issues.push(issue);
    return issue;
  }

  /** Moves an issue as a person would. */
  resolve(issue: SinkIssue, resolution: string, at: number): void {
    Object.assign(issue, { status: 'Done', resolution, resolvedAt: at });
  }

  #answer({ method, path, headers, body }: SinkRequest): SinkAnswer {
    const { authorization } = this.#options;
    if (authorization !== undefined && headers.authorization !== authorization) return errors(401, ['Unauthorized']);
    const [, version, rest = ''] = /^\/rest\/api\/([23])\/(.*)$/.exec(path) ?? [];
    if (version === undefined) return errors(404, ['null for uri']);
    if (method !== 'GET' && headers['content-type'] !== 'application/json') return errors(415, ['Unsupported']);
    const given = method === 'GET' ? {} : (JSON.parse(body) as Record<string, unknown>);
    if (method === 'POST' && rest === 'issue') return this.#create(given, version);
    if (method === 'POST' && rest === 'search') {
      return this.#options.cloud === true
        ? errors(410, ['The requested API has been removed. Please migrate to /rest/api/3/search/jql.'])
        : this.#search(given);
    }
    if (method === 'POST' && rest === 'search/jql' && this.#options.cloud === true) return this.#search(given);
    const [, key, transitions] = /^issue\/([A-Z]+-\d+)(\/transitions)?$/.exec(rest) ?? [];
    const issue = this.issues.find((one) => one.key === key);
    if (issue === undefined) return errors(404, ['Issue does not exist or you do not have permission to see it.']);
    if (method === 'PUT' && transitions === undefined) return this.#update(issue, given, version);
    if (method === 'GET' && transitions !== undefined) return json(200, { transitions: possible(issue).map(shown) });
    if (method === 'POST' && transitions !== undefined) return this.#move(issue, given);
    return errors(405, ['Method not allowed']);
  }

  #create({ fields }: Record<string, unknown>, version: string): SinkAnswer {
    const wrong = check(fields, version, ['project', 'issuetype', 'summary']);
    if (wrong !== undefined) return json(400, { errorMessages: [], errors: wrong });
    const { id, key } = this.seed(fields as Record<string, unknown>);
    return json(201, { id, key, self: `${this.url()}issue/${id}` });
  }

  #update(issue: SinkIssue, { fields }: Record<string, unknown>, version: string): SinkAnswer {
    const wrong = check(fields, version, []);
    if (wrong !== undefined) return json(400, { errorMessages: [], errors: wrong });
    issue.fields = { ...issue.fields, ...(fields as Record<string, unknown>) };
    return { status: 204 };
  }

  #move(issue: SinkIssue, { transition }: Record<string, unknown>): SinkAnswer {
    const id = (transition as { id?: unknown } | undefined)?.id;
    const move = possible(issue).find((one) => one.id === id);
    if (move === undefined) return errors(400, [`Transition id '${String(id)}' is not valid for this issue.`]);
    if (move.to === 'Done') this.resolve(issue, 'Done', Date.now());
    else Object.assign(issue, { status: move.to, resolution: undefined, resolvedAt: undefined });
    return { status: 204 };
  }

  #search({ jql, maxResults, fields, reconcileIssues }: Record<string, unknown>): SinkAnswer {
    const reconciled = (reconcileIssues as number[] | undefined) ?? [];
    const matches = typeof jql === 'string' ? queryOf(jql) : undefined;
    if (matches === undefined) return errors(400, [`Error in the JQL Query: ${String(jql)}`]);
    const found = this.issues
      .filter((issue) => (issue.indexed || reconciled.includes(Number(issue.id))) && matches(issue))
      .sort((a, b) => STATUSES[a.status].order - STATUSES[b.status].order || (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0))
      .slice(0, maxResults as number)
      .map(({ id, key, status }) => {
        const shownStatus = { name: status, statusCategory: { key: STATUSES[status].category } };
        return { id, key, fields: (fields as string[]).includes('status') ? { status: shownStatus } : {} };
      });
    return json(200, { issues: found });
  }
}

function possible(issue: SinkIssue): (typeof TRANSITIONS)[number][] {
  return TRANSITIONS.filter(({ from }) => (from as readonly string[]).includes(issue.status));
}

function shown({ id, name, to }: (typeof TRANSITIONS)[number]): object {
  return { id, name, to: { name: to, statusCategory: { key: STATUSES[to].category } } };
}

/** What Jira says about each field that it refuses. */
function check(fields: unknown, version: string, required: readonly string[]): Record<string, string> | undefined {
  const wrong: Record<string, string> = {};
  const given = { ...(fields as Record<string, unknown> | undefined) };
  for (const name of required) if (!(name in given)) wrong[name] = `${name} is required.`;
  for (const [name, value] of Object.entries(given)) {
    const message = problemWith(name, value, version);
    if (message !== undefined) wrong[name] = message;
  }
  return Object.keys(wrong).length === 0 ? undefined : wrong;
}

function problemWith(name: string, value: unknown, version: string): string | undefined {
  const among = (member: string, words: readonly string[]) =>
    words.includes(String((value as Record<string, unknown> | null)?.[member])) ? undefined : `Specify a valid ${name}`;
  switch (name) {
    case 'project':
      return among('key', PROJECTS);
    case 'issuetype':
      return among('name', TYPES);
    case 'priority':
      return among('name', PRIORITIES);
    case 'summary':
      if (typeof value !== 'string' || value.trim() === '') return 'You must specify a summary of the issue.';
      if (/[\r\n]/.test(value)) return 'The summary is invalid because it contains newline characters.';
      return Array.from(value).length > 255 ? 'Summary must be less than 255 characters.' : undefined;
    case 'labels':
      if (!Array.isArray(value)) return 'data was not an array';
      for (const label of value as unknown[]) {
        if (typeof label !== 'string' || label === '') return 'labels must be texts';
        if (/\s/.test(label)) return `The label '${label}' contains spaces which is invalid.`;
      }
      return undefined;
    case 'description':
      if (version === '3' && !isDocument(value)) return 'Operation value must be an Atlassian Document';
      if (version === '2' && typeof value !== 'string') return 'Operation value must be a string';
      return Array.from(typeof value === 'string' ? value : JSON.stringify(value)).length > 32_767
        ? 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.'
        : undefined;
    default:
      return /^(customfield_\d+|components|environment)$/.test(name)
        ? undefined
        : `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
  }
}

/** https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
function isDocument(value: unknown): boolean {
  const { type, version, content } = { ...(value as Record<string, unknown> | null) };
  return type === 'doc' && version === 1 && Array.isArray(content) && content.every(isNode);
}

function isNode(value: unknown): boolean {
  const { type, text, content } = { ...(value as Record<string, unknown> | null) };
  if (type === 'text') return typeof text === 'string' && text !== '';
  return typeof type === 'string' && (content === undefined || (Array.isArray(content) && content.every(isNode)));
}

type Test = (issue: SinkIssue) => boolean;

const CONDITIONS: readonly (readonly [RegExp, (words: RegExpExecArray) => Test])[] = [
  [
    /^\(resolution is EMPTY or resolution != ("(?:[^"\\]|\\.)*")\) and /,
    ([, name]) => {
      const resolution = JSON.parse(name!) as string;
      return (issue) => issue.resolution !== resolution;
    },
  ],
  [
    /^\(resolutiondate is EMPTY OR resolutiondate >= -(\d+)m\) and /,
    ([, minutes]) =>
      (issue) =>
        issue.resolvedAt === undefined || issue.resolvedAt >= Date.now() - Number(minutes) * 60_000,
  ],
  [/^statusCategory != Done and /, () => (issue) => issue.status !== 'Done'],
  [
    /^project="(\w+)" and /,
    ([, project]) =>
      (issue) =>
        issue.key.startsWith(`${project!}-`),
  ],
  [
    /^labels="([^"]+)" order by status ASC,resolutiondate DESC$/,
    ([, label]) =>
      (issue) =>
        (issue.fields['labels'] as string[]).includes(label!),
  ],
];

/** What a JQL asks for; nothing when it is not understood. */
function queryOf(jql: string): Test | undefined {
  const tests: Test[] = [];
  let rest = jql;
  while (rest !== '') {
    const found = CONDITIONS.map(([pattern, test]) => [pattern.exec(rest), test] as const).find(([words]) => words);
    if (found === undefined) return undefined;
    tests.push(found[1](found[0]!));
    rest = rest.slice(found[0]![0].length);
  }
  return (issue) => tests.every((test) => test(issue));
}

function errors(status: number, messages: readonly string[]): SinkAnswer {
  return json(status, { errorMessages: messages, errors: {} });
}

function json(status: number, body: unknown): SinkAnswer {
  return { status, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: JSON.stringify(body) };
}
