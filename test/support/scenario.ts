// Scenarios: a configuration, a script in virtual time, and the transcript of what came of it, all in one text file.

import { labelsToString } from '../../src/engine/route.ts';
import type { Write } from '../../src/engine/types.ts';
import type { Config } from '../../src/model/config.ts';
import { parseDuration } from '../../src/model/duration.ts';
import type { LabelSet } from '../../src/model/labels.ts';
import { parseMatchers } from '../../src/model/matcher-parse.ts';
import { silenceState } from '../../src/model/silence.ts';
import { type Told, World } from './world.ts';

const RULE = '=====';
const START = Date.UTC(2026, 0, 5, 12, 0, 0); // a Monday, noon

export interface Scenario {
  readonly intro: string;
  readonly configs: ReadonlyMap<string, string>;
  readonly script: readonly string[];
  readonly expected: string;
}

/** Sections are separated by lines of `=`: introduction, configurations (`== name` starts another), script, transcript. */
export function parseScenario(text: string): Scenario {
  const [intro = '', config = '', script = '', expected = ''] = text.split(`\n${RULE}\n`);
  const configs = new Map<string, string>();
  let name = 'main';
  for (const line of config.split('\n')) {
    const heading = /^== (\S+)$/.exec(line);
    if (heading !== null) name = heading[1]!;
    else configs.set(name, `${configs.get(name) ?? ''}${line}\n`);
  }
  return { intro, configs, script: script.split('\n').filter((l) => l.trim() !== ''), expected };
}

export function formatScenario(scenario: Scenario, transcript: string): string {
  const configs = [...scenario.configs].map(
    ([name, text]) => (name === 'main' ? '' : `== ${name}\n`) + text.replace(/\n+$/, ''),
  );
  return [scenario.intro, configs.join('\n'), scenario.script.join('\n'), transcript].join(`\n${RULE}\n`);
}

/** Runs the script and returns the transcript. */
export function runScenario(scenario: Scenario, parse: (yaml: string) => Config): string {
  const first = scenario.script[0] ?? '';
  const startText = /^start (\S+)$/.exec(first)?.[1];
  const start = startText === undefined ? START : Date.parse(startText);
  const lines: string[] = [];
  const configs = new Map([...scenario.configs].map(([name, yaml]) => [name, parse(yaml)]));
  const world = new World(configs.get('main')!, start);
  const say = (text: string): void => {
    lines.push(`${clock(world.now - start)}  ${text}`);
  };
  world.onTold = (told) => say(describeTold(told));
  world.onWrites = (writes) => {
    for (const write of writes) {
      const text = describeWrite(write);
      if (text !== undefined) say(text);
    }
  };
  for (const line of scenario.script.slice(startText === undefined ? 0 : 1)) {
    if (line.startsWith('#')) continue;
    const at = /^@(\S+)\s*(.*)$/.exec(line);
    if (at === null) throw new Error(`a line of the script must begin with @time: ${line}`);
    world.runTo(start + parseDuration(at[1]!));
    if (at[2] !== '') obey(world, at[2]!, configs, say);
  }
  return `${lines.join('\n')}\n`;
}

function obey(world: World, command: string, configs: ReadonlyMap<string, Config>, say: (text: string) => void): void {
  const [verb = '', rest = ''] = split(command);
  switch (verb) {
    case 'fire': {
      const [alerts, options] = readAlerts(rest);
      for (const labels of alerts)
        world.fire(labels, options.note === undefined ? {} : { note: options.note }, world.now - (options.age ?? 0));
      return;
    }
    case 'once': {
      const [alerts, options] = readAlerts(rest);
      for (const labels of alerts)
        world.fireOnce(
          labels,
          world.now - (options.age ?? 0),
          options.for === undefined ? undefined : world.now + options.for,
        );
      return;
    }
    case 'resolve':
      for (const labels of readAlerts(rest)[0]) world.resolve(labels);
      return;
    case 'vanish':
      for (const labels of readAlerts(rest)[0]) world.vanish(labels);
      return;
    case 'silence': {
      const [id = '', more = ''] = split(rest);
      const window = /^(.*?)(?: from (\S+))?(?: for (\S+))?$/.exec(more)!;
      const startsAt = world.now + (window[2] === undefined ? 0 : parseDuration(window[2]));
      world.silence({
        id,
        matcherSets: window[1]!.split(' or ').map((set) => parseMatchers(set, 'fallback').matchers),
        startsAt,
        endsAt: startsAt + parseDuration(window[3] ?? '10h'),
        updatedAt: world.now,
        createdBy: 'me',
        comment: '',
        annotations: {},
      });
      return;
    }
    case 'expire': {
      const silence = world.engine.view.silence(rest);
      if (silence === undefined) throw new Error(`no silence ${rest}`);
      world.silence({ ...silence, endsAt: world.now - 1, updatedAt: world.now });
      return;
    }
    case 'reload':
      world.reload(configs.get(rest)!);
      return;
    case 'crash':
      world.crash();
      say('-- crash');
      return;
    case 'restart':
      say('-- restart');
      world.restart();
      return;
    case 'answer': {
      // answer web 500 x3 | 429 after 30s | 400 | ok slow 7s
      const m = /^(\S+) (ok|\d+)(?: after (\S+))?(?: slow (\S+))?(?: x(\d+))?$/.exec(rest);
      if (m === null) throw new Error(`cannot read the answer: ${rest}`);
      const list = world.answers.get(m[1]!) ?? [];
      world.answers.set(m[1]!, list);
      const latencyMs = m[4] === undefined ? 5 : parseDuration(m[4]);
      for (let n = 0; n < Number(m[5] ?? 1); n++) list.push({ latencyMs, outcome: answer(m[2]!, m[3]) });
      return;
    }
    case 'latency': {
      const [receiver = '', time = ''] = split(rest);
      world.latency.set(receiver, parseDuration(time));
      return;
    }
    case 'status':
      for (const line of status(world)) say(line);
      return;
    default:
      throw new Error(`unknown command: ${command}`);
  }
}

function answer(status: string, after: string | undefined): Told['outcome'] {
  if (status === 'ok') return { ok: true };
  const code = Number(status);
  const retry = code === 429 || code >= 500;
  return {
    ok: false,
    retry,
    reason: code === 429 ? 'rateLimited' : code >= 500 ? 'serverError' : 'clientError',
    message: `unexpected status code ${code}`,
    ...(after === undefined ? {} : { retryAfterMs: parseDuration(after) }),
  };
}

function* status(world: World): Iterable<string> {
  const { view } = world.engine;
  for (const alert of view.alerts()) {
    const { silencedBy, inhibitedBy } = view.alertStatus(alert.labels, world.now);
    const state = alert.endsAt <= world.now ? 'resolved' : 'firing';
    const quiet = [...silencedBy.map((id) => `silenced by ${id}`), ...(inhibitedBy.length > 0 ? ['inhibited'] : [])];
    yield `? ${name(alert.labels)} ${[state, ...quiet].join(', ')}`;
  }
  for (const group of view.groups()) {
    const muted = group.mutedBy(world.now);
    if (muted.length > 0) yield `? ${group.groupKey} muted by ${muted.join(', ')}`;
  }
  for (const silence of view.silences()) yield `? silence ${silence.id} ${silenceState(silence, world.now)}`;
}

function describeTold({ delivery, outcome }: Told): string {
  const to = `${delivery.receiver}/${delivery.integration}[${delivery.index}]`;
  const part = (status: string): string => {
    const names = delivery.alerts.filter((a) => a.status === status).map((a) => name(a.labels));
    return names.length === 0 ? '' : ` ${status}: ${names.join(' ')}`;
  };
  const came = outcome.ok ? '' : ` -> ${outcome.message}${outcome.retry ? '' : ' (final)'}`;
  return `=> ${to} ${delivery.groupKey} [${delivery.reason}]${part('firing')}${part('resolved')}${came}`;
}

function describeWrite(write: Write): string | undefined {
  switch (write.type) {
    case 'decision': {
      const { decision: d } = write;
      if (d.hold === null || d.hold === 'nothing new') return undefined;
      const muted = d.muted.map(
        (m) => `${m.by} ${m.names.map((n) => n.replace(/:[0-9a-f]{16}$/, '')).join(',')} x${m.alerts.length}`,
      );
      return `   ${d.receiver}/${d.integration}[${d.index}] ${d.groupKey} holds: ${[d.hold, ...muted].join('; ')}`;
    }
    case 'alertGone':
      return undefined;
    case 'attempt':
      return write.attempt.final && !write.attempt.outcome.ok
        ? `   gave up after ${write.attempt.tries} attempts`
        : undefined;
    default:
      return undefined;
  }
}

function name(labels: LabelSet): string {
  const { alertname = '', ...others } = labels;
  return Object.keys(others).length === 0 ? alertname : `${alertname}${labelsToString(others)}`;
}

interface AlertOptions {
  readonly age?: number;
  readonly for?: number;
  readonly note?: string;
}

/** `Down{instance="a"} Down{instance="b"} age 1h for 5m note text`. */
function readAlerts(text: string): [LabelSet[], AlertOptions] {
  const alerts: LabelSet[] = [];
  let rest = text.trim();
  for (;;) {
    const m = /^([A-Z]\w*)(?:\{(.*?)\})?(?:\s+|$)/.exec(rest);
    if (m === null) break;
    const labels: Record<string, string> = { alertname: m[1]! };
    for (const pair of (m[2] ?? '').split(/,\s*/).filter((p) => p !== '')) {
      const [key = '', value = ''] = pair.split('=');
      labels[key] = value.replaceAll('"', '');
    }
    alerts.push(labels);
    rest = rest.slice(m[0].length);
  }
  const options: { age?: number; for?: number; note?: string } = {};
  for (const m of rest.matchAll(/(age|for|note) (\S+)/g)) {
    if (m[1] === 'note') options.note = m[2]!;
    else options[m[1] as 'age' | 'for'] = parseDuration(m[2]!);
  }
  return [alerts, options];
}

function split(text: string): [string, string] {
  const m = /^(\S+)\s*([\s\S]*)$/.exec(text.trim());
  return m === null ? ['', ''] : [m[1]!, m[2]!];
}

/** `1:02:03.5`, hours, minutes and seconds since the start. */
function clock(ms: number): string {
  const s = Math.floor(ms / 1000) % 60;
  const m = Math.floor(ms / 60_000) % 60;
  const h = Math.floor(ms / 3_600_000);
  const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
  return `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}${fraction}`;
}
