// A real Alertmanager notifies and is stopped; Tocsin takes over what it left on disk, and goes on as if nothing had been.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot, SnapshotError } from '../../src/cli/alertmanager-snapshot.ts';
import { importSnapshots } from '../../src/cli/import.ts';
import type { Session } from '../../src/cli/terminal.ts';
import { HttpSink } from '../support/http-sink.ts';
import { type Server, startServer } from '../support/process.ts';
import { sleep } from './harness.ts';

let sink: HttpSink;
let alertmanager: Server;
let tocsin: Server | undefined;
let silencesBefore: ApiSilence[];
let told: string;

interface ApiSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly [key: string]: unknown;
}

const config = (url: string) => `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 1h
receivers:
- name: hook
  webhook_configs:
  - url: ${url}
`;

/** More than 32 bytes, fewer than 4, everything between: what the hash of alerts goes over. */
const LABELS = [
  { alertname: 'A' },
  { alertname: 'Down', instance: 'db-1:9100', job: 'node', severity: 'critical', région: 'zürich 🔥' },
  { alertname: 'Down', instance: 'db-2:9100', job: 'node', severity: 'critical' },
  { alertname: 'Gone', a: 'b' },
];
const startsAt = new Date(Date.now() - 60_000).toISOString();

beforeAll(async () => {
  sink = await HttpSink.start();
  alertmanager = await startServer({ kind: 'alertmanager', config: config(sink.url('/hook')) });
  await post(
    alertmanager,
    '/alerts',
    LABELS.map((labels) => ({ labels, startsAt })),
  );
  await silence(alertmanager, 'instance', 'db-9.*', true, 3_600_000);
  await silence(alertmanager, 'alertname', 'Späť "quoted"', false, 7_200_000);
  const over = await silence(alertmanager, 'alertname', 'Over', false, 3_600_000);
  await fetch(`${alertmanager.url}/api/v2/silence/${over}`, { method: 'DELETE' });
  // A group may tell of its first alert before the others have reached it.
  const whole = ['firing A firing', 'firing Down firing,firing', 'firing Gone firing'];
  await until(() => whole.every((text) => sink.requests.some((request) => summary(request) === text)));
  // What it notes of a notification it notes after the answer.
  await sleep(500);
  silencesBefore = await silencesOf(alertmanager);
  await alertmanager.stop();
  told = await take(alertmanager);
}, 60_000);

afterAll(async () => {
  await tocsin?.stop();
  await sink.close();
});

describe('what an Alertmanager left on disk', () => {
  it('is counted', () => {
    expect(told).toBe('{"silences":3,"entries":3,"expired":0,"known":0,"skipped":0}\n');
  });

  it('is taken over once', async () => {
    expect(await take(alertmanager)).toBe('{"silences":0,"entries":0,"expired":0,"known":6,"skipped":0}\n');
  });

  it('is what its API said, is not told again, and its end is told', async () => {
    tocsin = await startServer({ kind: 'tocsin', config: config(sink.url('/hook')), dir: ours() });
    expect(await silencesOf(tocsin)).toEqual(silencesBefore);
    const before = sink.requests.length;
    await post(
      tocsin,
      '/alerts',
      LABELS.slice(0, 3).map((labels) => ({ labels, startsAt })),
    );
    // Prometheus tells the end of this one to the new server only.
    await post(tocsin, '/alerts', [{ labels: LABELS[3], startsAt, endsAt: new Date().toISOString() }]);
    await sleep(2_500);
    expect(sink.requests.slice(before).map(summary)).toEqual(['resolved Gone resolved']);
    await tocsin.kill();
    tocsin = await tocsin.again();
    const endsAt = new Date().toISOString();
    await post(tocsin, '/alerts', [{ labels: LABELS[1], startsAt, endsAt }]);
    await until(() => sink.requests.length >= before + 2);
    expect(sink.requests.slice(before + 1).map(summary)).toEqual(['firing Down resolved,firing']);
  });
});

describe('a start where an Alertmanager has been', () => {
  it('says once how its memory is taken over', async () => {
    const dir = join(alertmanager.dir, 'moved in');
    mkdirSync(join(dir, 'data'), { recursive: true });
    for (const name of ['silences', 'nflog'])
      copyFileSync(join(alertmanager.dir, 'data', name), join(dir, 'data', name));
    const options = { kind: 'tocsin', config: config(sink.url('/hook')), dir } as const;
    let server = await startServer(options);
    const said =
      /level=WARN msg="The storage path holds an Alertmanager's .*" run="tocsinctl import --storage\.path=(.*) \1"/;
    expect(server.log).toMatch(said);
    await server.stop();
    const lines: string[] = [];
    await importSnapshots(session(lines), [join(dir, 'data')], join(dir, 'data'));
    expect(lines.join('')).toBe('{"silences":3,"entries":3,"expired":0,"known":0,"skipped":0}\n');
    server = await startServer(options);
    expect(server.log).not.toContain('tocsinctl import');
    expect(await silencesOf(server)).toEqual(silencesBefore);
    await server.stop();
  });
});

describe('a damaged file', () => {
  const damaged = (name: string, change: (bytes: Buffer) => Buffer): string => {
    const file = join(alertmanager.dir, name);
    writeFileSync(file, change(readFileSync(join(alertmanager.dir, 'data', 'silences'))));
    return file;
  };
  const imported = (file: string, lines: string[]) => importSnapshots(session(lines), [file], join(ours(), name(file)));
  const name = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

  it('that was cut off or compressed says so', async () => {
    const cut = damaged('cut', (bytes) => bytes.subarray(0, bytes.length - 5));
    await expect(imported(cut, [])).rejects.toThrow(
      /cut: not a snapshot .*; it is whole up to record 2: copy it again/,
    );
    const compressed = damaged('gz', (bytes) => gzipSync(bytes));
    await expect(imported(compressed, [])).rejects.toThrow(/; it is compressed: gunzip it first/);
  });

  it('loses what is damaged, and says which', async () => {
    // The length of a matcher's name.
    const broken = damaged('broken', (bytes) => {
      // It stands behind the tag and the length of the matcher's name.
      bytes[bytes.lastIndexOf('job') - 1] = 200;
      return bytes;
    });
    const lines: string[] = [];
    await expect(imported(broken, lines)).rejects.toThrow('not everything could be taken over');
    expect(lines[0]).toMatch(/broken: left out silence [0-9a-f-]{36}: /);
    expect(lines[1]).toContain('"silences":2,"entries":0,"expired":0,"known":0,"skipped":1');
  });

  it('is never more than refused', () => {
    const whole = ['silences', 'nflog'].map((kind) => readFileSync(join(alertmanager.dir, 'data', kind)));
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed % below;
    };
    let refused = 0;
    for (let i = 0; i < 3_000; i++) {
      const bytes = Buffer.from(whole[i % 2]!);
      for (let k = 0; k <= random(5); k++) bytes[random(bytes.length)] = random(256);
      try {
        readSnapshot(i % 5 === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});

describe('a file that is no snapshot', () => {
  it.each(['alertmanager.yml', 'missing'])('is refused: %s', async (name) => {
    const file = join(alertmanager.dir, name);
    await expect(importSnapshots(session([]), [file], join(ours(), 'other'))).rejects.toThrow(file);
  });
});

function ours(): string {
  return join(alertmanager.dir, 'ours');
}

async function take({ dir }: Server): Promise<string> {
  const lines: string[] = [];
  const files = ['silences', 'nflog'].map((name) => join(dir, 'data', name));
  await importSnapshots(session(lines), files, join(ours(), 'data'));
  return lines.join('');
}

function session(lines: string[]): Session {
  return {
    terminal: { out: (text) => void lines.push(text), err: (text) => void lines.push(text) },
    url: 'http://127.0.0.1:1',
    urlGiven: true,
    httpConfigFile: '',
    format: 'json',
    dateFormat: '',
    timeoutMs: 1_000,
    now: Date.now(),
    verbose: false,
    mode: 'fallback',
  };
}

function summary({ body }: { body: string }): string {
  const { status, groupLabels, alerts } = JSON.parse(body) as {
    status: string;
    groupLabels: { alertname: string };
    alerts: { status: string }[];
  };
  return `${status} ${groupLabels.alertname} ${alerts.map((alert) => alert.status).join()}`;
}

async function silence(server: Server, name: string, value: string, isRegex: boolean, forMs: number): Promise<string> {
  const now = Date.now();
  const answer = await post(server, '/silences', {
    matchers: [
      { name, value, isRegex, isEqual: true },
      { name: 'job', value: '', isRegex: false, isEqual: false },
    ],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + forMs).toISOString(),
    createdBy: 'somebody',
    comment: 'because "of" ünïcode',
  });
  return (answer as { silenceID: string }).silenceID;
}

async function post(server: Server, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v2${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return text === '' ? undefined : JSON.parse(text);
}

/** Sorted by id, since those of one instant come in any order; the end of one that expired moves within its millisecond. */
async function silencesOf(server: Server): Promise<ApiSilence[]> {
  const response = await fetch(`${server.url}/api/v2/silences`);
  const silences = (await response.json()) as ApiSilence[];
  return silences.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come about within 15 seconds');
    await sleep(50);
  }
}
