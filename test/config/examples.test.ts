import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/model/config.ts';
import { describeProblem } from '../../src/model/problem.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import type { WebhookSettings } from '../../src/receivers/settings/webhook.ts';

const folder = join(import.meta.dirname, '../../config');

function load(name: string): { config: Config; warnings: string[] } {
  const { config, problems } = parseConfig(readFileSync(join(folder, name)), {
    file: name,
    tables: settingsTables,
    mode: 'fallback',
  });
  const told = problems.map(describeProblem);
  if (config === undefined) throw new Error(told.join('\n'));
  return { config, warnings: told };
}

describe('the example configurations', () => {
  it('are all looked at here', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
    expect(files.sort()).toEqual(['alertmanager.yml', 'extensions.yml', 'ml-training.yml', 'single-email.yml']);
  });

  it('alertmanager.yml needs nobody outside, and has a bit of everything', () => {
    const { config, warnings } = load('alertmanager.yml');
    expect(warnings).toEqual([]);
    const integrations = config.receivers.flatMap((receiver) => receiver.integrations);
    expect(integrations.map(({ type }) => type)).toEqual(['webhook', 'webhook']);
    const urls = integrations.map(({ settings }) => (settings as WebhookSettings).url?.reveal());
    expect(urls).toEqual(['http://127.0.0.1:5001/', 'http://127.0.0.1:5001/']);
    expect(config.route.routes.length).toBeGreaterThan(2);
    expect(config.inhibitRules.map((rule) => rule.name)).toEqual(['machine-down', 'critical-outranks-warning']);
    expect([...config.timeIntervals.keys()]).toEqual(['working-hours', 'backup-window']);
  });

  it('alertmanager.yml is still good with all that it comments out', () => {
    const text = readFileSync(join(folder, 'alertmanager.yml'), 'utf8').replace(
      /^( *)# ( *(?:- |[a-z_]+:(?: |$)).*)$/gm,
      '$1$2',
    );
    const { config, problems } = parseConfig(text, {
      file: 'alertmanager.yml',
      tables: settingsTables,
      mode: 'fallback',
    });
    expect(problems.map(describeProblem)).toEqual([]);
    expect(config?.receivers.flatMap(({ integrations }) => integrations.map(({ type }) => type))).toEqual([
      'webhook',
      'webhook',
      'pagerduty',
      'email',
      'slack',
    ]);
  });

  it('ml-training.yml groups by experiment, and warns of its deprecated matchers', () => {
    const { config, warnings } = load('ml-training.yml');
    expect(config.resolveTimeoutMs).toBe(300_000);
    expect(config.route).toMatchObject({
      groupBy: ['alertname', 'experiment_id'],
      groupWaitMs: 10_000,
      groupIntervalMs: 10_000,
      repeatIntervalMs: 43_200_000,
      routes: [
        { receiver: 'ml-oncall', matchers: [{ name: 'alertname', type: '=', value: 'TrainingStalled' }] },
        { receiver: 'ml-team-email', matchers: [{ name: 'severity', type: '=', value: 'warning' }] },
      ],
    });
    expect(config.receivers[1]!.integrations.map(({ type }) => type)).toEqual(['pagerduty', 'slack']);
    expect(warnings).toEqual([
      `ml-training.yml:16:7: route.routes[0].match: match is deprecated: write matchers: ['alertname="TrainingStalled"']`,
      `ml-training.yml:19:7: route.routes[1].match: match is deprecated: write matchers: ['severity="warning"']`,
    ]);
  });

  it('single-email.yml tells one mailbox, also when it is over', () => {
    const { config, warnings } = load('single-email.yml');
    expect(warnings).toEqual([]);
    expect(config.route).toMatchObject({
      groupBy: ['alertname', 'instance'],
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 3_600_000,
      routes: [],
    });
    expect(config.receivers.map(({ integrations }) => integrations)).toMatchObject([
      [{ type: 'email', sendResolved: true }],
    ]);
  });

  it('extensions.yml has every receiver of our own, with its secrets in files beside it', () => {
    const { config, warnings } = load('extensions.yml');
    expect(warnings).toEqual([]);
    const integrations = config.receivers.flatMap((receiver) => receiver.integrations);
    expect(integrations.map(({ type, sendResolved }) => [type, sendResolved])).toEqual([
      ['ntfy', true],
      ['gotify', true],
      ['twilio', false],
      ['matrix', true],
      ['googlechat', true],
      ['zulip', true],
    ]);
    for (const { type, settings } of integrations) {
      expect(JSON.stringify(settings), type).toMatch(/"\w+_file":"secrets\/\w+"/);
    }
  });
});
