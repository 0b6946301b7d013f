// Keys that exclude each other, need each other, or stand in for each other: Jira, incident.io and SNS.

import { type ConfigCase, each, withEntry } from './config-frames.ts';

export function* jisCases(): Generator<ConfigCase> {
  const bare = (type: string, global?: string) => (body: string) =>
    withEntry(type, body, global === undefined ? { bare: true } : { bare: true, global });
  yield* each('jira', bare('jira'), [
    'project: a\nissue_type: b',
    'api_url: http://a\nproject: a',
    'api_url: http://a\nissue_type: b',
    'api_url: http://a\nproject: ""\nissue_type: b',
  ]);
  yield* each('jira', (body) => withEntry('jira', body), [
    'api_type: cloud',
    'api_type: datacenter',
    'api_type: Cloud',
    'api_type: server',
    'api_type: ""',
    'api_type: ~',
    'summary: plain text',
    'summary: "{{ .Status }}"',
    'summary: 5',
    'summary: true',
    'summary: ""',
    'summary: {template: text}',
    'summary: {template: text, enable_update: false}',
    'summary: {enable_update: true}',
    'summary: {enable_update: ~}',
    'summary: {enable_update: maybe}',
    'summary: {template: [a]}',
    'summary: {disable_update: true}',
    'summary: {}',
    'summary: []',
    'description: |\n  two\n  lines',
    'description: {enable_update: false}',
    'description: {template: "", enable_update: false}',
    'description: {template: ~}',
    'description: {text: a}',
    'labels: [a, "{{ .CommonLabels.a }}", 5]',
    'labels: a',
    'reopen_transition: a\nresolve_transition: b\nwont_fix_resolution: c\nreopen_duration: 2w',
    'reopen_duration: 0',
    'reopen_duration: 10',
    'fields: {customfield_1: {value: red}, customfield_2: [{value: red}, {value: blue}], customfield_3: 1.5}',
    'fields: {components: {name: "{{ .CommonLabels.team }}"}, 10: a, yes: no, x: ~}',
    'fields: {a: {1: b, yes: c}}',
    'fields: [a]',
    'fields: {a: b, a: c}',
    'custom_fields: {a: b}',
  ]);
  yield* each('jira and a global URL', bare('jira', 'jira_api_url: https://a.atlassian.net/rest/api/3/'), [
    'project: a\nissue_type: b',
    'api_url: http://a/rest/api/2\nproject: a\nissue_type: b',
    'api_url: ~\nproject: a\nissue_type: b',
  ]);
  yield* each('jira and no global URL', bare('jira', 'jira_api_url: ~'), ['project: a\nissue_type: b']);

  yield* each('incidentio', bare('incidentio'), [
    'alert_source_token: a',
    'url: http://a',
    'url_file: f',
    'url: http://a\nurl_file: f',
    'url: ~\nurl_file: f',
    'url: ftp://a\nalert_source_token: a',
    'url: "{{ .Status }}"\nalert_source_token: a',
    'url: http://a\nalert_source_token: a',
    'url: http://a\nalert_source_token_file: a',
    'url: http://a\nalert_source_token: a\nalert_source_token_file: a',
    'url: http://a\nhttp_config: {}',
    'url: http://a\nhttp_config: ~',
    'url: http://a\nhttp_config: {basic_auth: {username: a}}',
    'url: http://a\nhttp_config: {authorization: {credentials: a}}',
    'url: http://a\nhttp_config: {bearer_token: a}',
    'url: http://a\nhttp_config: {authorization: {credentials: a}}\nalert_source_token: a',
    'url: http://a\nhttp_config: {authorization: {credentials: a}}\nalert_source_token_file: a',
    'url: http://a\nhttp_config: {bearer_token: a}\nalert_source_token: a',
    'url: http://a\nhttp_config: {basic_auth: {username: a}}\nalert_source_token: a',
    'url: http://a\nalert_source_token: ""',
    'url: http://a\nhttp_config: {}\nalert_source_token: ""',
  ]);
  yield* each(
    'incidentio and a global authorization',
    bare('incidentio', 'http_config: {authorization: {credentials: g}}'),
    [
      'url: http://a',
      'url: http://a\nalert_source_token: a',
      'url: http://a\nhttp_config: {follow_redirects: false}',
      'url: http://a\nhttp_config: {follow_redirects: false}\nalert_source_token: a',
    ],
  );

  yield* each('sns', bare('sns'), [
    'subject: a',
    'topic_arn: a',
    'phone_number: "+491700000000"',
    'target_arn: a',
    'topic_arn: a\nphone_number: b',
    'topic_arn: a\ntarget_arn: b',
    'phone_number: a\ntarget_arn: b',
    'topic_arn: a\nphone_number: b\ntarget_arn: c',
    'topic_arn: ""\ntarget_arn: b',
    'topic_arn: "{{ .GroupLabels.topic }}"',
    'topic_arn: "{{"',
  ]);
  yield* each('sns', (body) => withEntry('sns', body), [
    'sigv4: {}',
    'sigv4: ~',
    'sigv4: a',
    'sigv4: {region: a, access_key: b, secret_key: c}',
    'sigv4: {access_key: b}',
    'sigv4: {secret_key: c}',
    'sigv4: {access_key: "", secret_key: ""}',
    'sigv4: {access_key: b, secret_key: ""}',
    'sigv4: {profile: a, role_arn: b, external_id: c}',
    'sigv4: {external_id: c}',
    'sigv4: {external_id: c, profile: a}',
    'sigv4: {use_fips_sts_endpoint: true}',
    'sigv4: {use_fips_sts_endpoint: "true"}',
    'sigv4: {service: sns}',
    'sigv4: {region: a, region: b}',
    'api_url: http://a',
    'api_url: no URL at all',
    'api_url: "http://{{ .GroupLabels.a }}"',
    'subject: ""\nmessage: ""',
    'attributes: {a: b, "{{ .Status }}": 5, 7: x, n: ~}',
    'attributes: {a: [b]}',
    'attributes: [a]',
    'use_aws_http_client: true',
    'use_aws_http_client: false',
  ]);
}
