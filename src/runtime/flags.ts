// The command line: Alertmanager's flags, read as Alertmanager reads them, so that its unit files and manifests work as
// they are. What it cannot read it answers in the same words.

import { DurationError, parseFlagDuration } from '../model/duration.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import { helpText } from './flags-help.ts';
import { FEATURES, type Feature, FLAG_GROUPS, type FlagSpec } from './flags-table.ts';
import type { LogFormat, LogLevel } from './log.ts';

/** Spans are in milliseconds; limits of 0 set none; texts are empty when they are not given. */
export interface Flags {
  readonly configFile: string;
  readonly expandEnv: boolean;
  readonly include: boolean;
  readonly storagePath: string;
  readonly retentionMs: number;
  /** So long that nothing is older, when history is to be kept for ever. */
  readonly historyRetentionMs: number;
  readonly listenAddresses: readonly string[];
  readonly webConfigFile: string;
  /** Without a slash at its end. */
  readonly externalURL: string;
  /** Empty, or with a slash in front and none at its end. */
  readonly routePrefix: string;
  readonly getConcurrency: number;
  readonly webTimeoutMs: number;
  readonly startDelayMs: number;
  readonly perAlertnameLimit: number;
  readonly maxSilences: number;
  readonly maxSilenceSizeBytes: number;
  readonly features: ReadonlySet<Feature>;
  readonly matcherMode: MatcherMode;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly logSilences: boolean;
  readonly clusterListenAddress: string;
  readonly clusterAdvertiseAddress: string;
  readonly clusterPeerName: string;
}

/** What a command line asks for: to run, or to print something and to end with that code. */
export type Command =
  | { readonly kind: 'run'; readonly flags: Flags }
  | { readonly kind: 'print'; readonly text: string; readonly code: number };

/** `argv` without the program's name. `versionText` is what --version prints. */
export function parseFlags(argv: readonly string[], versionText: string): Command {
  try {
    const given = readFlags(argv);
    if (given === 'version') return { kind: 'print', text: versionText, code: 0 };
    if (given === 'help') return { kind: 'print', text: helpText(), code: 0 };
    return { kind: 'run', flags: toFlags(given) };
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return { kind: 'print', text: `tocsin: error: ${error.message}, try --help\n`, code: 1 };
  }
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;

class FlagError extends Error {
  override readonly name = 'FlagError';
}

type Given = ReadonlyMap<string, readonly string[]>;

const SPECS: ReadonlyMap<string, FlagSpec> = new Map(
  FLAG_GROUPS.flatMap((group) => group.flags.map((flag): [string, FlagSpec] => [flag.name, flag])),
);

/** A flag that is given once too often, unknown, or without its value ends the reading; --version ends it too. */
function readFlags(argv: readonly string[]): Given | 'help' | 'version' {
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  let help = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    if (word === '-h') help = true;
    else if (!word.startsWith('--')) {
      if (word.startsWith('-') && word.length > 1) throw new FlagError(`unknown short flag '${shortFlag(word)}'`);
      rest.push(word);
    } else {
      const equals = word.indexOf('=');
      const name = word.slice(2, equals < 0 ? undefined : equals);
      const value = equals < 0 ? undefined : word.slice(equals + 1);
      const { spec, on } = lookUp(name);
      if (spec.kind === 'bool') {
        if (spec.name === 'version') return 'version';
        if (spec.name === 'help') help = true;
        if (value !== undefined) rest.push(value);
        else add(given, spec, String(on));
      } else if (value !== undefined) {
        add(given, spec, value);
      } else {
        const next = argv[i + 1];
        if (next === undefined || (next.startsWith('-') && next !== '-')) {
          throw new FlagError(`expected argument for flag '--${name}'`);
        }
        add(given, spec, next);
        i++;
      }
    }
  }
  if (rest.length > 0) throw new FlagError(`unexpected ${rest[0]}`);
  return help ? 'help' : given;
}

const HELP: FlagSpec = { name: 'help', kind: 'bool', help: '' };
const VERSION: FlagSpec = { name: 'version', kind: 'bool', help: '' };

function lookUp(name: string): { spec: FlagSpec; on: boolean } {
  for (const [plain, on] of [
    [name, true],
    [name.startsWith('no-') ? name.slice(3) : '', false],
  ] as const) {
    if (plain === 'help') return { spec: HELP, on };
    if (plain === 'version') return { spec: VERSION, on };
    const spec = SPECS.get(plain);
    if (spec !== undefined && (on || spec.kind === 'bool')) return { spec, on };
  }
  throw new FlagError(`unknown long flag '--${name}'`);
}

/** The first letter that is not -h. */
function shortFlag(word: string): string {
  return `-${[...word.slice(1)].find((letter) => letter !== 'h') ?? 'h'}`;
}

function add(given: Map<string, string[]>, spec: FlagSpec, value: string): void {
  const known = given.get(spec.name);
  if (known === undefined) given.set(spec.name, [value]);
  else if (spec.repeatable) known.push(value);
  else throw new FlagError(`flag '${spec.name}' cannot be repeated`);
}

function toFlags(given: Given): Flags {
  const texts = (name: string): readonly string[] => given.get(name) ?? [SPECS.get(name)?.initial ?? ''];
  const text = (name: string): string => texts(name)[0]!;
  // Those without effect are read too: a value that Alertmanager refuses is refused.
  for (const [name, values] of given) for (const value of values) check(SPECS.get(name)?.kind ?? 'text', value);
  const duration = (name: string): number => readDuration(text(name));
  const limit = (name: string): number => Math.max(0, readCount(text(name)));
  const features = readFeatures(text('enable-feature'));
  const externalURL = readExternalURL(text('web.external-url'));
  return {
    configFile: text('config.file'),
    expandEnv: text('config.expand-env') === 'true',
    include: text('config.include') === 'true',
    storagePath: text('storage.path'),
    retentionMs: Math.max(0, duration('data.retention')),
    historyRetentionMs: duration('history.retention') || FOR_EVER,
    listenAddresses: texts('web.listen-address'),
    webConfigFile: text('web.config.file'),
    externalURL,
    routePrefix: readPrefix(text('web.route-prefix'), externalURL),
    getConcurrency: limit('web.get-concurrency'),
    webTimeoutMs: Math.max(0, duration('web.timeout')),
    startDelayMs: Math.max(0, duration('dispatch.start-delay')),
    perAlertnameLimit: limit('alerts.per-alertname-limit'),
    maxSilences: limit('silences.max-silences'),
    maxSilenceSizeBytes: limit('silences.max-silence-size-bytes'),
    features,
    matcherMode: features.has('classic-mode') ? 'classic' : features.has('utf8-strict-mode') ? 'utf8' : 'fallback',
    logLevel: readLevel(text('log.level')),
    logFormat: readFormat(text('log.format')),
    logSilences: text('log.silences') === 'true',
    clusterListenAddress: text('cluster.listen-address'),
    clusterAdvertiseAddress: text('cluster.advertise-address'),
    clusterPeerName: text('cluster.peer-name'),
  };
}

function check(kind: FlagSpec['kind'], value: string): void {
  if (kind === 'duration') readDuration(value);
  else if (kind === 'count' || kind === 'ratio') readNumber(value);
}

function readDuration(value: string): number {
  try {
    return parseFlagDuration(value);
  } catch (error) {
    if (error instanceof DurationError) throw new FlagError(error.message);
    throw error;
  }
}

/** Alertmanager reads integers as floats and cuts what is behind the point. */
function readCount(value: string): number {
  return Math.trunc(readNumber(value));
}

function readNumber(value: string): number {
  if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(value)) {
    throw new FlagError(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  return Number(value);
}

function readFeatures(value: string): ReadonlySet<Feature> {
  if (value === '') return new Set();
  const features = value.split(',').map((name) => {
    const feature = FEATURES.find((known) => known === name);
    if (feature === undefined) throw new FlagError(`unknown option '${name}' for --enable-feature`);
    return feature;
  });
  if (features.includes('classic-mode') && features.includes('utf8-strict-mode')) {
    throw new FlagError('cannot have both classic and UTF-8 modes enabled');
  }
  return new Set(features);
}

function readLevel(value: string): LogLevel {
  const level = value.toLowerCase();
  if (level === 'debug' || level === 'info' || level === 'warn' || level === 'error') return level;
  throw new FlagError(`unrecognized log level ${value}`);
}

function readFormat(value: string): LogFormat {
  if (value === 'logfmt' || value === 'json') return value;
  throw new FlagError(`unrecognized log format ${value}`);
}

function readExternalURL(value: string): string {
  if (value === '') return '';
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) {
    throw new FlagError(`--web.external-url: ${JSON.stringify(value)} is no URL with the scheme http or https`);
  }
  return value.replace(/\/+$/, '');
}

function readPrefix(value: string, externalURL: string): string {
  const path = value !== '' ? value : externalURL === '' ? '' : new URL(externalURL).pathname;
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `/${trimmed}`;
}
