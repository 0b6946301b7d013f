// Whole files in the shapes that are seen in the field: what operators for Kubernetes generate, what grew over the years,
// what tools write.

import type { ConfigCase } from './config-frames.ts';

/** As a Kubernetes stack ships it: a receiver named null, a heartbeat, an inhibitor for information. */
const STACK = `"global":
  "resolve_timeout": "5m"
"inhibit_rules":
- "equal":
  - "namespace"
  - "alertname"
  "source_matchers":
  - "severity = critical"
  "target_matchers":
  - "severity =~ warning|info"
- "equal":
  - "namespace"
  "source_matchers":
  - "alertname = InfoInhibitor"
  "target_matchers":
  - "severity = info"
"receivers":
- "name": "Default"
- "name": "Watchdog"
- "name": "null"
"route":
  "group_by":
  - "namespace"
  "group_interval": "5m"
  "group_wait": "30s"
  "receiver": "Default"
  "repeat_interval": "12h"
  "routes":
  - "matchers":
    - "alertname = Watchdog"
    "receiver": "Watchdog"
  - "matchers":
    - "alertname = InfoInhibitor"
    "receiver": "null"
`;

/** As an operator joins what many namespaces ask for: names with slashes, a guard on the namespace, everything goes on. */
const JOINED = `global:
  resolve_timeout: 5m
  http_config:
    follow_redirects: true
route:
  receiver: "null"
  group_by:
  - job
  routes:
  - receiver: shop/checkout/oncall
    group_by:
    - alertname
    - pod
    matchers:
    - namespace="shop"
    continue: true
    routes:
    - receiver: shop/checkout/chat
      match:
        severity: warning
    - receiver: shop/checkout/oncall
      match_re:
        severity: critical|page
      mute_time_intervals:
      - shop/checkout/nights
  - receiver: billing/ledger/mail
    matchers:
    - namespace="billing"
    - team!=""
    continue: true
    group_wait: 0s
  - match:
      alertname: Watchdog
    receiver: "null"
inhibit_rules:
- source_matchers:
  - namespace="shop"
  - severity="critical"
  target_matchers:
  - namespace="shop"
  - severity="warning"
  equal:
  - alertname
receivers:
- name: "null"
- name: shop/checkout/oncall
  pagerduty_configs:
  - send_resolved: true
    routing_key: 0123456789abcdef0123456789abcdef
    class: '{{ .CommonLabels.job }}'
- name: shop/checkout/chat
  slack_configs:
  - send_resolved: true
    api_url: https://hooks.example.org/services/T0/B0/x
    channel: '#checkout'
    title: |-
      [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }}
    text: >-
      {{ range .Alerts }}
      *Alert:* {{ .Annotations.summary }}
      {{ end }}
    actions:
    - type: button
      text: 'Runbook :book:'
      url: '{{ (index .Alerts 0).Annotations.runbook_url }}'
- name: billing/ledger/mail
  email_configs:
  - to: ledger@example.org, billing@example.org
    from: alerts@example.org
    smarthost: mail.example.org:587
    auth_username: alerts
    auth_password: hunter2
    headers:
      subject: '{{ .GroupLabels.alertname }}'
time_intervals:
- name: shop/checkout/nights
  time_intervals:
  - times:
    - start_time: "22:00"
      end_time: "24:00"
    - start_time: "00:00"
      end_time: "06:00"
    location: Europe/Berlin
templates: []
`;

/** As it grew since the first versions: old matchers, comments, anchors, a bit of everything, nothing in one style. */
const GROWN = `# Who is told what. Ask the platform team.
global:
    smtp_smarthost: 'localhost:25'
    smtp_from: 'alertmanager@example.org'
    smtp_require_tls: no     # the relay is on this host
    slack_api_url: 'https://hooks.example.org/services/T0/B0/x'

templates:
- '/etc/alertmanager/templates/*.tmpl'

route:
    receiver: team-X-mails
    group_by: ['alertname', 'cluster', service]
    group_wait: 30s
    repeat_interval: 3h
    routes:
        # What pages.
        - match_re: { service: ^(foo1|foo2|baz)$ }
          receiver: team-X-mails
          routes:
              - match: { severity: critical }
                receiver: team-X-pager
        - match:
              service: files
          receiver: team-Y-mails
          routes:
          - match: {severity: critical}
            receiver: team-Y-pager
            continue: true
          - &quiet
            match: {severity: info}
            receiver: blackhole
            repeat_interval: 1w
        - <<: *quiet
          match: { service: database }
        - receiver: 'blackhole'
          matchers: [ env=~"test|dev", severity != "critical" ]
          active_time_intervals: [ working-days ]


inhibit_rules:
- source_match: {severity: 'critical'}
  target_match: {severity: 'warning'}
  equal: [alertname, cluster, service]
- {source_match: {alertname: NodeDown}, target_match_re: {alertname: "Node.*|Disk.+"}, equal: ['instance']}

receivers:
  - name: 'team-X-mails'
    email_configs:
    - to: 'team-X+alerts@example.org'
    - to: 'team-X-leads@example.org'
      send_resolved: true
  - name: 'team-X-pager'
    email_configs:
    - to: team-X+alerts-critical@example.org
    pagerduty_configs:
    - service_key: "0123456789abcdef"
      details: { cluster: '{{ .CommonLabels.cluster }}', on call: "yes" }
  - name: team-Y-mails
    email_configs: [{to: team-Y@example.org}]
  - name: team-Y-pager
    pagerduty_configs: [{service_key: 0123456789abcdef}]
    webhook_configs:
    -   url: http://127.0.0.1:5001/hook?team=Y
        http_config: { basic_auth: { username: y, password: hunter2 } }
  - name: blackhole

mute_time_intervals:
- name: working-days
  time_intervals:
  - weekdays: ['monday:friday']
    times: [ {start_time: '08:00', end_time: '18:00'} ]
    months: ["january:june", 'september:december']
`;

/** A tree of hundreds of lines as a program writes it: teams, services below them, severities below these. */
function large(teams: number): string {
  const routes = Array.from({ length: teams }, (_, i) => {
    const services = ['api', 'db', 'web'].map(
      (service) => `    - receiver: team-${i}
      matchers:
      - service="${service}"
      routes:
      - receiver: team-${i}-pager
        matchers:
        - severity=~"critical|page"
        continue: true
      - receiver: team-${i}
        matchers:
        - severity!~"critical|page"
        repeat_interval: ${12 + (i % 3)}h
`,
    );
    return `  - receiver: team-${i}\n    matchers:\n    - team="${i}"\n    continue: ${i % 2 === 0}\n    routes:\n${services.join('')}`;
  });
  const receivers = Array.from(
    { length: teams },
    (_, i) => `- name: team-${i}
  webhook_configs:
  - url: http://127.0.0.1:5001/${i}
- name: team-${i}-pager
  pagerduty_configs:
  - routing_key: key-${i}
`,
  );
  return `route:\n  receiver: team-0\n  group_by: ['...']\n  routes:\n${routes.join('')}receivers:\n${receivers.join('')}`;
}

/** Everything goes on, so that everybody hears of everything. */
const CONTINUES = `route:
  receiver: all
  routes:
${['a', 'b', 'c', 'd'].map((name) => `  - receiver: ${name}\n    continue: true\n`).join('')}  - receiver: all
receivers: [{name: all}, {name: a}, {name: b}, {name: c}, {name: d}]
`;

/** How many teams make a file of more than 700 lines. */
export const TEAMS = 40;

export function* shapeCases(): Generator<ConfigCase> {
  yield { name: 'shape | a Kubernetes stack', text: STACK };
  yield { name: 'shape | a Kubernetes stack as JSON', text: JSON.stringify(asJson(), null, 2) };
  yield { name: 'shape | joined namespaces', text: JOINED };
  yield { name: 'shape | grown', text: GROWN };
  yield { name: 'shape | grown, on Windows', text: GROWN.replaceAll('\n', '\r\n') };
  yield { name: 'shape | large', text: large(TEAMS) };
  yield { name: 'shape | everything goes on', text: CONTINUES };
}

/** What STACK says, from a program that writes JSON. */
function asJson(): unknown {
  return {
    global: { resolve_timeout: '5m' },
    inhibit_rules: [
      { equal: ['namespace'], source_matchers: ['alertname = InfoInhibitor'], target_matchers: ['severity = info'] },
    ],
    receivers: [{ name: 'Default' }, { name: 'Watchdog' }, { name: 'null' }],
    route: {
      group_by: ['namespace'],
      receiver: 'Default',
      routes: [{ matchers: ['alertname = Watchdog'], receiver: 'Watchdog' }],
    },
  };
}
