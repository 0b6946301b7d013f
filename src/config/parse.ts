// START HERE: from the text of a configuration file to the `Config` that everything else reads, or to every problem in it
// at once, each with line, column, path and what to do. Accepts what Alertmanager accepts.

import { createHash } from 'node:crypto';
import type { Config } from '../model/config.ts';
import type { MatcherMode } from '../model/matcher-parse.ts';
import type { Place, Problem } from '../model/problem.ts';
import { embedded, type FieldSpec, file, list, type Schema, section, type Tables } from '../model/schema.ts';
import type { Values } from './absent.ts';
import { type DecodeOptions, Decoder } from './decode.ts';
import { expanded, type Lookup } from './expand.ts';
import { type EventRecorder, eventRecorderSchema, tracingSchema } from './extras.ts';
import { type FindFiles, withIncluded } from './include.ts';
import { type NamedIntervals, namedIntervalsSchema, timeInterval } from './intervals.ts';
import { lintInhibitRule, lintRoute } from './lint.ts';
import { lintActive, lintIntervals } from './lint-intervals.ts';
import { lintOutranked } from './lint-outranked.ts';
import { lintEqual, lintGrouping, lintReach, lintRepeat } from './lint-routes.ts';
import { lintSecrets, lintUnused, usedReceivers } from './lint-unused.ts';
import { type Homes, misplaced } from './misplaced.ts';
import { isNull, type Node } from './node.ts';
import { printSection } from './original.ts';
import { besideFile, resolvePaths } from './paths.ts';
import { inheritGlobals, type RawReceiver, receiverConfig, receiverSchema, unusedReceiver } from './receivers.ts';
import { Report } from './report.ts';
import { checkReferences, checkRootRoute, checkUnique, inhibitRule, routeConfig } from './resolve.ts';
import { inhibitRuleSchema, type RawInhibitRule, type RawRoute, routeSchema } from './routes.ts';
import { readSource } from './source.ts';

export interface ParseOptions {
  /** For messages; relative paths are joined to its folder. */
  readonly file: string;
  /** The sections that belong to receivers. */
  readonly tables: Tables;
  readonly mode: MatcherMode;
  /** Whether to look also for what works and is often not meant: hints beside errors and warnings. */
  readonly hints?: boolean;
  /** Where `${NAME}` and `${file:/path}` are looked up; without it they are texts like others. */
  readonly lookup?: Lookup;
  /** What finds the files of `include`; without it the key is unknown. */
  readonly include?: FindFiles;
  /** How long what was told is kept, for a hint; Alertmanager's 120 hours when it is not given. */
  readonly retentionMs?: number;
}

export interface Parsed {
  /** Missing when there is an error among the problems. */
  readonly config?: Config;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** The templates in it that execute others by name, for who knows the files of templates. */
  readonly templates?: readonly TemplateUse[];
}

/** A template that is written in a configuration. */
export interface TemplateUse extends Place {
  readonly text: string;
}

/** A file as its keys stand in it, each section decoded and complete. */
interface RawConfig {
  readonly global: Values;
  readonly route: RawRoute | undefined;
  readonly inhibit_rules: readonly RawInhibitRule[];
  readonly receivers: readonly RawReceiver[];
  readonly templates: readonly string[];
  readonly mute_time_intervals: readonly NamedIntervals[];
  readonly time_intervals: readonly NamedIntervals[];
  readonly tracing: unknown;
  readonly event_recorder: EventRecorder;
}

function rootSchema(tables: Tables, mode: MatcherMode): Schema<RawConfig> {
  return {
    title: 'the configuration',
    fields: {
      global: embedded(tables.global as Schema<Values>, { always: true }),
      route: section(routeSchema(mode)),
      inhibit_rules: list(embedded(inhibitRuleSchema(mode))),
      receivers: list(embedded(receiverSchema(tables))),
      templates: list(file({ resolvedInPrint: true }), { always: true }),
      mute_time_intervals: list(embedded(namedIntervalsSchema)),
      time_intervals: list(embedded(namedIntervalsSchema)),
      tracing: section(tracingSchema(tables)),
      event_recorder: embedded(eventRecorderSchema(tables)),
    },
  };
}

/**
 * Reads a configuration. Never throws because of what is in the text. Bytes must be UTF-8, or UTF-16 with a byte order
 * mark.
 */
export function parseConfig(input: string | Uint8Array, options: ParseOptions): Parsed {
  const source = readSource(input);
  const report = new Report(options.file, source);
  for (const { at, message } of source.problems) report.error(at, [], message);
  if (report.hasErrors) return { problems: report.problems() };
  if (source.root === undefined || isNull(source.root)) {
    report.error(0, [], 'the file is empty: it needs at least a route and its receiver');
    return { problems: report.problems() };
  }
  if (source.ignoredAt !== undefined) {
    report.warning(source.ignoredAt, [], 'nothing from here on is read: a file holds one document', 'ignored-text');
  }
  const hashed = createHash('sha256').update(input);
  const merged =
    options.include === undefined
      ? source.root
      : withIncluded(source.root, options.include, report, ({ input }) => hashed.update(input));
  report.use(merged);
  const root = options.lookup === undefined ? merged : expanded(merged, options.lookup, report);
  if (report.hasErrors) return { problems: report.problems() };
  const schema = rootSchema(options.tables, options.mode);
  const templates: TemplateUse[] = [];
  const [raw, decoded] = decodeAll(root, schema, options, report, report, (text, at, path) => {
    if (text.includes('template')) templates.push({ ...report.where(at, path), text });
  });
  if (report.isWrongItself([])) return { problems: report.problems() };
  check(raw, report);
  lintOutranked(decoded.receivers, raw.global, report);
  if (report.hasErrors || raw.route === undefined) return { problems: report.problems() };
  // What stands for something else is printed as it stands in the file; its problems are known already.
  const shown: Decoded =
    root === merged ? [raw, decoded] : decodeAll(root, schema, options, report, new Report(options.file, source));
  const config = configOf(raw, shown, raw.route, schema as Schema<unknown>, options, hashed.digest('hex'));
  lintReach(config.route, report);
  lintActive(config.route, config.timeIntervals, report);
  if (options.hints === true) {
    lintSecrets(schema as Schema<unknown>, shown[1], report);
    addHints(raw, raw.route, config, options.retentionMs ?? DEFAULT_RETENTION_MS, report);
  }
  return { config, problems: report.problems(), templates };
}

/** Everything with and without what receivers inherit. */
type Decoded = readonly [Values & RawConfig, Values & RawConfig];

/** `report` knows the places. What is wrong is told to `told`; when that is another one, everything is as written. */
function decodeAll(
  root: Node,
  schema: Schema<RawConfig>,
  options: ParseOptions,
  report: Report,
  told: Report,
  template?: DecodeOptions['template'],
): Decoded {
  const homes = homesOf(schema as Schema<unknown>);
  const decoder = new Decoder({
    report: told,
    unknownKey: (title, key) =>
      title === schema.title && key === 'include'
        ? 'files are included only where the command line has --config.include: add it, or remove this key'
        : misplaced(homes, title, key),
    asWritten: told !== report,
    placed: (path, at) => (report.fileAt(at) === options.file ? path : besideFile(report.fileAt(at), path)),
    ...(template === undefined ? {} : { template }),
  });
  const decoded = decoder.document(root, schema) as Values & RawConfig;
  return [{ ...decoded, receivers: inheritAll(decoded, options.tables, decoder, told) }, decoded];
}

/** Alertmanager's default of `--data.retention`. */
const DEFAULT_RETENTION_MS = 120 * 3_600_000;

function addHints(raw: RawConfig, route: RawRoute, config: Config, retentionMs: number, report: Report): void {
  const { mute_time_intervals, time_intervals } = raw;
  lintRepeat(route, config.route, ['route'], retentionMs, report);
  lintGrouping(route, report);
  lintEqual(config.inhibitRules, report);
  lintIntervals('mute_time_intervals', mute_time_intervals, config.timeIntervals, report);
  lintIntervals('time_intervals', time_intervals, config.timeIntervals, report);
  lintUnused(config, { mute_time_intervals, time_intervals }, report);
}

function inheritAll(raw: RawConfig, tables: Tables, decoder: Decoder, report: Report): readonly RawReceiver[] {
  return raw.receivers.map((receiver, i) =>
    inheritGlobals(receiver, ['receivers', i], raw.global, tables, decoder, report),
  );
}

function check(raw: RawConfig, report: Report): void {
  const receivers = new Set<string>();
  checkUnique(raw.receivers, ['receivers'], 'receiver', receivers, report);
  const intervals = new Set<string>();
  checkUnique(raw.mute_time_intervals, ['mute_time_intervals'], 'time interval', intervals, report);
  checkUnique(raw.time_intervals, ['time_intervals'], 'time interval', intervals, report);
  raw.inhibit_rules.forEach((rule, i) => {
    lintInhibitRule(rule, ['inhibit_rules', i], report);
  });
  if (raw.mute_time_intervals.length > 0) {
    const message = 'mute_time_intervals is deprecated: move its entries to time_intervals';
    report.warningAt(['mute_time_intervals'], message, 'deprecated-mute-time-intervals');
  }
  if (raw.route === undefined) {
    if (!report.isWrong(['route'])) report.error(0, [], 'there is no route: add one, with a receiver');
    return;
  }
  checkRootRoute(raw.route, report);
  checkReferences(raw.route, ['route'], receivers, intervals, report);
  lintRoute(raw.route, ['route'], report);
}

/** The sections whose keys people write at the top of the file, and the other way round. */
function homesOf(root: Schema<unknown>): Homes {
  const fields: Readonly<Record<string, FieldSpec>> = root.fields;
  const below = [
    { name: 'route', spec: fields['route'] },
    { name: 'global', spec: fields['global'] },
    { name: 'a receiver', spec: fields['receivers'] },
  ].flatMap(({ name, spec }) => {
    const section = spec?.is === 'list' ? spec.of : spec;
    return section?.is === 'section' ? [{ name, schema: section.of }] : [];
  });
  return { root, below };
}

function configOf(
  raw: Values & RawConfig,
  [shown, given]: Decoded,
  rawRoute: RawRoute,
  schema: Schema<unknown>,
  options: ParseOptions,
  hash: string,
): Config {
  const resolved = resolvePaths(schema, resolvePaths(schema, raw, options.file, true), options.file, false) as Values &
    RawConfig;
  const printed = resolvePaths(schema, shown, options.file, true) as Values & RawConfig;
  const route = routeConfig(rawRoute);
  const used = usedReceivers(route);
  const receivers = printed.receivers.map((receiver, i) =>
    used.has(raw.receivers[i]!.name) ? receiver : unusedReceiver(receiver, given.receivers[i]!, options.tables),
  );
  return {
    resolveTimeoutMs: resolved.global['resolve_timeout'] as number,
    route,
    receivers: resolved.receivers.map((receiver) => receiverConfig(receiver, options.tables)),
    inhibitRules: raw.inhibit_rules.map(inhibitRule),
    timeIntervals: new Map(
      [...raw.mute_time_intervals, ...raw.time_intervals].map((named) => [
        named.name,
        named.time_intervals.map(timeInterval),
      ]),
    ),
    templates: resolved.templates,
    original: printSection(schema, { ...printed, receivers }),
    hash,
  };
}
