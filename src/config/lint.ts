// What is accepted but should be written differently. Warnings only: they refuse nothing.

import { asLines, type MatcherLines, type RegexMap } from './matching.ts';
import type { Path, Report } from './report.ts';
import type { RawInhibitRule, RawRoute } from './routes.ts';

/** The three ways in which one place gives its matchers: key and value. */
interface Ways {
  readonly equal: readonly [string, Readonly<Record<string, string>>];
  readonly regex: readonly [string, RegexMap];
  readonly lines: readonly [string, MatcherLines];
}

export function lintRoute(route: RawRoute, path: Path, report: Report): void {
  lintMatchers(
    { equal: ['match', route.match], regex: ['match_re', route.match_re], lines: ['matchers', route.matchers] },
    path,
    report,
  );
  route.routes.forEach((child, i) => {
    lintRoute(child, [...path, 'routes', i], report);
  });
}

export function lintInhibitRule(rule: RawInhibitRule, path: Path, report: Report): void {
  lintMatchers(
    {
      equal: ['source_match', rule.source_match],
      regex: ['source_match_re', rule.source_match_re],
      lines: ['source_matchers', rule.source_matchers],
    },
    path,
    report,
  );
  lintMatchers(
    {
      equal: ['target_match', rule.target_match],
      regex: ['target_match_re', rule.target_match_re],
      lines: ['target_matchers', rule.target_matchers],
    },
    path,
    report,
  );
}

function lintMatchers({ equal, regex, lines }: Ways, path: Path, report: Report): void {
  for (const [key, map] of [equal, regex]) {
    const names = Object.keys(map).length;
    if (names === 0 || report.isWrong([...path, key])) continue;
    const instead = key === equal[0] ? asLines(equal[1], {}) : asLines({}, regex[1]);
    report.warningAt([...path, key], `${key} is deprecated: write ${lines[0]}: ${instead}`, 'deprecated-match');
  }
  lines[1].forEach((line, i) => {
    if (line?.warning !== undefined) report.warningAt([...path, lines[0], i], line.warning.message, 'matcher-syntax');
  });
}
