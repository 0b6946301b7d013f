// What the default templates print is Alertmanager's to the letter: `defaults.txt` holds, for each of its names, what its
// own file prints for the test data and for the resolved alert alone.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTemplates } from '../../src/template/templates.ts';
import { data } from './cases.ts';

const file = (name: string): string => readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
const templates = parseTemplates([
  { name: 'default.tmpl', text: file('default.tmpl') },
  { name: 'email.tmpl', text: file('email.tmpl') },
]);

const resolved = { ...data, status: 'resolved', alerts: data.alerts.slice(2) };
const lines = readFileSync(new URL('./defaults.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const defaults = Array.from({ length: lines.length / 3 }, (_, i) => {
  const [name, ...texts] = lines.slice(3 * i, 3 * i + 3);
  return { name: name!, texts: texts.map((text) => text.slice(2).replaceAll('⏎', '\n')) };
});

describe('default templates', () => {
  it.each(defaults)('$name', ({ name, texts }) => {
    const dot = /alert_list|instances/.test(name) ? '.Alerts' : '.';
    const call = `{{ template "${name}" ${dot} }}`;
    expect(templates.text(call, data)).toBe(texts[0]);
    expect(templates.text(call, resolved)).toBe(texts[1]);
  });

  it('are there for every receiver', () => {
    const receivers = new Set(defaults.map(({ name }) => name.split('.')[0]).filter((name) => !name!.startsWith('__')));
    expect([...receivers].sort()).toEqual([
      'discord',
      'jira',
      'mattermost',
      'msteams',
      'msteamsv2',
      'opsgenie',
      'pagerduty',
      'pushover',
      'rocketchat',
      'slack',
      'sns',
      'telegram',
      'victorops',
      'webex',
      'wechat',
    ]);
    expect(templates.text('{{ template "email.default.subject" . }}', data)).toBe('[FIRING:2] DiskFull node ');
  });

  it('name the labels in common that are not in the group’s', () => {
    const more = { ...data, commonLabels: { ...data.commonLabels, severity: 'critical', zone: 'a' } };
    expect(templates.text('{{ template "__subject" . }}', more)).toBe('[FIRING:2] DiskFull node (critical a)');
  });

  it('set the priority in Jira by the highest severity', () => {
    const priority = (...severities: (readonly [string, string])[]): string => {
      const alerts = severities.map(([status, severity]) => ({ ...data.alerts[0]!, status, labels: { severity } }));
      return templates.text('{{ template "jira.default.priority" . }}', { ...data, alerts });
    };
    expect(priority(['firing', 'critical'], ['firing', 'warning'])).toBe('High');
    expect(priority(['firing', 'info'], ['firing', 'warning'], ['firing', 'info'])).toBe('Medium');
    expect(priority(['firing', 'info'], ['resolved', 'critical'])).toBe('Low');
    expect(priority(['firing', 'none'], ['resolved', 'critical'])).toBe('High');
    expect(priority(['firing', ''])).toBe('');
  });
});

describe('the mail', () => {
  const mail = (shown: typeof data): string => templates.html('{{ template "email.default.html" . }}', shown);
  const html = mail(data);

  it('tells what fires and what is over, and since when', () => {
    expect(html).toContain('2 firing, 1 resolved');
    expect(html).toContain('Firing (2)');
    expect(html).toContain('Resolved (1)');
    expect(html).toContain('Since 2026-07-01 12:00:00 UTC, for 34m 55s');
    expect(html).toContain('Ended 2026-01-02 03:04:05 UTC, after 1d 3h 4m 5s');
    expect(html).toContain('Sent because of: first notification');
    expect(mail(resolved)).toContain('1 resolved');
    expect(mail(resolved)).not.toContain('Firing (');
  });

  it('escapes what alerts say', () => {
    expect(html).toContain('Disk &lt;full&gt; &amp; &#34;hot&#34;');
    expect(html).not.toContain('javascript:');
    expect(html).toContain('href="#ZgotmplZ"');
  });

  it('links to the source, the runbook and a silence with the alert’s labels', () => {
    expect(html).toContain('href="http://prom:9090/graph?g0.expr=up%3D%3D0&amp;g0.tab=1"');
    expect(html).toContain('href="https://run.example.org/disk?a=1&amp;b=2"');
    expect(html).toContain(
      'http://am.example.org:9093/#/silences/new?filter=%7Balertname%3D%22DiskFull%22%2Cinstance%3D%22a%3a9100%22%2Cjob%3D%22node%22%2Cseverity%3D%22critical%22%7D',
    );
    expect(html).toContain('href="http://am.example.org:9093/#/alerts?receiver=');
  });

  it('brings everything with it, in light and dark', () => {
    expect(html).not.toMatch(/<(?:img|link|script|iframe)\b|@import|url\(/i);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
  });

  it('is well-formed', () => {
    const open: string[] = [];
    for (const [, end, name, rest] of html.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
      if (['meta', 'br', 'doctype'].includes(name!) || rest!.endsWith('/')) continue;
      if (end === '') open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('does without what an alert lacks', () => {
    const bare = { ...data.alerts[0]!, labels: { a: 'b' }, annotations: {}, generatorURL: '' };
    const sparse = mail({ ...data, alerts: [bare], groupLabels: {}, notificationReason: '' });
    expect(sparse).toContain('>Alert</div>');
    expect(sparse).not.toContain('Source');
    expect(sparse).not.toContain('Runbook');
    expect(sparse).not.toContain('Sent because');
  });
});
