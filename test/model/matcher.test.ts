import { describe, expect, it } from 'vitest';
import {
  compareMatchers,
  MatcherError,
  type MatchType,
  matchersToString,
  matcherToString,
  matchesAll,
  newMatcher,
  sortMatchers,
} from '../../src/model/matcher.ts';

describe('matching', () => {
  it.each([
    ['=', 'bar', ['bar'], ['', 'baz', 'Bar', 'bar ']],
    ['=', '', [''], ['x']],
    ['!=', 'bar', ['', 'baz'], ['bar']],
    ['!=', '', ['x'], ['']],
    ['=~', 'ba[rz]', ['bar', 'baz'], ['', 'xbar', 'bart']],
    ['=~', '', [''], ['x']],
    ['=~', '.+', ['x'], ['']],
    ['=~', 'a|', ['a', ''], ['b']],
    ['!~', 'ba[rz]', ['', 'xbar', 'bart'], ['bar', 'baz']],
    ['!~', '.*', [], ['', 'x']],
  ] as [MatchType, string, string[], string[]][])('%s %j', (type, value, yes, no) => {
    const matcher = newMatcher('foo', type, value);
    for (const text of yes) expect(matcher.matches(text), text).toBe(true);
    for (const text of no) expect(matcher.matches(text), text).toBe(false);
  });

  it('takes a missing label for an empty one', () => {
    expect(matchesAll([newMatcher('foo', '=', '')], { bar: 'x' })).toBe(true);
    expect(matchesAll([newMatcher('foo', '!=', 'x')], {})).toBe(true);
    expect(matchesAll([newMatcher('foo', '=~', '.+')], {})).toBe(false);
  });

  it('asks for all of them', () => {
    const matchers = [newMatcher('a', '=', '1'), newMatcher('b', '!=', '2')];
    expect(matchesAll(matchers, { a: '1', b: '3' })).toBe(true);
    expect(matchesAll(matchers, { a: '1', b: '2' })).toBe(false);
    expect(matchesAll(matchers, { a: '0', b: '3' })).toBe(false);
    expect(matchesAll([], { a: '0' })).toBe(true);
  });

  it('knows no labels that nobody set', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(matchesAll([newMatcher(name, '=', '')], {}), name).toBe(true);
      expect(matchesAll([newMatcher(name, '=~', '.+')], {}), name).toBe(false);
    }
    const labels: unknown = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    expect(matchesAll([newMatcher('__proto__', '=', 'x')], labels as Record<string, string>)).toBe(true);
    expect(matchesAll([newMatcher('constructor', '=', 'y')], labels as Record<string, string>)).toBe(true);
  });

  it('refuses what is no expression, and only where one is meant', () => {
    expect(() => newMatcher('a', '=~', '(')).toThrow(MatcherError);
    expect(() => newMatcher('a', '!~', '(')).toThrow('error parsing regexp: missing closing ): `^(?:()$`');
    expect(newMatcher('a', '=', '(').matches('(')).toBe(true);
  });
});

describe('the order', () => {
  it('is by name, then value, then type', () => {
    const sorted = ['a!="1"', 'a="2"', 'a=~"2"', 'b="0"', 'b!="0"', 'b=~"0"', 'b!~"0"', 'é="0"', '😀="0"'];
    const matchers = [
      newMatcher('😀', '=', '0'),
      newMatcher('é', '=', '0'),
      newMatcher('b', '!~', '0'),
      newMatcher('b', '=~', '0'),
      newMatcher('b', '!=', '0'),
      newMatcher('b', '=', '0'),
      newMatcher('a', '=~', '2'),
      newMatcher('a', '=', '2'),
      newMatcher('a', '!=', '1'),
    ];
    expect(sortMatchers(matchers).map(matcherToString)).toEqual(sorted);
    expect(matchers[0]!.name).toBe('😀');
  });

  it('is by bytes, not by UTF-16', () => {
    expect(compareMatchers(newMatcher('\uffee', '=', ''), newMatcher('😀', '=', ''))).toBeLessThan(0);
  });

  it('tells equal ones from others', () => {
    expect(compareMatchers(newMatcher('a', '=~', 'b'), newMatcher('a', '=~', 'b'))).toBe(0);
  });
});

describe('writing', () => {
  it.each([
    ['foo', '=', 'bar', 'foo="bar"'],
    ['foo', '!~', '', 'foo!~""'],
    ['foo', '=', 'say "hi"', 'foo="say \\"hi\\""'],
    ['foo', '=', 'a\\b', 'foo="a\\\\b"'],
    ['foo', '=', 'a\nb', 'foo="a\\nb"'],
    ['foo', '=', 'a\tb', 'foo="a\tb"'],
    ['foo', '=~', '\\d+', 'foo=~"\\\\d+"'],
    ['größe', '=', '10', 'größe="10"'],
    ['foo.bar', '=', 'x', 'foo.bar="x"'],
    ['foo bar', '=', 'a\tb', '"foo bar"="a\\tb"'],
    ['foo=', '=', '\u00a0', '"foo="="\\u00a0"'],
    ["it's", '=', 'é', '"it\'s"="é"'],
    ['a,b', '!=', '"', '"a,b"!="\\""'],
    ['a\u2003b', '=', 'x', '"a\\u2003b"="x"'],
  ] as [string, MatchType, string, string][])('%j %s %j', (name, type, value, expected) => {
    expect(matcherToString(newMatcher(name, type, value))).toBe(expected);
  });

  it('joins by commas within braces', () => {
    expect(matchersToString([])).toBe('{}');
    expect(matchersToString([newMatcher('c', '=~', 'd'), newMatcher('a', '=', 'b')])).toBe('{c=~"d",a="b"}');
  });
});
