// The classic matcher syntax, tolerant and older than UTF-8 label names: `foo=bar, dings!~"bums.*"`. The rules and the
// error texts are those of Alertmanager's pkg/labels.

import { isValidUnicode, trimSpace } from './gostring.ts';
import { type MakeMatcher, type Matcher, MatcherError, type MatchType, newMatcher } from './matcher.ts';

/**
 * A list separated by commas outside of quotes, with or without braces around it. Throws a `MatcherError`.
 * A brace is dropped at either end even when it has no counterpart, as in Alertmanager.
 */
export function parseClassicMatchers(text: string, make: MakeMatcher = newMatcher): Matcher[] {
  let rest = text.startsWith('{') ? text.slice(1) : text;
  if (rest.endsWith('}')) rest = rest.slice(0, -1);
  return splitOutsideQuotes(rest).map((one) => parseClassicMatcher(one, make));
}

const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)/;

/** One matcher. Throws a `MatcherError`. */
export function parseClassicMatcher(text: string, make: MakeMatcher = newMatcher): Matcher {
  const head = HEAD.exec(text);
  if (head === null) throw new MatcherError(`bad matcher format: ${text}`);
  const value = trimAscii(text.slice(head[0].length));
  return make(head[1]!, operator(head[2]!), unescapeValue(value));
}

function operator(text: string): MatchType {
  return text === '=' || text === '!=' || text === '=~' ? text : '!~';
}

/** A backslash before a quote keeps it from opening or closing; it stays in the token, which is unescaped later. */
function splitOutsideQuotes(text: string): string[] {
  const tokens: string[] = [];
  let start = 0;
  let quoted = false;
  let escaped = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === ',') {
      if (quoted) continue;
      tokens.push(text.slice(start, i));
      start = i + 1;
    } else if (char === '"') {
      if (escaped) escaped = false;
      else quoted = !quoted;
    } else if (char === '\\') {
      escaped = !escaped;
    } else {
      escaped = false;
    }
  }
  const last = trimSpace(text.slice(start));
  if (last !== '') tokens.push(last);
  return tokens;
}

/**
 * OpenMetrics escapes: `\n`, `\"`, `\\`; a backslash before anything else stands for itself. Quotes are allowed as the
 * first and the last character only, and only together.
 */
function unescapeValue(raw: string): string {
  const opened = raw.startsWith('"');
  const body = opened ? raw.slice(1) : raw;
  if (!isValidUnicode(body)) throw new MatcherError(`matcher value not valid UTF-8: ${raw}`);
  let value = '';
  let closed = false;
  for (let i = 0; i < body.length; i++) {
    const char = body[i]!;
    if (char === '"') {
      if (!opened || i < body.length - 1) throw unescapedQuote(raw);
      closed = true;
    } else if (char === '\\' && i < body.length - 1) {
      const next = body[++i]!;
      if (next === 'n') value += '\n';
      else if (next === '"' || next === '\\') value += next;
      else value += char + next;
    } else {
      value += char;
    }
  }
  if (opened && !closed) throw unescapedQuote(raw);
  return value;
}

function unescapedQuote(raw: string): MatcherError {
  return new MatcherError(`matcher value contains unescaped double quote: ${raw}`);
}

function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isAsciiSpace(text.charCodeAt(start))) start++;
  while (end > start && isAsciiSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** What `\s` is to Go's regular expressions: no vertical tab. */
function isAsciiSpace(code: number): boolean {
  return code === 0x20 || code === 9 || code === 10 || code === 12 || code === 13;
}
