// The script language of the side-by-side tests and its runner: a list of things to do at given seconds, done to two
// programs at the same time, and what each of them answered and sent to its webhooks.

import { hostname } from 'node:os';
import { command, type Kind, type Server, startServer } from '../support/process.ts';
import { type Answer, call, isRecord, type Received, Sink, sleep, until } from './harness.ts';
import { Alike, differences } from './harness-compare.ts';

/** `CONFORMANCE_VERBOSE=1` shows every transcript, with the answers, of scripts that agree too. */
export const VERBOSE = (process.env['CONFORMANCE_VERBOSE'] ?? '') !== '';

export interface ScriptAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Seconds relative to the script's start; when absent the server decides. */
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly generatorURL?: string;
}

export interface ScriptMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex?: boolean;
  readonly isEqual?: boolean;
}

export interface ScriptSilence {
  /** What the script calls it. A later silence of a known name edits it. */
  readonly name: string;
  readonly matchers: readonly ScriptMatcher[];
  /** Seconds relative to the script's start. */
  readonly from: number;
  readonly to: number;
  readonly comment?: string;
}

/** What to do. `at` is in seconds from the start; keep it a third of a second away from every flush. */
export type Step = { readonly at: number } & (
  | { readonly alerts: readonly ScriptAlert[] }
  /** Posted again with `endsAt` now. */
  | { readonly resolve: readonly ScriptAlert[] }
  | { readonly silence: ScriptSilence }
  | { readonly expire: string }
  | { readonly reload: string }
  /** GET; `<NAME>` in it stands for the id of that silence. `only` picks members of the answer. */
  | { readonly query: string; readonly only?: readonly string[] }
  /** The samples of /metrics that match. */
  | { readonly metrics: RegExp }
  | { readonly request: { readonly method: string; readonly path: string; readonly body?: unknown } }
  /** The webhook of that name answers so from now on. */
  | { readonly webhook: string; readonly status: number }
);

export interface Script {
  readonly name: string;
  /** `SINK` in it stands for the base URL of the webhook server. */
  readonly config: string;
  readonly flags?: readonly string[];
  /** Where the flags put the API: `/prefix`. */
  readonly prefix?: string;
  /** Webhooks that give these answers first, in order. */
  readonly failing?: Readonly<Record<string, readonly (number | Answer)[]>>;
  readonly steps: readonly Step[];
  /** Seconds from the start until everything is compared. */
  readonly until: number;
  /** How many notifications the real Alertmanager sends, `null` for a random script: one that tells nothing proves nothing. */
  readonly told: number | null;
  /** How far apart two arrivals may be, in seconds: 0.5 unless said, `null` where only the order is promised, with the reason. */
  readonly within?: number | null;
}

interface Answered {
  readonly step: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

export interface Side {
  readonly kind: Kind;
  readonly server: Server;
  readonly sink: Sink;
  readonly alike: Alike;
  readonly silences: Map<string, string>;
  readonly answers: Answered[];
}

export interface Outcome {
  readonly told: number;
  readonly differences: readonly string[];
  /** The largest distance between two arrivals that belong together, in milliseconds; 0 where the script allows more than usual. */
  readonly apartMs: number;
  readonly transcript: string;
}

export interface Stage {
  readonly script: Script;
  readonly sides: readonly [Side, Side];
}

/** Starts the script's two programs, each with a webhook server of its own. */
export async function setUp(script: Script, kinds: readonly [Kind, Kind]): Promise<Stage> {
  const started = await Promise.allSettled([side(script, kinds[0]), side(script, kinds[1])]);
  const [first, second] = started;
  if (first.status === 'fulfilled' && second.status === 'fulfilled') {
    return { script, sides: [first.value, second.value] };
  }
  for (const one of started) if (one.status === 'fulfilled') await tearDown(one.value);
  throw first.status === 'rejected' ? first.reason : second.status === 'rejected' ? second.reason : undefined;
}

/** Plays the script on both sides at once and compares. The programs are stopped in any case. */
export async function play(stage: Stage): Promise<Outcome> {
  const { script, sides } = stage;
  const start = Date.now() + 50;
  try {
    for (const step of script.steps) {
      await sleep(start + step.at * 1000 - Date.now());
      await Promise.all(sides.map((one) => perform(step, one, start, script.prefix ?? '')));
    }
    await sleep(start + script.until * 1000 - Date.now());
    return compare(script, sides, start);
  } finally {
    await Promise.all(sides.map((one) => tearDown(one)));
  }
}

async function side(script: Script, kind: Kind): Promise<Side> {
  const sink = await Sink.open();
  for (const [name, answers] of Object.entries(script.failing ?? {})) {
    sink.answerNext(
      `/${name}`,
      answers.map((answer) => (typeof answer === 'number' ? { status: answer } : answer)),
    );
  }
  const config = script.config.replaceAll('SINK', sink.url);
  const server = await startServer({ kind, config, ...(script.flags === undefined ? {} : { flags: script.flags }) });
  await until(
    async () => (await call('GET', `${server.url}${script.prefix ?? ''}/-/ready`)).status === 200,
    10_000,
    () => server.log,
  );
  await warmUp(server, script.prefix ?? '');
  const words: [string, string][] = [
    // Alertmanager 0.33 writes the port of the flag into its links, 0.34 the one that it got.
    [`http://${hostname()}:0`, `http://${hostname()}:PORT`],
    [`:${server.port}`, ':PORT'],
    [sink.url, 'SINK'],
    [server.dir, 'DIR'],
  ];
  const alike = new Alike(words);
  return { kind, server, sink, alike, silences: new Map(), answers: [] };
}

/** The first request of each kind is slower than all others, which is not what is compared here. */
async function warmUp(server: Server, prefix: string): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await call('POST', `${server.url}${prefix}/api/v2/alerts`, []);
    for (const path of ['alerts', 'alerts/groups', 'silences', 'status', 'receivers']) {
      await call('GET', `${server.url}${prefix}/api/v2/${path}`);
    }
  }
}

async function tearDown(one: Side): Promise<void> {
  await one.server.kill();
  await one.sink.close();
}

async function perform(step: Step, one: Side, start: number, prefix: string): Promise<void> {
  const instant = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
  const api = `${one.server.url}${prefix}/api/v2`;
  const keep = (what: string, reply: { status: number; type: string | null; text: string; body: unknown }): void => {
    const body = reply.body === undefined ? reply.text : reply.body;
    one.answers.push({
      step: `${step.at} s ${what}`,
      status: reply.status,
      type: reply.type,
      body: one.alike.value(refusal(body)),
    });
  };
  if ('alerts' in step || 'resolve' in step) {
    const ends = 'resolve' in step ? { endsAt: instant(step.at) } : {};
    const alerts = ('resolve' in step ? step.resolve : step.alerts).map(({ startsAt, endsAt, ...alert }) => ({
      ...alert,
      ...(startsAt === undefined ? {} : { startsAt: instant(startsAt) }),
      ...(endsAt === undefined ? {} : { endsAt: instant(endsAt) }),
      ...ends,
    }));
    keep('resolve' in step ? 'resolve' : 'alerts', await call('POST', `${api}/alerts`, alerts));
  } else if ('silence' in step) {
    const { name, matchers, from, to, comment } = step.silence;
    const id = one.silences.get(name);
    const reply = await call('POST', `${api}/silences`, {
      ...(id === undefined ? {} : { id }),
      matchers: matchers.map((matcher) => ({ isRegex: false, isEqual: true, ...matcher })),
      startsAt: instant(from),
      endsAt: instant(to),
      createdBy: 'script',
      comment: comment ?? name,
    });
    const given = isRecord(reply.body) ? reply.body['silenceID'] : undefined;
    if (typeof given === 'string') {
      if (given !== id) one.alike.name(given, id === undefined ? name : `${name} again`);
      one.silences.set(name, given);
    }
    keep(`silence ${name}`, reply);
  } else if ('expire' in step) {
    keep(`expire ${step.expire}`, await call('DELETE', `${api}/silence/${one.silences.get(step.expire)}`));
  } else if ('reload' in step) {
    const { status, body } = await one.server.reload(step.reload.replaceAll('SINK', one.sink.url));
    one.answers.push({ step: `${step.at} s reload`, status, type: null, body: status === 200 ? body : 'refused' });
  } else if ('webhook' in step) {
    one.sink.answerAlways(`/${step.webhook}`, { status: step.status });
  } else if ('metrics' in step) {
    const { status, text } = await call('GET', `${one.server.url}${prefix}/metrics`);
    const samples = text.split('\n').map(sortLabels);
    const wanted = samples.filter((sample) => !sample.startsWith('#') && step.metrics.test(sample));
    const body = Object.fromEntries(wanted.map((sample) => sample.split(/ (?=\S+$)/)));
    keep('metrics', { status, type: null, text: '', body });
  } else if ('request' in step) {
    const { method, path, body } = step.request;
    keep(`${method} ${path}`, await call(method, `${one.server.url}${fill(path, one)}`, body));
  } else {
    const reply = await call('GET', `${one.server.url}${fill(step.query, one)}`);
    keep(`GET ${step.query}`, { ...reply, body: step.only === undefined ? reply.body : pick(reply.body, step.only) });
  }
}

/** The same sample with its labels in order: programs write them in any. */
function sortLabels(sample: string): string {
  return sample.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`);
}

/** Why a request body is refused is said in each program's own words, after the same beginning. */
function refusal(body: unknown): unknown {
  if (!isRecord(body) || typeof body['message'] !== 'string') return body;
  return { ...body, message: body['message'].replace(/(body from "" failed, because ).*/s, '$1...') };
}

function fill(path: string, one: Side): string {
  return path.replace(/<(\w+)>/g, (_, name: string) => one.silences.get(name) ?? 'unknown');
}

function pick(body: unknown, members: readonly string[]): unknown {
  if (Array.isArray(body)) return body.map((item) => pick(item, members));
  return isRecord(body) ? Object.fromEntries(members.map((member) => [member, body[member]])) : body;
}

/** Which notifications belong together: those of one webhook and one group come in order. */
function byGroup(one: Side): Map<string, Received[]> {
  const groups = new Map<string, Received[]>();
  for (const request of one.sink.received) {
    const key = isRecord(request.body) ? String(request.body['groupKey']) : '';
    const name = `${request.path} ${key}`;
    groups.set(name, [...(groups.get(name) ?? []), request]);
  }
  return groups;
}

function compare(script: Script, sides: readonly [Side, Side], start: number): Outcome {
  const [reference, other] = sides;
  const out: string[] = [];
  let apartMs = 0;
  const withinMs = script.within === null ? Number.POSITIVE_INFINITY : (script.within ?? 0.5) * 1000;
  const inReference = byGroup(reference);
  const inOther = byGroup(other);
  for (const name of new Set([...inReference.keys(), ...inOther.keys()])) {
    const expected = inReference.get(name) ?? [];
    const actual = inOther.get(name) ?? [];
    if (expected.length !== actual.length)
      out.push(`${name}: told ${times(expected, start)} against ${times(actual, start)}`);
    for (let i = 0; i < Math.min(expected.length, actual.length); i++) {
      const a = expected[i]!;
      const b = actual[i]!;
      const where = `${name} notification ${i + 1}`;
      const apart = Math.abs(a.at - b.at);
      if (script.within === undefined) apartMs = Math.max(apartMs, apart);
      if (apart > withinMs) out.push(`${where}: arrived at ${times([a], start)} against ${times([b], start)}`);
      const [bodyA, bodyB] = [reference.alike.value(a.body), other.alike.value(b.body)];
      out.push(...differences(bodyA, bodyB, 500, where));
      out.push(...differences(a.headers['content-type'], b.headers['content-type'], 0, `${where} content-type`));
    }
  }
  out.push(...differences(reference.answers, other.answers, 500, 'answers'));
  return { told: reference.sink.received.length, differences: out, apartMs, transcript: transcript(sides, start) };
}

function times(requests: readonly Received[], start: number): string {
  return `[${requests.map(({ at }) => `${((at - start) / 1000).toFixed(2)} s`).join(', ')}]`;
}

/** Everything that was seen on both sides, for the reader of a failure. */
function transcript(sides: readonly Side[], start: number): string {
  return sides
    .map((one) => {
      const lines = one.sink.received.map((request) => {
        const body = isRecord(request.body) ? request.body : {};
        const alerts = Array.isArray(body['alerts']) ? body['alerts'].filter(isRecord) : [];
        const told = alerts.map((alert) => `${JSON.stringify(alert['labels'])} ${String(alert['status'])}`).join('; ');
        return `  ${times([request], start)} ${request.path} -> ${request.status} ${String(body['notification_reason'])}: ${told}`;
      });
      const answers = one.answers.map(({ step, status, body }) => `  ${step}: ${status} ${JSON.stringify(body)}`);
      const warnings = one.server.log.split('\n').filter((line) => /level=(WARN|ERROR)/.test(line));
      return `${command(one.kind).join(' ')}\n${[...lines, ...warnings, ...(VERBOSE ? answers : [])].join('\n')}`;
    })
    .join('\n');
}
