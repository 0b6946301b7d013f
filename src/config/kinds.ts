// What the text of a scalar must look like for each kind of value, and what it becomes. Every function throws an Error
// whose message is for the operator; none repeats a secret.

import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from '../model/duration.ts';
import type { HostPort, Kind } from '../model/schema.ts';
import { MASK, Secret } from '../model/secret.ts';
import type { ScalarNode } from './node.ts';
import { resolveScalar } from './scalar.ts';
import { urlTemplateProblem } from './templates.ts';
import { httpUrl, parseUrl, printUrl, withoutPasswords } from './url.ts';

/** What a key holds when it is written but left empty, or null: Go's zero value, whatever the default is. */
export function zeroOf(kind: Kind): unknown {
  switch (kind) {
    case 'string':
    case 'template':
    case 'file':
    case 'url':
    case 'proxyUrl':
      return '';
    case 'bool':
      return false;
    case 'count':
    case 'integer':
    case 'number':
    case 'duration':
    case 'goDuration':
    case 'unitDuration':
      return 0;
    default:
      return undefined;
  }
}

/** The value of a scalar that is not null. Kind `tree` is not for here. */
export function readScalar(kind: Kind, node: ScalarNode): unknown {
  switch (kind) {
    case 'bool':
    case 'maybe':
      return readBool(node);
    case 'count':
      return readCount(node);
    case 'integer':
      return readInteger(node);
    case 'number':
      return readNumber(node);
    case 'goDuration':
      return readGoDuration(node);
    default:
      return readText(kind, textOf(node));
  }
}

/** The text that a scalar is for a key that wants text: whatever is written, also where it looks like a number. */
export function textOf(node: ScalarNode): string {
  if (node.tag === '') return node.text;
  const resolved = resolveScalar(node);
  return node.tag.endsWith(':binary') && resolved.type === 'string' ? resolved.value : node.text;
}

function readText(kind: Kind, text: string): unknown {
  switch (kind) {
    case 'secret':
      return text === '' ? undefined : new Secret(text);
    case 'duration':
      return readDuration(text);
    case 'unitDuration':
      return readUnitDuration(text);
    case 'url':
      return readUrl(text);
    case 'secretUrl':
      // Alertmanager prints secrets that way and reads what it printed.
      return new Secret(text === MASK ? MASK : readUrl(text));
    case 'secretTemplateUrl':
      return readTemplateUrl(text);
    case 'proxyUrl':
      return prefixed('not a URL', () => printUrl(parseUrl(text)));
    case 'hostPort':
      return text === '' ? undefined : readHostPort(text);
    default:
      return text;
  }
}

function prefixed<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) throw new Error(`${what}: ${error.message}`);
    throw error;
  }
}

function readUrl(text: string): string {
  return prefixed('not a URL', () => httpUrl(text));
}

function readTemplateUrl(text: string): Secret | undefined {
  if (text === '') return undefined;
  if (text === MASK) return new Secret(text);
  if (!text.includes('{{')) {
    readUrl(text);
    return new Secret(text);
  }
  const wrong = urlTemplateProblem(text);
  if (wrong !== undefined) throw new Error(`not a template: ${wrong}`);
  return new Secret(text);
}

function readBool(node: ScalarNode): boolean {
  const resolved = resolveScalar(node);
  if (resolved.type === 'bool') return resolved.value;
  if (!node.plain && /^(true|false|yes|no|on|off)$/i.test(node.text)) {
    throw new Error('in quotes this is a text, not true or false: remove the quotes');
  }
  throw new Error('expected true or false');
}

function readCount(node: ScalarNode): number {
  const resolved = resolveScalar(node);
  if (resolved.type === 'int' && resolved.value >= 0n) return Number(resolved.value);
  if (resolved.type === 'float' && resolved.value >= 0 && resolved.value <= 2 ** 64) return Math.trunc(resolved.value);
  throw new Error('expected a number that is not negative, without quotes');
}

function readInteger(node: ScalarNode): number {
  const resolved = resolveScalar(node);
  if (resolved.type === 'int' && BigInt.asIntN(64, resolved.value) === resolved.value) return Number(resolved.value);
  if (resolved.type === 'float' && Math.abs(resolved.value) < 2 ** 63) return Math.trunc(resolved.value);
  throw new Error('expected a whole number, without quotes');
}

function readNumber(node: ScalarNode): number {
  const resolved = resolveScalar(node);
  if (resolved.type === 'int' || resolved.type === 'float') return Number(resolved.value);
  throw new Error('expected a number, without quotes');
}

/** A duration in Prometheus's syntax, in milliseconds. */
export function readDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    if (/^[0-9]+$/.test(text)) throw new Error(`the unit is missing: write for example ${text}s`);
    throw new Error('expected a duration such as 30s, 5m or 1h30m (units: y, w, d, h, m, s, ms)');
  }
}

const NO_GO_DURATION = 'expected a duration such as 10s or 1m30s (units: h, m, s, ms, us, ns)';

/** A bare number counts nanoseconds: Alertmanager reads it so, and nobody means it. */
function readGoDuration(node: ScalarNode): number {
  const resolved = resolveScalar(node);
  if (resolved.type === 'int' || resolved.type === 'float') return Math.trunc(Number(resolved.value)) / 1e6;
  try {
    if (resolved.type === 'string') return parseGoDuration(resolved.value);
  } catch {
    // The message below says more than Go's.
  }
  throw new Error(NO_GO_DURATION);
}

function readUnitDuration(text: string): number {
  try {
    return parseGoDuration(text);
  } catch {
    if (/^[0-9.]+$/.test(text)) throw new Error(`the unit is missing: write for example ${text}s`);
    throw new Error(NO_GO_DURATION);
  }
}

/** Go's `net.SplitHostPort`, and a port must be given. */
function readHostPort(text: string): HostPort {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  if (match === null) throw new Error('expected host:port, such as smtp.example.org:587');
  if (match[3] === '') throw new Error('the port after the colon is missing: write for example 587');
  return { host: match[1] ?? match[2] ?? '', port: match[3]! };
}

/** How a value of a kind is printed; kinds that print as something else than text are not for here. */
export function printScalar(kind: Kind, value: unknown): string {
  switch (kind) {
    case 'duration':
      return formatDuration(value as number);
    case 'goDuration':
    case 'unitDuration':
      return formatGoDuration(value as number);
    case 'hostPort':
      return printHostPort(value as HostPort);
    case 'url':
    case 'proxyUrl':
      return printUrl(parseUrl(value as string), true);
    case 'secret':
    case 'secretUrl':
    case 'secretTemplateUrl':
      return MASK;
    default:
      return withoutPasswords(String(value));
  }
}

function printHostPort({ host, port }: HostPort): string {
  return host.includes(':') || host.includes('%') ? `[${host}]:${port}` : `${host}:${port}`;
}
