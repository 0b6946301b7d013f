// The same requests, good and bad, to the real Alertmanager and to Tocsin: equal answers, but for ids and the clock.

import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../support/process.ts';
import { alertQueries, badAlerts, type Case, CONFIG, frame, goodAlerts, silences } from './api-cases.ts';
import { subject, until } from './harness.ts';

interface Side {
  readonly server: Server;
  /** The silences that it made, in order. */
  readonly ids: string[];
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

let real: Side;
let ours: Side;
const startedAt = Math.floor(Date.now() / 1000) * 1000;
const at = (ms: number): string => new Date(startedAt + ms).toISOString();

beforeAll(async () => {
  const side = async (kind: Server['kind']): Promise<Side> => ({
    server: await startServer({ kind, config: CONFIG }),
    ids: [],
  });
  [real, ours] = await Promise.all([side('alertmanager'), side(subject)]);
});
afterAll(() => Promise.all([real?.server.stop(), ours?.server.stop()]));

describe.sequential('API v2', () => {
  it('refuses the same alerts in the same way', () => compare(badAlerts()));

  it('takes the same alerts', () => compare(goodAlerts(at)));

  it('selects the same alerts and groups', async () => {
    // Alertmanager groups alerts in the background.
    const groups = async (side: Side): Promise<number> =>
      JSON.stringify((await ask(side, ['GET', GROUPS])).body).length;
    let before = -1;
    const settled = async (): Promise<boolean> => {
      const now = await groups(real);
      const same = now === before;
      before = now;
      return same;
    };
    await until(settled, 10_000, () => 'the groups keep changing');
    await compare(alertQueries());
  });

  it('refuses, makes, edits and ends the same silences', () => compare(silences(at)));

  it('knows the same paths, methods and content types', () => compare(frame()));
});

const GROUPS = '/api/v2/alerts/groups';

/** Asks both and collects every difference, so that one run shows all of them. */
async function compare(cases: readonly Case[]): Promise<void> {
  const differences: { asked: string; real: string; ours: string }[] = [];
  for (const each of cases) {
    const [a, b] = [await ask(real, each), await ask(ours, each)];
    const expected = normal(a, real);
    const actual = normal(b, ours);
    if (each[1].startsWith(GROUPS)) withoutNewer(a, actual);
    const texts = { real: JSON.stringify(expected), ours: JSON.stringify(actual) };
    if (texts.real !== texts.ours)
      differences.push({ asked: `${each[0]} ${each[1]} ${JSON.stringify([each[2], each[3]])}`, ...texts });
  }
  expect(differences).toEqual([]);
}

function ask(side: Side, [method, path, body, headers]: Case): Promise<Answer> {
  const withIds = (text: string): string =>
    text.replace(/\{id:(\d+)\}/g, (_, n: string) => side.ids[Number(n)] ?? 'none');
  const text = body === undefined ? undefined : withIds(typeof body === 'string' ? body : JSON.stringify(body));
  const sent =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: side.server.port, method, path: withIds(path), agent: false };
    const req = http.request({ ...options, headers: { ...sent, ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        const made = /^\{"silenceID":"([^"]+)"\}\n$/.exec(answer)?.[1];
        if (made !== undefined && !side.ids.includes(made)) side.ids.push(made);
        resolve({ status: res.statusCode ?? 0, headers: headersThatMatter(res.headers), body: parsed(answer) });
      });
    });
    req.on('error', reject);
    req.end(text);
  });
}

const COMPARED = /^(?:content-type|cache-control|vary|allow|location|access-control-.*)$/;

/** Lists in any order; the content type without what follows it, and not of pages for people. */
function headersThatMatter(headers: http.IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers)
    .filter(([name]) => COMPARED.test(name))
    .map(([name, value]): [string, string] => [name, String(value).split(/, ?/).sort().join(', ')])
    .sort();
  const found = Object.fromEntries(kept);
  if (found['location'] !== undefined) delete found['content-type'];
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** With ids by their number, instants near the run by their distance, and messages about JSON up to the reason. */
function normal(answer: Answer, side: Side): Answer {
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    // Names stay in their order: it is compared too. Silences are listed by id, and ids are random.
    return Object.fromEntries(
      Object.entries(given).map(([name, each]: [string, unknown]) => {
        const inside = value(each);
        return [name, name === 'silencedBy' && Array.isArray(inside) ? inside.sort() : inside];
      }),
    );
  };
  const text = (given: string): string => {
    const id = side.ids.indexOf(given);
    if (id >= 0) return `{id:${id}}`;
    if (/^\d{4}-\d\d-\d\dT/.test(given)) return instant(given);
    return given
      .replace(/^(parsing (?:alerts|silence) body from "" failed, because ).*$/s, '$1...')
      .replace(/^(parsing Content-Type header from .* failed, because ).*$/, '$1...')
      .replace(/^(method \w+ is not allowed, but \[)(.*)(\] are)$/, (_, a: string, list: string, b: string) => {
        return a + list.split(',').sort().join(',') + b;
      });
  };
  const body = value(answer.body);
  // Redirects for people; versions of two different programs.
  if (answer.headers['location'] !== undefined) return { ...answer, body: '' };
  if (isStatus(body)) return { ...answer, body: { ...body, versionInfo: Object.keys(body.versionInfo) } };
  return { ...answer, body };
}

function isStatus(body: unknown): body is { versionInfo: object } {
  return typeof body === 'object' && body !== null && 'versionInfo' in body && typeof body.versionInfo === 'object';
}

function instant(text: string): string {
  const distance = Date.parse(text) - startedAt;
  for (const [name, ms] of [
    ['now', 0],
    ['now + resolve_timeout', 300_000],
  ] as const) {
    if (Math.abs(distance - ms) < 90_000) return name;
  }
  return text;
}

/** Alertmanager 0.33 does not know the labels of routes, which 0.34 shows. */
function withoutNewer(theirs: Answer, actual: Answer): void {
  if (!Array.isArray(theirs.body) || !Array.isArray(actual.body)) return;
  if (theirs.body.some((group: object) => 'routeLabels' in group)) return;
  for (const group of actual.body as Record<string, unknown>[]) delete group['routeLabels'];
}
