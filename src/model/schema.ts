// How a section of the configuration is described: its keys in the order in which they are printed, their kinds and
// defaults, what they inherit, and what must hold between them. Data for the decoder and the printer in config/, which
// know kinds and no keys. Kept apart because receivers declare their settings in it without knowing the decoder.

import type { Secret } from './secret.ts';

/** A host and a port as they are written, e.g. `smtp.example.org` and `587`. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/**
 * A piece of YAML whose shape is the operator's own: scalars by YAML's rules, lists, maps. An integer that a number cannot
 * hold is the string of its digits.
 */
export type Tree = null | boolean | number | string | readonly Tree[] | { readonly [key: string]: Tree };

/** What a key's value is. The comment says what it decodes to, and to what when it is absent. */
export type Kind =
  /** string, ''. */
  | 'string'
  /** string, ''; a template, which is rendered when a notification is. */
  | 'template'
  /** string, ''; a path, joined to the configuration file's folder. */
  | 'file'
  /** Secret, undefined also when empty; shown as `<secret>`. */
  | 'secret'
  /** boolean, false. */
  | 'bool'
  /** boolean, undefined. */
  | 'maybe'
  /** Non-negative integer, 0. */
  | 'count'
  /** Integer, 0; also negative. Exact up to 53 bits. */
  | 'integer'
  /** Any number, 0. */
  | 'number'
  /** Milliseconds, 0; Prometheus's syntax (`1d12h`). */
  | 'duration'
  /** Milliseconds, 0; Go's syntax (`1m30s`, `0.5s`), or a bare number, which counts nanoseconds. */
  | 'goDuration'
  /** Milliseconds, 0; Go's syntax, and a number without a unit is refused. */
  | 'unitDuration'
  /** string in the form in which Go prints it, ''; http or https, with a host. */
  | 'url'
  /** The same as a Secret, undefined. */
  | 'secretUrl'
  /** Secret, undefined; a URL, or a template of one. */
  | 'secretTemplateUrl'
  /** string, ''; any URL that can be parsed; its password is not shown. */
  | 'proxyUrl'
  /** HostPort, undefined. */
  | 'hostPort'
  /** Tree, undefined. */
  | 'tree';

/** A value with a notation of its own. */
export interface ParsedSpec {
  readonly is: 'parsed';
  /** Throws an Error whose message says what is wrong with the text. */
  parse(text: string): unknown;
  /** What is printed; `null` prints as YAML's null. */
  print(value: unknown): string | null;
  /** What was meant by a name and a value with a colon between them, where that is to be written otherwise. */
  meant?(name: string, value: string): string;
}

export interface ListSpec {
  readonly is: 'list';
  readonly of: FieldSpec;
  /** Undefined when absent, rather than empty. */
  readonly optional?: boolean;
  /** What is printed in place of the items, where that is not one for one. */
  readonly printAll?: (items: readonly unknown[]) => readonly string[];
}

/** How one key is read and printed. Build it with the functions below, which tie it to its type. */
export type FieldSpec = FieldOptions &
  (
    | { readonly is: 'scalar'; readonly kind: Kind; readonly default: unknown }
    | { readonly is: 'choice'; readonly among: readonly string[]; readonly default: string }
    | ParsedSpec
    | ListSpec
    | { readonly is: 'map'; readonly of: FieldSpec }
    | { readonly is: 'section'; readonly of: Schema<unknown>; readonly optional: boolean }
  );

export interface FieldOptions {
  /** The key of `global:` whose value stands in when this one is absent. */
  readonly global?: string;
  /** Printed also when it has the zero value of its kind: Alertmanager leaves the others out. */
  readonly always?: boolean;
  /** A list that is printed on one line. */
  readonly flow?: boolean;
  /** Taken as a whole where a mapping that `<<` merges has the key as well: otherwise maps and sections are joined. */
  readonly replaced?: boolean;
  /** Printed as the file gives it in receivers that no route uses: Alertmanager completes it when it builds the others. */
  readonly completedInUse?: boolean;
  /** A section whose paths Alertmanager does not resolve before it prints the configuration, whatever they say. */
  readonly unresolvedInPrint?: boolean;
  /** A path that Alertmanager too resolves before it prints the configuration. */
  readonly resolvedInPrint?: boolean;
}

/** `FieldSpec` with the type that it decodes to; the mark exists for the compiler alone. */
export type Field<T> = FieldSpec & { readonly decodesTo?: T };

/** Something that does not hold between the keys of one section. */
export interface Finding {
  /** The keys it is about; the first one is where the problem is shown. Empty for the section as a whole. */
  readonly keys: readonly string[];
  /** What is wrong and what to do about it. */
  readonly message: string;
}

/** What `global:` says, complete with defaults. The schemas that look into it name its type themselves. */
export type Globals = object;

export interface Completed<T> {
  readonly settings: T;
  readonly findings: readonly Finding[];
}

/** A section. Decoding goes through the members in the order in which they stand here. */
export interface Schema<T> {
  readonly fields: { readonly [K in keyof T]-?: Field<T[K]> };
  /**
   * What must hold between the keys as the file gives them, before anything is inherited. `written` are those that it
   * gives at all, be it as ''.
   */
  check?(given: T, written: ReadonlySet<string>): readonly Finding[];
  /** The form in which it is kept, before anything is inherited. */
  normalize?(given: T): T;
  /** The key that is meant where a plain text stands in the section's place. */
  readonly shorthand?: string;
  /**
   * What is inherited otherwise than key by key, and what must hold in the end. `inherited` has taken over the fields'
   * own `global` keys, `given` has not.
   */
  complete?(inherited: T, given: Partial<T>, globals: Globals): Completed<T>;
  /** The same as `replaced` of a field, for wherever the section is. */
  readonly replaced?: boolean;
  /** What the section is called in messages, such as `Slack action`. */
  readonly title: string;
}

/** The text that stands for an absent value is '' for strings, so that templates and comparisons need no special case. */
export function text(options: FieldOptions & { readonly default?: string } = {}): Field<string> {
  return { ...options, is: 'scalar', kind: 'string', default: options.default ?? '' };
}

export function template(options: FieldOptions & { readonly default?: string } = {}): Field<string> {
  return { ...options, is: 'scalar', kind: 'template', default: options.default ?? '' };
}

export function file(options: FieldOptions = {}): Field<string> {
  return { ...options, is: 'scalar', kind: 'file', default: '' };
}

export function secret(options: FieldOptions = {}): Field<Secret | undefined> {
  return { ...options, is: 'scalar', kind: 'secret', default: undefined };
}

export function bool(options: FieldOptions & { readonly default?: boolean } = {}): Field<boolean> {
  return { ...options, is: 'scalar', kind: 'bool', default: options.default ?? false };
}

/** A boolean that is told from its absence. */
export function maybe(options: FieldOptions = {}): Field<boolean | undefined> {
  return { ...options, is: 'scalar', kind: 'maybe', default: undefined };
}

/** A boolean that is only ever absent until it has inherited. */
export function inheritedBool(options: FieldOptions & { readonly global: string }): Field<boolean> {
  return { ...options, is: 'scalar', kind: 'maybe', default: undefined };
}

export function count(options: FieldOptions = {}): Field<number> {
  return { ...options, is: 'scalar', kind: 'count', default: 0 };
}

export function integer(options: FieldOptions = {}): Field<number> {
  return { ...options, is: 'scalar', kind: 'integer', default: 0 };
}

export function number(options: FieldOptions = {}): Field<number> {
  return { ...options, is: 'scalar', kind: 'number', default: 0 };
}

/** Milliseconds, written as Prometheus writes durations. */
export function duration(options: FieldOptions & { readonly default?: number } = {}): Field<number> {
  return { ...options, is: 'scalar', kind: 'duration', default: options.default ?? 0 };
}

/** Milliseconds, written as Go writes durations. */
export function goDuration(options: FieldOptions & { readonly default?: number } = {}): Field<number> {
  return { ...options, is: 'scalar', kind: 'goDuration', default: options.default ?? 0 };
}

/** Milliseconds, written as Go writes durations: `0`, or with a unit. */
export function unitDuration(options: FieldOptions & { readonly default?: number } = {}): Field<number> {
  return { ...options, is: 'scalar', kind: 'unitDuration', default: options.default ?? 0 };
}

export function url(options: FieldOptions & { readonly default?: string } = {}): Field<string> {
  return { ...options, is: 'scalar', kind: 'url', default: options.default ?? '' };
}

export function secretUrl(options: FieldOptions = {}): Field<Secret | undefined> {
  return { ...options, is: 'scalar', kind: 'secretUrl', default: undefined };
}

export function secretTemplateUrl(options: FieldOptions = {}): Field<Secret | undefined> {
  return { ...options, is: 'scalar', kind: 'secretTemplateUrl', default: undefined };
}

export function proxyUrl(options: FieldOptions = {}): Field<string> {
  return { ...options, is: 'scalar', kind: 'proxyUrl', default: '' };
}

export function hostPort(options: FieldOptions = {}): Field<HostPort | undefined> {
  return { ...options, is: 'scalar', kind: 'hostPort', default: undefined };
}

export function tree(options: FieldOptions = {}): Field<Tree | undefined> {
  return { ...options, is: 'scalar', kind: 'tree', default: undefined };
}

/** One of a few words. */
export function choice<W extends string>(among: readonly W[], initial: W, options: FieldOptions = {}): Field<W> {
  return { ...options, is: 'choice', among, default: initial };
}

/** A value with a notation of its own; undefined when absent. `parse` throws an Error that says what is wrong. */
export function parsed<T>(
  parse: (text: string) => T,
  print: (value: T) => string | null,
  options: FieldOptions & Pick<ParsedSpec, 'meant'> = {},
): Field<T | undefined> {
  return { ...options, is: 'parsed', parse, print: (value) => print(value as T) };
}

/** A list; [] when absent. */
export function list<T>(of: Field<T>, options: FieldOptions = {}): Field<readonly T[]> {
  return { ...options, is: 'list', of };
}

/** A list of texts with a notation of their own, which are printed together. */
export function listPrinted<T>(
  of: Field<T>,
  printAll: (items: readonly T[]) => readonly string[],
): Field<readonly T[]> {
  return { is: 'list', of, printAll: (items) => printAll(items as readonly T[]) };
}

/** A list that is told from its absence: undefined when absent. */
export function maybeList<T>(of: Field<T>, options: FieldOptions = {}): Field<readonly T[] | undefined> {
  return { ...options, is: 'list', of, optional: true };
}

/** Names to values, in the order of the names' bytes; {} when absent. Built so that no name can reach a prototype. */
export function map<T>(of: Field<T>, options: FieldOptions = {}): Field<Readonly<Record<string, T>>> {
  return { ...options, is: 'map', of };
}

/** A host and port that is absent only until it has inherited; a schema's `complete` refuses its absence. */
export function inheritedHostPort(options: FieldOptions & { readonly global: string }): Field<HostPort> {
  return { ...options, is: 'scalar', kind: 'hostPort', default: undefined };
}

/** A nested section; undefined when absent. */
export function section<T>(of: Schema<T>, options: FieldOptions = {}): Field<T | undefined> {
  return { ...options, is: 'section', of, optional: true };
}

/** A nested section that is always there, with its defaults when absent. */
export function embedded<T>(of: Schema<T>, options: FieldOptions = {}): Field<T> {
  return { ...options, is: 'section', of, optional: false };
}

/** A nested section that is absent only until it has inherited. */
export function inheritedSection<T>(of: Schema<T>, options: FieldOptions & { readonly global: string }): Field<T> {
  return { ...options, is: 'section', of, optional: true };
}

/** What the decoder is handed: the sections that belong to receivers, which it has no knowledge of. */
export interface Tables {
  readonly global: Schema<Globals>;
  readonly http: Schema<unknown>;
  readonly tls: Schema<unknown>;
  /** `http_headers` and its like. */
  readonly headers: FieldSpec;
  /** In the order in which a receiver's integrations are listed. `type` 'slack' reads `slack_configs`. */
  readonly receivers: readonly { readonly type: string; readonly settings: Schema<unknown> }[];
}
