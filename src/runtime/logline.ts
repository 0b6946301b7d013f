// The two forms of a log line, as Go's slog writes them: `time=... level=INFO msg="..." key=value`, or an object of JSON
// with the same names.

import { quote } from '../model/gostring.ts';
import { MASK } from '../model/secret.ts';

/** A line, with its end, of an entry as pino writes it. */
export function logfmtLine(entry: string): string {
  return `${pairs(entry)
    .map(([name, value]) => `${inQuotes(name)}=${inQuotes(textOf(value))}`)
    .join(' ')}\n`;
}

/** The same as JSON. Of two fields with the same name both are written, as slog does. */
export function jsonLine(entry: string): string {
  const members = pairs(entry).map(([name, value]) => `${JSON.stringify(name)}:${maskUrls(JSON.stringify(value))}`);
  return `{${members.join(',')}}\n`;
}

function pairs(entry: string): [string, unknown][] {
  const { time, level, msg, fields } = JSON.parse(entry) as {
    time: number;
    level: string;
    msg?: string;
    fields: Record<string, unknown>;
  };
  return [['time', new Date(time).toISOString()], ['level', level], ['msg', msg ?? ''], ...Object.entries(fields)];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return maskUrls(value);
  return value === null ? '<nil>' : maskUrls(JSON.stringify(value));
}

/** `https://user:password@host` keeps its user and loses its password. */
export function maskUrls(text: string): string {
  return text.includes('://') ? text.replace(/(:\/\/[^\s/?#@:"]*):[^\s/?#"]*@/g, `$1:${MASK}@`) : text;
}

/** Text that could be taken for something else is quoted as Go does it; a backslash alone is no reason. */
function inQuotes(text: string): string {
  if (/^[!#-<>-~]+$/.test(text)) return text;
  const tame = text.replaceAll('\\', '');
  return /^[^\s"=]+$/.test(text) && quote(tame) === `"${tame}"` ? text : quote(text);
}
