// The keys of an entry of `jira_configs`.

import {
  bool,
  duration,
  embedded,
  inheritedSection,
  list,
  map,
  maybe,
  type Schema,
  type Tree,
  template,
  text,
  tree,
  url,
} from '../../model/schema.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';

/** A field of an issue that people may edit by hand, which updates then had better leave alone. */
export interface JiraFieldSettings {
  readonly template: string;
  /** Whether updates of an issue write it as well: they do when the file does not say. */
  readonly enable_update: boolean | undefined;
}

/** Absent strings are ''. The names of transitions and of the resolution are no templates. */
export interface JiraSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  /** With the path of the API, which ends in its version. */
  readonly api_url: string;
  /** How issues are searched for: `auto`, `cloud` or `datacenter`. */
  readonly api_type: string;
  readonly project: string;
  readonly summary: JiraFieldSettings;
  readonly description: JiraFieldSettings;
  readonly labels: readonly string[];
  readonly priority: string;
  readonly issue_type: string;
  readonly reopen_transition: string;
  readonly resolve_transition: string;
  readonly wont_fix_resolution: string;
  /** Milliseconds; 0 for never. */
  readonly reopen_duration: number;
  /** Whatever else an issue has; keeps its shape, with templates in its texts. */
  readonly fields: Readonly<Record<string, Tree | undefined>>;
}

const API_TYPES = ['auto', 'cloud', 'datacenter'];

function fieldSchema(name: string): Schema<JiraFieldSettings> {
  return {
    title: `Jira ${name}`,
    fields: {
      template: template({ default: `{{ template "jira.default.${name}" . }}` }),
      enable_update: maybe(),
    },
    shorthand: 'template',
  };
}

export const jiraSchema: Schema<JiraSettings> = {
  title: 'Jira receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_url: url({ global: 'jira_api_url' }),
    api_type: text({ default: 'auto' }),
    project: template(),
    summary: embedded(fieldSchema('summary')),
    description: embedded(fieldSchema('description')),
    labels: list(template()),
    priority: template({ default: '{{ template "jira.default.priority" . }}' }),
    issue_type: template(),
    reopen_transition: text(),
    resolve_transition: text(),
    wont_fix_resolution: text(),
    reopen_duration: duration(),
    fields: map(tree()),
  },
  check: (given) => [
    ...(given.project === ''
      ? [{ keys: ['project'], message: 'the project is missing: add project with the key of a Jira project' }]
      : []),
    ...(given.issue_type === ''
      ? [{ keys: ['issue_type'], message: 'the type of issue is missing: add issue_type, such as Bug' }]
      : []),
    ...(API_TYPES.includes(given.api_type)
      ? []
      : [{ keys: ['api_type'], message: 'expected auto, cloud or datacenter: write one of them' }]),
  ],
  complete: (inherited) => ({
    settings: inherited,
    findings:
      inherited.api_url === ''
        ? [
            {
              keys: ['api_url'],
              message:
                'it is not said where Jira is: add api_url here or jira_api_url under global, such as https://example.atlassian.net/rest/api/2/',
            },
          ]
        : [],
  }),
};
