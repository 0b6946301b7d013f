// Regular expressions as Go has them: RE2 by re2js, and Go's own rules for `$1` and `${name}` in replacements.

import { RE2JS } from 're2js';
import { LimitError } from '../exec/budget.ts';
import { canBackquote, quote } from '../parse/quote.ts';
import type { Env } from './func.ts';

const cache = new Map<string, RE2JS | Error>();
const CACHED = 200;

const REPEAT = /\{(\d+)(?:,(\d*))?\}/g;
/** Repetition without end: after a match was found the search may have gone on for a longer one, as far as the text goes. */
const UNBOUNDED = /[*+]|,\}/;
/** A byte that is no part of a character, which Go refuses in a pattern. */
const HALF_PAIR = /[\ud800-\udfff]/u;

/** About how long the compilation takes: repetitions are written out. */
function compileCost(pattern: string): number {
  let cost = 10 * pattern.length;
  for (const [, least, most] of pattern.matchAll(REPEAT)) cost += 12 * Math.max(Number(least), Number(most || 0));
  return cost;
}

/** Compiles a pattern; the most recent ones are kept. Throws an Error with Go's words. */
function compile(pattern: string, env: Env): RE2JS {
  // The same price whether it is kept or not: what a template does must not depend on those before it.
  env.budget.spendOnce(pattern, compileCost);
  let compiled = cache.get(pattern);
  if (compiled === undefined) {
    const broken = pattern.search(HALF_PAIR);
    try {
      compiled =
        broken < 0
          ? RE2JS.compile(pattern)
          : new Error(`error parsing regexp: invalid UTF-8: \`${pattern.slice(broken)}\``);
    } catch (error) {
      compiled = new Error(inGoWords(error instanceof Error ? error.message : String(error)));
    }
    if (cache.size >= CACHED) cache.clear();
    cache.set(pattern, compiled);
  }
  if (compiled instanceof Error) throw compiled;
  return compiled;
}

/** re2js words its errors as Go does, but for the one that quotes nothing. */
function inGoWords(message: string): string {
  return message.endsWith('trailing backslash at end of expression') ? `${message}: \`\`` : message;
}

/** The price of looking at so many characters. */
function spend(env: Env, re: RE2JS, length: number): void {
  env.budget.spend(1 + length * (0.5 + re.programSize() / 400));
}

/** Go's `regexp.MatchString`. */
export function matchString(pattern: string, text: string, env: Env): boolean {
  const re = compile(pattern, env);
  spend(env, re, text.length);
  return re.test(text);
}

const NAME = /^\$(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u;

/** A replacement text, cut into literal text and references to groups. */
type Part = string | { readonly group: string };

function parseReplacement(text: string): readonly Part[] {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== '') {
    const dollar = rest.indexOf('$');
    if (dollar < 0) {
      parts.push(rest);
      break;
    }
    if (dollar > 0) parts.push(rest.slice(0, dollar));
    rest = rest.slice(dollar);
    const match = NAME.exec(rest);
    if (match !== null) {
      parts.push({ group: match[1] ?? match[2]! });
      rest = rest.slice(match[0].length);
    } else if (rest.startsWith('$$')) {
      parts.push('$');
      rest = rest.slice(2);
    } else {
      // Malformed: the dollar stands for itself.
      parts.push('$');
      rest = rest.slice(1);
    }
  }
  return parts;
}

/** Compiles as Go's `regexp.MustCompile`, which words its complaint differently. */
function mustCompile(pattern: string, env: Env): RE2JS {
  try {
    return compile(pattern, env);
  } catch (error) {
    if (error instanceof LimitError) throw error;
    const shown = canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern);
    throw new Error(`regexp: Compile(${shown}): ${error instanceof Error ? error.message : ''}`);
  }
}

/** Go's `regexp.MustCompile(pattern).ReplaceAllString(text, replacement)`. */
export function replaceAll(pattern: string, replacement: string, text: string, env: Env): string {
  const re = mustCompile(pattern, env);
  const unbounded = UNBOUNDED.test(pattern);
  const parts = parseReplacement(replacement);
  const names = re.namedGroups();
  const matcher = re.matcher(text);
  let out = '';
  let copied = 0;
  for (let at = 0; at <= text.length; ) {
    const found = matcher.find(at);
    spend(env, re, (found && !unbounded ? matcher.end() : text.length) - at);
    if (!found) break;
    const start = matcher.start();
    const end = matcher.end();
    out += text.slice(copied, start);
    // No replacement for nothing right after a match.
    if (end > copied || start === 0) {
      for (const part of parts) out += typeof part === 'string' ? part : groupText(matcher, part.group, names);
    }
    copied = end;
    at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    if (out.length > env.budget.limits.outputLength) throw env.budget.tooLong();
  }
  return out + text.slice(copied);
}

/** What a group, by number or name, has matched; nothing for one that does not exist. */
function groupText(matcher: ReturnType<RE2JS['matcher']>, name: string, names: Record<string, number>): string {
  let index: number | undefined;
  if (/^[0-9]+$/.test(name)) index = name === '0' || !name.startsWith('0') ? Number(name) : undefined;
  else index = Object.hasOwn(names, name) ? names[name] : undefined;
  if (index === undefined || index > matcher.groupCount()) return '';
  return matcher.group(index) ?? '';
}
