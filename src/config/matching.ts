// How matchers are written in the configuration, both today's lists and the deprecated maps, and the lists of label names
// beside them. Shared by routes and inhibition rules.

import { type Matcher, MatcherError, matcherToString, newMatcher, sortMatchers } from '../model/matcher.ts';
import { isValidLabelName, type MatcherMode, type ParsedMatchers, parseMatchers } from '../model/matcher-parse.ts';
import { compileRegex } from '../model/regex.ts';
import { type Field, type Finding, listPrinted, map, parsed } from '../model/schema.ts';
import { quoted } from './node.ts';

/** What a matcher line was read as, line by line. */
export type MatcherLines = readonly (ParsedMatchers | undefined)[];

/** Label names to regular expressions, as written; `undefined` where a name has none. */
export type RegexMap = Readonly<Record<string, string | undefined>>;

/** A list such as `matchers:`. */
export function matchersField(mode: MatcherMode): Field<MatcherLines> {
  // In a large file the same line stands many times; what is read of it is the same.
  const read = new Map<string, ParsedMatchers>();
  const line = parsed(
    (text) => {
      let matchers = read.get(text);
      if (matchers === undefined) {
        matchers = readLine(text, mode);
        read.set(text, matchers);
      }
      return matchers;
    },
    ({ matchers }) => matchers.map(matcherToString).join(','),
    { meant: (name, value) => matcherToString(newMatcher(name, '=', value)) },
  );
  return listPrinted(line, (lines) => sortMatchers(matchersOf(lines)).map(matcherToString));
}

function readLine(text: string, mode: MatcherMode): ParsedMatchers {
  try {
    return parseMatchers(text, mode);
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    const remedy = remedies.find(([start]) => error.message.startsWith(start))?.[1];
    throw remedy === undefined ? error : new MatcherError(`${error.message}: ${remedy}`);
  }
}

/** A map such as `match_re:`. */
export function regexField(): Field<RegexMap> {
  return map(parsed(parseRegex, (source) => (source === '' ? null : source)));
}

const remedies: readonly (readonly [string, string])[] = [
  ['bad matcher format', 'write label="value", with =, !=, =~ or !~ between them'],
  [
    'matcher value contains unescaped double quote',
    'close the quotes, write \\" for one within them, and give each matcher a line of its own',
  ],
];

function parseRegex(source: string): string {
  const compiled = compileRegex(source);
  if ('error' in compiled) throw new Error(compiled.error);
  return source;
}

export function matchersOf(lines: MatcherLines): readonly Matcher[] {
  if (lines.length === 1) return lines[0]?.matchers ?? [];
  return lines.flatMap((line) => line?.matchers ?? []);
}

/** The matchers of one place in all the ways in which they can be given, in Alertmanager's order. */
export function allMatchers(equal: Readonly<Record<string, string>>, regex: RegexMap, lines: MatcherLines): Matcher[] {
  return sortMatchers([...equalMatchers(equal), ...regexMatchers(regex).map(anchored), ...matchersOf(lines)]);
}

function equalMatchers(equal: Readonly<Record<string, string>>): Matcher[] {
  return Object.entries(equal).map(([name, value]) => newMatcher(name, '=', value));
}

function regexMatchers(regex: RegexMap): Matcher[] {
  return Object.entries(regex).map(([name, source]) => newMatcher(name, '=~', source ?? ''));
}

/** The deprecated maps hold their expressions anchored, and group keys show them so. */
function anchored(matcher: Matcher): Matcher {
  return { ...matcher, value: `^(?:${matcher.value})$` };
}

/** The deprecated maps as the lines that replace them, for a hint. */
export function asLines(equal: Readonly<Record<string, string>>, regex: RegexMap): string {
  const matchers = sortMatchers([...equalMatchers(equal), ...regexMatchers(regex)]);
  return `[${matchers.map((matcher) => `'${matcherToString(matcher).replaceAll("'", "''")}'`).join(', ')}]`;
}

/** What is wrong with the deprecated maps: they never learnt UTF-8. */
export function mapFindings(maps: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>): Finding[] {
  const findings: Finding[] = [];
  for (const [key, values] of Object.entries(maps)) {
    for (const [name, value] of Object.entries(values)) {
      if (!isValidLabelName(name, 'classic')) {
        findings.push({ keys: [key], message: `${quoted(name)} is not a label name` });
      } else if (value === undefined) {
        findings.push({ keys: [key], message: `the regular expression for ${name} is missing: add it` });
      }
    }
  }
  return findings;
}

/** What is wrong with the names in a list or a map of labels. */
export function labelNameFindings(key: string, names: readonly string[], mode: MatcherMode): Finding[] {
  return names
    .filter((name) => !isValidLabelName(name, mode))
    .map((name) => ({ keys: [key], message: `${quoted(name)} is not a label name` }));
}
