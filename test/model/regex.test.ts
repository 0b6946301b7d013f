import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../src/model/regex.ts';
import { requiredPrefix, shapeOf } from '../../src/model/regex-shape.ts';
import { readLines } from '../support/jsonl.ts';

function matches(source: string, text: string): boolean {
  const compiled = compileRegex(source);
  if ('error' in compiled) throw new Error(compiled.error);
  return compiled.matches(text);
}

describe('an expression matches what it matches in Go', () => {
  const rows = readLines<[string, string[], string[]]>(new URL('regex-matches.jsonl', import.meta.url));

  it.each(rows)('%j', (source, yes, no) => {
    for (const text of yes) expect(matches(source, text), text).toBe(true);
    for (const text of no) expect(matches(source, text), text).toBe(false);
  });
});

describe('an expression is refused as in Go', () => {
  const rows = readLines<[string, string | null]>(new URL('regex-refused.jsonl', import.meta.url));

  it.each(rows.map(([source, error]) => [source.slice(0, 30), source, error] as const))('%j', (_, source, error) => {
    const compiled = compileRegex(source);
    expect('error' in compiled ? compiled.error : null).toBe(error);
  });
});

describe('the shapes that need no engine', () => {
  it.each([
    'foo',
    'foo|bar|',
    '(foo|bar)-(a|b)',
    '.*',
    'foo.*',
    '.*foo',
    '.*foo.*',
    '.+foo.+',
    'a.*b.*c',
    '^foo$',
    '(?:a|b)\\.c',
  ])('%s is one', (source) => {
    expect(shapeOf(source)).toBeTypeOf('function');
  });

  it.each(['a?', '[ab]', 'a.b', 'a{2}', '(?i)a', '\\d', '\\Qa\\E', 'a**', '(a', 'a)', '(a)*', '.+.+', '.*\\n.*', ''])(
    '%j is none, or the empty word',
    (source) => {
      expect(shapeOf(source) === undefined).toBe(source !== '');
    },
  );

  const word = fc.constantFrom('a', 'b', 'ab', 'é', '😀', '\\.', '-', '\\|');
  const atom = fc.oneof({ weight: 3, arbitrary: word }, fc.constantFrom('.*', '.+', '.*?', '.+?', '.*'));
  const flat = fc.array(atom, { maxLength: 5 }).map((atoms) => atoms.join(''));
  const choice = fc.array(flat, { minLength: 1, maxLength: 3 }).map((all) => all.join('|'));
  const group = fc.tuple(fc.constantFrom('(', '(?:'), choice).map(([open, inner]) => `${open}${inner})`);
  const simple = fc
    .array(fc.oneof(flat, group), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join(''))
    .chain((one) => fc.tuple(fc.constant(one), choice, fc.boolean()))
    .map(([one, other, both]) => (both ? `^${one}$|${other}` : one));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'é', '😀', '.', '-', '|', '\n'), { maxLength: 7 })
    .map((parts) => parts.join(''));

  it('answer what RE2 answers', () => {
    let shaped = 0;
    fc.assert(
      fc.property(simple, fc.array(text, { minLength: 5, maxLength: 10 }), (source, texts) => {
        const test = shapeOf(source);
        if (test === undefined) return;
        shaped++;
        const program = RE2JS.compile(`^(?:${source})$`);
        for (const one of texts) expect([one, test(one)]).toEqual([one, program.test(one)]);
      }),
      { seed: 4, numRuns: 800 },
    );
    expect(shaped).toBeGreaterThan(500);
  });

  it('and so do the prefixes and the memory', () => {
    const piece = fc.constantFrom(
      ...'ab😀|()*+?^$.[]{}\\-',
      '(?i)',
      '[^a]',
      '{2}',
      '\\d',
      '(?:',
      '\\Q',
      '\\E',
      '(a|b)',
    );
    let compiled = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), fc.array(text, { maxLength: 6 }), (pieces, texts) => {
        const source = pieces.join('');
        const own = compileRegex(source);
        if ('error' in own) return;
        compiled++;
        const program = RE2JS.compile(`^(?:${source})$`);
        for (const one of [...texts, ...texts, 'ab', 'a', '']) {
          expect([one, own.matches(one)]).toEqual([one, program.test(one)]);
        }
      }),
      { seed: 5, numRuns: 1500 },
    );
    expect(compiled).toBeGreaterThan(300);
  });
});

describe('the required prefix', () => {
  it.each([
    ['foobar[0-9]', 'foobar'],
    ['^foo\\.bar\\d', 'foo.bar'],
    ['fooo*', 'foo'],
    ['fooo?', 'foo'],
    ['foo+', 'foo'],
    ['foo{2}', 'fo'],
    ['foo(bar|baz)', 'foo'],
    ['foo[|]bar', 'foo'],
    ['foo\\|[a]', 'foo|'],
    ['foo|bar[a]', ''],
    ['(foo)|bar', ''],
    ['foo)|(bar', ''],
    ['ab(?i)?', 'a'],
    ['(?i)foo', ''],
    ['[a]foo', ''],
    ['a😀?', 'a'],
    ['\\Qa|b\\E', ''],
  ])('of %s is %j', (source, prefix) => {
    expect(requiredPrefix(source)).toBe(prefix);
  });
});

describe('what an expression may cost', () => {
  const large = 'error parsing regexp: expression too large';

  it.each([
    ['a program that is too large', `(${'x{1000}'.repeat(25)})`, large],
    ['a source that is too long', `[a]${'b'.repeat(40_000)}`, large],
    ['a literal that is too long', 'b'.repeat(2 ** 20 + 1), large],
    ['repetition of repetition', '((a{100}){100}){100}', 'error parsing regexp: invalid repeat count: `{100}`'],
  ])('%s is refused', (_, source, error) => {
    expect(compileRegex(source)).toEqual({ error });
  });

  it('long lists of words are not', () => {
    const hosts = Array.from({ length: 20_000 }, (_, i) => `host-${i}\\.example\\.org`);
    const compiled = compileRegex(`(${hosts.join('|')})`);
    if ('error' in compiled) throw new Error(compiled.error);
    expect(compiled.matches('host-19999.example.org')).toBe(true);
    expect(compiled.matches('host-20000.example.org')).toBe(false);
  });

  it.each(['(a+)+b', '(a|a)*b', '(a|aa)+b', '(.*)*b', '([a-z]+)*b', `${'a?'.repeat(30)}${'a'.repeat(30)}b`])(
    '%s takes no time that grows faster than the text',
    (source) => {
      const started = performance.now();
      expect(matches(source, 'a'.repeat(50_000))).toBe(false);
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );

  it('a search in a long text neither', () => {
    const started = performance.now();
    const source = `.*${'a'.repeat(255)}b.*${'a'.repeat(255)}c.*`;
    expect(matches(source, 'a'.repeat(1_000_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('remembers few results, and right ones', () => {
    const compiled = compileRegex('[a-z]+-[0-9]*[02468]');
    if ('error' in compiled) throw new Error(compiled.error);
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 2000; i++) expect(compiled.matches(`host-${i}`)).toBe(i % 2 === 0);
    }
  });
});
