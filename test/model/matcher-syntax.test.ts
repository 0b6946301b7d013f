import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matcher, MatcherError, matchersToString, matcherToString, newMatcher } from '../../src/model/matcher.ts';
import { parseClassicMatcher, parseClassicMatchers } from '../../src/model/matcher-classic.ts';
import { isValidLabelName, type MatcherMode, parseMatcher, parseMatchers } from '../../src/model/matcher-parse.ts';
import { parseUtf8Matcher, parseUtf8Matchers } from '../../src/model/matcher-utf8.ts';
import { readLines } from '../support/jsonl.ts';

/** The matchers as Alertmanager writes them, or `! ` and the error. */
function verdict(parse: (text: string) => Matcher | Matcher[], text: string): string {
  try {
    return matchersToString([parse(text)].flat());
  } catch (error) {
    if (error instanceof MatcherError) return `! ${error.message}`;
    throw error;
  }
}

// What Alertmanager's own parsers answered: the text, then the verdict of the classic and the UTF-8 syntax on it as a
// list, then as one matcher.
type Row = [text: string, classic: string, utf8: string, classicOne: string, utf8One: string];
const rows = readLines<Row>(new URL('matcher-syntax.jsonl', import.meta.url));

describe('both syntaxes read a text as Alertmanager does', () => {
  it.each(rows)('%j', (text, classic, utf8, classicOne, utf8One) => {
    expect(verdict(parseClassicMatchers, text)).toBe(classic);
    expect(verdict(parseUtf8Matchers, text)).toBe(utf8);
    expect(verdict(parseClassicMatcher, text)).toBe(classicOne);
    expect(verdict(parseUtf8Matcher, text)).toBe(utf8One);
  });

  it('has a table worth the name', () => {
    expect(rows.length).toBeGreaterThan(250);
  });
});

describe('half a character', () => {
  it('is refused where Go sees bytes that are not UTF-8', () => {
    expect(verdict(parseClassicMatcher, 'a=b\ud800')).toBe('! matcher value not valid UTF-8: b\ud800');
    expect(verdict(parseUtf8Matcher, 'a="\\ud800"')).toBe('! 2:10: "\\ud800": invalid input');
  });
});

describe('the modes', () => {
  const kinds = (text: string, mode: MatcherMode): [string, string | undefined] => {
    const { matchers, warning } = parseMatchers(text, mode);
    return [matchersToString(matchers), warning?.kind];
  };

  it.each([
    ['foo=bar', '{foo="bar"}', undefined],
    ['{foo="bar"}', '{foo="bar"}', undefined],
    ['', '{}', undefined],
    ['{}', '{}', undefined],
    // Only the UTF-8 syntax has these.
    ['"foo bar"="baz"', '{"foo bar"="baz"}', undefined],
    ['größe=10', '{größe="10"}', undefined],
    ['foo="\\u00e9"', '{foo="\\\\u00e9"}', 'disagreement'],
    // Only the classic one has these.
    ['foo=', '{foo=""}', 'incompatible'],
    ['foo=~a{2}b', '{foo=~"a{2}b"}', 'incompatible'],
    ['foo=~a{2}', '{foo=~"a{2"}', 'incompatible'],
    ['foo=bar}', '{foo="bar"}', 'incompatible'],
    ['foo="\\d"', '{foo="\\\\d"}', 'incompatible'],
    ['foo=a=b', '{foo="a=b"}', 'incompatible'],
    // Each has its own reading; the classic one wins.
    ['foo="\\t"', '{foo="\\\\t"}', 'disagreement'],
    ['foo="\\x41"', '{foo="\\\\x41"}', 'disagreement'],
    ['foo=~"\\x41"', '{foo=~"\\\\x41"}', 'disagreement'],
  ])('fallback reads %j as %s', (text, expected, kind) => {
    expect(kinds(text, 'fallback')).toEqual([expected, kind]);
  });

  it('the warning says how to write it instead, and then there is none', () => {
    for (const text of ['foo=a=b', 'foo="\\t",bar=', 'foo=bar}']) {
      const { matchers, warning } = parseMatchers(text, 'fallback');
      expect(warning).toMatchObject({ input: text });
      expect(warning!.message).toContain(warning!.suggestion);
      expect(kinds(warning!.suggestion, 'fallback')).toEqual([matchersToString(matchers), undefined]);
    }
  });

  it('fallback refuses in the words of the classic syntax', () => {
    expect(() => parseMatchers('foo bar', 'fallback')).toThrow('bad matcher format: foo bar');
    expect(() => parseMatchers('"foo', 'fallback')).toThrow('bad matcher format: "foo');
    expect(() => parseMatchers('foo=~"("', 'fallback')).toThrow(/^error parsing regexp: missing closing \)/);
  });

  it('utf8 and classic speak one syntax each, without warnings', () => {
    expect(kinds('foo="\\t"', 'utf8')).toEqual(['{foo="\t"}', undefined]);
    expect(kinds('foo="\\t"', 'classic')).toEqual(['{foo="\\\\t"}', undefined]);
    expect(() => parseMatchers('foo=', 'utf8')).toThrow(MatcherError);
    expect(() => parseMatchers('größe=10', 'classic')).toThrow(MatcherError);
    expect(() => parseMatchers('foo=~"("', 'utf8')).toThrow(/^failed to create matcher: error parsing regexp/);
  });

  it('one matcher has no braces, but in the classic mode', () => {
    for (const mode of ['fallback', 'utf8'] as const) {
      expect(() => parseMatcher('{foo="bar"}', mode)).toThrow('unexpected open or close brace: {foo="bar"}');
      expect(() => parseMatcher('foo=bar}', mode)).toThrow('unexpected open or close brace: foo=bar}');
    }
    expect(() => parseMatcher('{foo="bar"', 'classic')).toThrow('bad matcher format: {foo="bar"');
    expect(matcherToString(parseMatcher('foo=bar}', 'classic'))).toBe('foo="bar}"');
  });

  it('one matcher is one', () => {
    expect(matcherToString(parseMatcher('foo=bar', 'fallback'))).toBe('foo="bar"');
    expect(() => parseMatcher('', 'utf8')).toThrow('no matchers');
    expect(() => parseMatcher('a=b,c=d', 'utf8')).toThrow('expected 1 matcher, found 2');
    expect(matcherToString(parseMatcher('a=b,c=d', 'fallback'))).toBe('a="b,c=d"');
    expect(() => parseMatcher('', 'fallback')).toThrow('bad matcher format: ');
  });
});

describe('label names', () => {
  it.each([
    ['foo', true, true],
    ['_foo1', true, true],
    ['1foo', false, true],
    ['foo:bar', false, true],
    ['foo-bar', false, true],
    ['größe', false, true],
    ['foo bar', false, true],
    ['foo\n', false, true],
    ['😀', false, true],
    ['', false, false],
    ['a\ud800', false, false],
    ['__proto__', true, true],
  ])('%j', (name, classic, utf8) => {
    expect(isValidLabelName(name, 'classic')).toBe(classic);
    expect(isValidLabelName(name, 'utf8')).toBe(utf8);
    expect(isValidLabelName(name, 'fallback')).toBe(utf8);
  });
});

describe('what is written can be read', () => {
  const matcher = (name: fc.Arbitrary<string>): fc.Arbitrary<Matcher> =>
    fc
      .record({
        name,
        type: fc.constantFrom('=', '!=', '=~', '!~' as const),
        value: fc.string({ unit: 'grapheme', maxLength: 12 }),
      })
      .map(({ name, type, value }) => newMatcher(name, type, type.includes('~') ? value.replace(/\W/g, '.') : value));
  const plain = (matchers: readonly Matcher[]) => matchers.map(({ name, type, value }) => [name, type, value]);

  it('by the classic syntax, whatever the value', () => {
    const names = fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,8}$/);
    fc.assert(
      fc.property(fc.array(matcher(names), { maxLength: 4 }), (matchers) => {
        expect(plain(parseClassicMatchers(matchersToString(matchers)))).toEqual(plain(matchers));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('by the UTF-8 syntax, also when the name is any text that needs quotes', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => `${text} `);
    fc.assert(
      fc.property(fc.array(matcher(names), { maxLength: 4 }), (matchers) => {
        const text = matchersToString(matchers);
        expect(plain(parseMatchers(text, 'fallback').matchers)).toEqual(plain(matchers));
        expect(plain(parseUtf8Matchers(text))).toEqual(plain(matchers));
      }),
      { seed: 2, numRuns: 150 },
    );
  });

  it('and no text is read otherwise than with a MatcherError', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'{},="\\!~(|)* \n\u00a0', '=~', '!=', '!~', 'foo', '"b"'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        for (const mode of ['fallback', 'utf8', 'classic'] as const) {
          verdict((text) => [...parseMatchers(text, mode).matchers], pieces.join(''));
          verdict((text) => parseMatcher(text, mode), pieces.join(''));
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('long texts are read in no time', () => {
    const started = performance.now();
    verdict(parseClassicMatchers, `a="${' '.repeat(200_000)}`);
    verdict(parseUtf8Matchers, `a=${'\\'.repeat(200_000)}`);
    verdict(parseUtf8Matchers, '{'.repeat(200_000));
    verdict(parseClassicMatchers, ','.repeat(200_000));
    expect(parseUtf8Matchers(Array(20_000).fill('a=b').join(','))).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
