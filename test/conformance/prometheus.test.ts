// From a metric to the pager: the real Prometheus watches a machine that trains a model and tells both the real
// Alertmanager and Tocsin; each of them tells its own Slack, Discord, PagerDuty, mail and webhook, and both must say the same.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Kind, type Program, realProgram, type Server, scratch, startServer } from '../support/process.ts';
import { isRecord, Sink, sleep, subject, until } from './harness.ts';
import { Alike, differences } from './harness-compare.ts';
import { MailServer, PagerDuty, startPrometheus, Trainer } from './harness-stands.ts';

/** As it stands on a training cluster, with addresses of the world. */
const TRAINING = `global:
  resolve_timeout: 5m
  slack_api_url: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'

route:
  group_by: ['alertname', 'experiment_id']
  group_wait: 10s
  group_interval: 10s
  repeat_interval: 12h
  receiver: 'ml-team'
  routes:
  - match:
      alertname: TrainingStalled
    receiver: 'oncall'
  - match:
      severity: warning
    receiver: 'mail'

receivers:
- name: 'ml-team'
  webhook_configs:
  - url: 'http://127.0.0.1:5001/'
- name: 'oncall'
  slack_configs:
  - channel: '#ml-alerts'
    send_resolved: true
  discord_configs:
  - webhook_url: 'https://discord.com/api/webhooks/1234567890/abcdefghijklmnopqrstuvwxyz'
  pagerduty_configs:
  - service_key: '0123456789abcdef0123456789abcdef'
  webhook_configs:
  - url: 'http://127.0.0.1:5001/oncall'
- name: 'mail'
  email_configs:
  - to: 'ml-team@example.org'
    from: 'alertmanager@example.org'
    smarthost: 'smtp.example.org:587'
    auth_username: 'alertmanager'
    auth_password: 'password'
    send_resolved: true
`;

const MAIL_ONLY = `global:
  resolve_timeout: 5m
route:
  group_by: ['alertname', 'instance']
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 1h
  receiver: 'email'
receivers:
- name: 'email'
  email_configs:
  - to: 'ops@example.org'
    from: 'alertmanager@example.org'
    smarthost: 'smtp.example.org:587'
    auth_username: 'alertmanager'
    auth_password: 'password'
    send_resolved: true
`;

const RULES = `groups:
- name: training
  rules:
  - alert: TrainingStalled
    expr: training_loss_improvement < 0.001
    for: 500ms
    labels:
      severity: critical
    annotations:
      summary: 'Training of {{ $labels.experiment_id }} has stalled'
      description: 'The loss improves by {{ $value }} <per epoch> & no more.'
  - alert: GpuHot
    expr: gpu_temperature_celsius > 85
    labels:
      severity: warning
    annotations:
      summary: 'GPU {{ $labels.gpu }} is at {{ $value }} °C'
`;

const LOSS = 'training_loss_improvement{experiment_id="exp-42",model="resnet"}';
const GPU = 'gpu_temperature_celsius{experiment_id="exp-42",gpu="0"}';

/** One alert router with the world that it talks to. */
class World {
  server: Server;
  readonly sink: Sink;
  readonly mail: MailServer;
  readonly pagerDuty: PagerDuty;

  private constructor(server: Server, sink: Sink, mail: MailServer, pagerDuty: PagerDuty) {
    this.server = server;
    this.sink = sink;
    this.mail = mail;
    this.pagerDuty = pagerDuty;
  }

  /** The configuration with this world's addresses for the real ones, and short waits. */
  static async open(kind: Kind, config: string): Promise<World> {
    const [sink, mail, pagerDuty] = await Promise.all([
      Sink.open(),
      MailServer.open('alertmanager', 'password'),
      PagerDuty.open(),
    ]);
    sink.answerAlways('/slack', { status: 200, body: 'ok' });
    sink.answerAlways('/api/webhooks/1234567890/abcdefghijklmnopqrstuvwxyz', {
      status: 200,
      body: '{"id":"1","channel_id":"2","content":"","embeds":[]}',
      headers: { 'content-type': 'application/json' },
    });
    pagerDuty.sink.answerAlways(PAGER_DUTY, { status: 200, body: '{"status":"success"}' });
    const local = config
      .replace(/https:\/\/hooks\.slack\.com\/[^']*/, `${sink.url}/slack`)
      .replace('https://discord.com', sink.url)
      .replaceAll('http://127.0.0.1:5001', sink.url)
      .replace('smtp.example.org:587', `127.0.0.1:${mail.port}`)
      .replace("auth_password: 'password'\n", "auth_password: 'password'\n    require_tls: false\n")
      .replace(
        "0123456789abcdef'\n",
        `0123456789abcdef'\n    http_config:\n      proxy_url: ${pagerDuty.proxyUrl}\n      tls_config:\n        ca_file: ${pagerDuty.authorityFile}\n`,
      )
      .replace(/group_wait: \w+/, 'group_wait: 1s')
      .replace(/group_interval: \w+/, 'group_interval: 1s');
    const server = await startServer({ kind, config: local });
    return new World(server, sink, mail, pagerDuty);
  }

  /** What each channel was told, in order: the alert's state. */
  told(): Record<string, string[]> {
    return {
      slack: this.sink.on('/slack').map((request) => state(request.text)),
      discord: this.discord.map((request) => state(request.text)),
      pagerduty: this.pagerDuty.sink.on(PAGER_DUTY).map((request) => state(request.text)),
      webhook: this.sink.on('/oncall').map((request) => String(isRecord(request.body) && request.body['status'])),
      mail: this.mail.mails.map((mail) => state(mail.subject)),
    };
  }

  get discord(): readonly Sink['received'][number][] {
    return this.sink.received.filter((request) => request.path.startsWith('/api/webhooks/'));
  }

  /** Every request's body and every mail's subject, with this world's addresses written as those of any world. */
  said(): unknown {
    const alike = new Alike([
      // Alertmanager 0.33 writes the port of the flag into its links, 0.34 the one that it got.
      [`http://${hostname()}:0`, `http://${hostname()}:PORT`],
      [this.sink.url, 'SINK'],
      [`:${this.server.port}`, ':PORT'],
    ]);
    return alike.value({
      slack: this.sink.on('/slack').map((request) => request.body),
      discord: this.discord.map((request) => request.body),
      pagerduty: this.pagerDuty.sink.on(PAGER_DUTY).map((request) => request.body),
      webhook: this.sink.on('/oncall').map((request) => request.body),
      mail: this.mail.mails.map(({ subject: line, from, to, user }) => ({ line, from, to, user })),
    });
  }

  async close(): Promise<void> {
    await this.server.kill();
    await Promise.all([this.sink.close(), this.mail.close(), this.pagerDuty.close()]);
  }
}

const PAGER_DUTY = '/generic/2010-04-15/create_event.json';

function state(text: string): string {
  if (/\[FIRING|"event_type":\s*"trigger"/.test(text)) return 'firing';
  return /\[RESOLVED|"event_type":\s*"resolve"/.test(text) ? 'resolved' : `unknown: ${text}`;
}

const ONCE = ['firing'];
const BOTH = ['firing', 'resolved'];
const everywhere = (states: readonly string[], mail = states): Record<string, readonly string[]> => ({
  slack: states,
  discord: states,
  pagerduty: states,
  webhook: states,
  mail,
});

const open: { close(): Promise<unknown> }[] = [];

function closing<T extends { close(): Promise<unknown> }>(thing: T): T {
  open.push(thing);
  return thing;
}

async function watched(worlds: readonly World[]): Promise<Trainer> {
  const trainer = closing(await Trainer.open());
  trainer.metrics.set(LOSS, 0.5);
  trainer.metrics.set(GPU, 60);
  const prometheus: Program = await startPrometheus({
    rules: RULES,
    target: trainer.target,
    alertmanagers: worlds.map((world) => `127.0.0.1:${world.server.port}`),
  });
  closing({ close: () => prometheus.end('SIGKILL', 5_000) });
  return trainer;
}

async function told(worlds: readonly World[], states: Record<string, readonly string[]>): Promise<void> {
  const holds = (): boolean => worlds.every((world) => JSON.stringify(world.told()) === JSON.stringify(states));
  await until(holds, 20_000, () =>
    worlds.map((world) => `${JSON.stringify(world.told())}\n${world.server.log}`).join('\n'),
  );
}

describe(`from Prometheus to the pager: ${subject}`, () => {
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close();
  });

  it('loads the files as they are', async () => {
    for (const text of [TRAINING, MAIL_ONLY]) {
      const file = join(scratch(), 'alertmanager.yml');
      writeFileSync(file, text);
      execFileSync(realProgram('AMTOOL_BIN'), ['check-config', file], { stdio: 'pipe' });
      const server = await startServer({ kind: subject, config: text });
      await server.kill();
    }
  });

  it('tells every channel that the training stalls and that it goes on, as Alertmanager does', async () => {
    const worlds = await Promise.all([World.open('alertmanager', TRAINING), World.open(subject, TRAINING)]);
    worlds.forEach(closing);
    const trainer = await watched(worlds);
    trainer.metrics.set(LOSS, 0.0001);
    trainer.metrics.set(GPU, 91);
    await told(worlds, everywhere(ONCE));
    trainer.metrics.set(LOSS, 0.4);
    trainer.metrics.set(GPU, 70);
    await told(worlds, everywhere(BOTH));
    const [a, b] = worlds;
    expect(differences(a!.said(), b!.said(), 1_500)).toEqual([]);
    for (const mail of b!.mail.mails) {
      for (const word of ['GpuHot', 'exp-42', 'GPU 0 is at 91 °C', 'gpu-node-1']) expect(mail.html).toContain(word);
    }
  });

  it('tells by mail only, a mail for each instance', async () => {
    const worlds = await Promise.all([World.open('alertmanager', MAIL_ONLY), World.open(subject, MAIL_ONLY)]);
    worlds.forEach(closing);
    const trainer = await watched(worlds);
    trainer.metrics.set(GPU, 91);
    trainer.metrics.set(GPU.replace('gpu="0"', 'gpu="1"'), 99);
    const byMail = (states: readonly string[]): Record<string, readonly string[]> => everywhere([], states);
    await told(worlds, byMail(ONCE));
    trainer.metrics.clear();
    await told(worlds, byMail(BOTH));
    const [a, b] = worlds;
    expect(differences(a!.said(), b!.said(), 1_500)).toEqual([]);
    expect(b!.mail.mails[0]!.subject).toMatch(/^\[FIRING:2\] GpuHot gpu-node-1 /);
    expect(b!.mail.mails[0]!.to).toEqual(['ops@example.org']);
  });

  it('is killed in the middle: the end is told all the same, and nothing twice', async () => {
    const world = closing(await World.open(subject, TRAINING));
    const trainer = await watched([world]);
    trainer.metrics.set(LOSS, 0.0001);
    trainer.metrics.set(GPU, 91);
    await told([world], everywhere(ONCE));
    // What a channel has read and not answered yet may be told once more: let it be answered.
    await sleep(1_000);
    await world.server.kill();
    world.server = await world.server.again();
    // Prometheus repeats the alerts meanwhile, and two flushes pass.
    await sleep(2_500);
    expect(world.told()).toEqual(everywhere(ONCE));
    await world.server.kill();
    trainer.metrics.set(LOSS, 0.4);
    trainer.metrics.set(GPU, 70);
    await sleep(1_500);
    world.server = await world.server.again();
    await told([world], everywhere(BOTH));
    await sleep(2_500);
    expect(world.told()).toEqual(everywhere(BOTH));
  });
});
