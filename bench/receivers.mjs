// What one notification costs the process, receiver by receiver: rendering with the default templates, and sending to a
// server on this machine that takes everything. Each receiver has a process of its own, which is warm when it is measured.
// Runs on the built program: `npm run build && node bench/receivers.mjs [--alerts 5000,10] [--runs 9] [receiver]...`.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createMailServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const DIST = process.env['TOCSIN_DIST'] ?? fileURLToPath(new URL('../dist', import.meta.url));
/** How long one thing is measured at least, in milliseconds: small notifications take microseconds. */
const LEAST_MS = 100;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    alerts: { type: 'string', default: '5000,10' },
    runs: { type: 'string', default: '9' },
    one: { type: 'boolean', default: false },
    web: { type: 'string' },
    mail: { type: 'string' },
  },
});
const counts = values.alerts.split(',').map(Number);

/** The least that each is configured with. Pushover's address is fixed: it is left at a proxy that refuses. */
const entries = {
  discord: (web) => ({ webhook_url: `${web}/webhooks/1/a` }),
  email: (_, mail) => ({ to: 'a@example.org', from: 'b@example.org', smarthost: mail, require_tls: false }),
  incidentio: (web) => ({ url: web, alert_source_token: 'token' }),
  pagerduty: (web) => ({ url: web, routing_key: 'key' }),
  slack: (web) => ({ api_url: web, channel: '#ops' }),
  webhook: (web) => ({ url: web }),
  opsgenie: (web) => ({ api_url: web, api_key: 'key' }),
  wechat: (web) => ({ api_url: web, corp_id: 'corp', api_secret: 'key', to_user: '@all' }),
  pushover: (web) => ({ token: 'token', user_key: 'user', http_config: { proxy_url: web } }),
  victorops: (web) => ({ api_url: web, api_key: 'key', routing_key: 'team' }),
  sns: (web) => ({
    api_url: web,
    topic_arn: 'arn:aws:sns:us-east-1:123456789012:topic',
    sigv4: { region: 'us-east-1', access_key: 'AKIDEXAMPLE', secret_key: 'key' },
  }),
  telegram: (web) => ({ api_url: web, chat_id: -1001, bot_token: 'token' }),
  webex: (web) => ({ api_url: web, room_id: 'room', http_config: { authorization: { credentials: 'key' } } }),
  msteams: (web) => ({ webhook_url: web }),
  msteamsv2: (web) => ({ webhook_url: web }),
  jira: (web) => ({ api_url: `${web}/rest/api/2`, project: 'OPS', issue_type: 'Bug' }),
  rocketchat: (web) => ({ api_url: web, channel: '#ops', token: 'token', token_id: 'id' }),
  mattermost: (web) => ({ webhook_url: web }),
  ntfy: (web) => ({ url: web, topic: 'ops' }),
  gotify: (web) => ({ url: web, token: 'token' }),
  matrix: (web) => ({ homeserver_url: web, access_token: 'token', room_id: '!room:example.org' }),
  googlechat: (web) => ({ url: web }),
  zulip: (web) => ({ url: web, bot_email: 'bot@example.org', api_key: 'key', to: 'ops' }),
  twilio: (web) => ({ url: web, account_sid: 'AC1', auth_token: 'key', from: '+1501', to: ['+1415'] }),
};

/** The yes of every provider at once. */
const YES = JSON.stringify({
  ok: true,
  success: true,
  status: 1,
  result: 'success',
  errcode: 0,
  access_token: 'token',
  expires_in: 7200,
  id: '10001',
  event_id: '$1',
  issues: [],
});

function listening(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}

function webServer() {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume();
    request.once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(YES));
  });
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  return server;
}

/** A mail server that has no objections. */
function mailServer() {
  return createMailServer((socket) => {
    let inData = false;
    let tail = '';
    socket.on('error', () => socket.destroy());
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => {
      tail = (inData ? tail.slice(-4) : tail) + chunk.toString('latin1');
      if (inData ? !tail.endsWith('\r\n.\r\n') : !tail.endsWith('\r\n')) return;
      const [, word] = /^([A-Za-z]*)/.exec(tail);
      const starts = !inData && word.toUpperCase() === 'DATA';
      socket.write(starts ? '354 go on\r\n' : '250 ok\r\n');
      if (!inData && word.toUpperCase() === 'QUIT') socket.end();
      inData = starts;
      tail = '';
    });
  });
}

/** Alerts of an ordinary size: eight labels and three annotations. */
function alertsOf(count, fingerprint) {
  return Array.from({ length: count }, (_, i) => {
    const labels = {
      alertname: 'HighErrorRate',
      cluster: `eu-west-${i % 3}`,
      instance: `host-${i}-${i % 30}.example.org:9100`,
      job: 'api-gateway',
      namespace: `team-${i % 99}-prod`,
      pod: `api-gateway-7d9f8b6c5-${i.toString(36).padStart(5, 'x')}`,
      severity: ['critical', 'warning'][i % 2],
      team: `team-${i % 99}`,
    };
    return {
      status: i % 10 === 9 ? 'resolved' : 'firing',
      fingerprint: fingerprint(labels),
      labels,
      annotations: {
        summary: `Requests to ${labels.instance} fail`,
        description: `More than ${1 + (i % 40)} % of the requests to ${labels.instance} have failed for 10 minutes.`,
        runbook_url: 'https://runbooks.example.org/high-error-rate',
      },
      startsAt: Date.UTC(2024, 4, 6, 7) + i,
      endsAt: i % 10 === 9 ? Date.UTC(2024, 4, 6, 8) : Date.UTC(1, 0, 1) - 1900 * 31_556_952_000,
      generatorURL: `https://prometheus.example.org/graph?g0.expr=rate%28http_errors%5B5m%5D%29+%3E+${i % 40}&g0.tab=1`,
    };
  });
}

async function measure(type) {
  const load = (file) => import(pathToFileURL(join(DIST, file)).href);
  const { parseConfig } = await load('config/parse.js');
  const { fingerprint } = await load('model/labels.js');
  const { ZERO_TIME } = await load('model/notification.js');
  const { closeConnections } = await load('receivers/http.js');
  const { loadReceivers, prepare } = await load('receivers/index.js');
  const { settingsTables } = await load('receivers/settings/table.js');
  const { parseTemplates } = await load('template/templates.js');
  const templates = parseTemplates(
    ['default.tmpl', 'email.tmpl'].map((name) => ({
      name,
      text: readFileSync(new URL(`../templates/${name}`, import.meta.url), 'utf8'),
    })),
  );
  const receiver = { name: 'r', [`${type}_configs`]: [entries[type](values.web, values.mail)] };
  const { config, problems } = parseConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [receiver] }), {
    file: 'bench.yml',
    tables: settingsTables,
    mode: 'fallback',
  });
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const [integration] = config.receivers[0].integrations;
  await loadReceivers([type]);

  const results = [];
  for (const count of counts) {
    const alerts = alertsOf(count, fingerprint).map((alert) =>
      alert.status === 'firing' ? { ...alert, endsAt: ZERO_TIME } : alert,
    );
    // Each notification is new to the process, as those of the engine are.
    const render = () =>
      prepare(
        integration,
        {
          receiver: 'r',
          groupKey: '{}:{alertname="HighErrorRate"}',
          groupLabels: { alertname: 'HighErrorRate' },
          routeLabels: {},
          reason: 'first notification',
          alerts: [...alerts],
          at: Date.UTC(2024, 4, 6, 8),
          externalURL: 'https://tocsin.example.org',
        },
        templates,
      );
    const prepared = render();
    const io = {
      signal: new AbortController().signal,
      now: Date.now(),
      readFile: (path) => readFile(path, 'utf8'),
    };
    const send = () => prepared.send(io);
    const outcome = await send();
    results.push({
      render: await costOf(render),
      send: await costOf(send),
      bytes: JSON.stringify(prepared.preview).length,
      wrong: prepared.renderError ?? (outcome.ok || type === 'pushover' ? undefined : outcome.message),
    });
  }
  await closeConnections();
  return results;
}

/** Medians of microseconds: CPU of the whole process, and the time that it takes; and the longest. */
async function costOf(run) {
  const started = performance.now();
  let warmed = 0;
  for (; warmed < 3 || (performance.now() - started < 3 * LEAST_MS && warmed < 5000); warmed++) await run();
  const repeat = Math.max(1, Math.ceil((LEAST_MS * warmed) / (performance.now() - started)));
  const cpu = [];
  const wall = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    for (let k = 0; k < repeat; k++) await run();
    wall.push(((performance.now() - before) * 1000) / repeat);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / repeat);
  }
  return { cpu: median(cpu), wall: median(wall) };
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function shown(us) {
  return us >= 10_000
    ? `${(us / 1000).toFixed(0)} ms`
    : us >= 1000
      ? `${(us / 1000).toFixed(1)} ms`
      : `${us.toFixed(0)} us`;
}

/** What the process of one receiver found. */
function resultOf(type, web, mail) {
  const words = [fileURLToPath(import.meta.url), '--one', '--alerts', values.alerts, '--runs', values.runs];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words, '--web', web, '--mail', mail, type], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`${type}: exit ${code}`))));
  });
}

for (const type of positionals) {
  if (!Object.hasOwn(entries, type)) throw new Error(`${type}: ${Object.keys(entries).join(', ')}`);
}
const asked = positionals.length === 0 ? Object.keys(entries) : positionals;
if (values.one) {
  console.log(JSON.stringify(await measure(asked[0])));
} else {
  const web = webServer();
  const mail = mailServer();
  const urls = [`http://127.0.0.1:${await listening(web)}`, `127.0.0.1:${await listening(mail)}`];
  console.log('receiver     alerts  render: CPU (time)     send: CPU (time)       JSON of the message');
  for (const type of asked) {
    const results = await resultOf(type, ...urls);
    for (const [i, { render, send, bytes, wrong }] of results.entries()) {
      const cost = ({ cpu, wall }) => `${shown(cpu)} (${shown(wall)})`.padEnd(22);
      console.log(
        `${type.padEnd(12)} ${String(counts[i]).padStart(6)}  ${cost(render)} ${cost(send)} ${bytes}${wrong === undefined ? '' : `  WRONG: ${wrong}`}`,
      );
    }
  }
  web.close();
  web.closeAllConnections();
  mail.close();
}
