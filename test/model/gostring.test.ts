import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSpace, isValidUnicode, quote, trimSpace, unquote } from '../../src/model/gostring.ts';

describe('quote', () => {
  it.each([
    ['', '""'],
    ['abc', '"abc"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["it's", '"it\'s"'],
    ['back\\slash', '"back\\\\slash"'],
    ['\u0007\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\0\x01\x1b\x7f', '"\\x00\\x01\\x1b\\x7f"'],
    ['größe 日本 😀', '"größe 日本 😀"'],
    ['\u0080\u009f', '"\\u0080\\u009f"'],
    ['\u00a0\u00ad', '"\\u00a0\\u00ad"'],
    ['\u2003\u200b\u2028', '"\\u2003\\u200b\\u2028"'],
    ['\ufeff\ue000', '"\\ufeff\\ue000"'],
    ['\u{10ffff}', '"\\U0010ffff"'],
    ['e\u0301', '"e\u0301"'],
    ['\ufffd', '"\ufffd"'],
    ['\ud800', '"\\ufffd"'],
  ])('%j', (text, expected) => {
    expect(quote(text)).toBe(expected);
  });
});

describe('unquote', () => {
  it.each([
    ['""', ''],
    ['"abc"', 'abc'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\u0007\b\f\n\r\t\v\\"'],
    ['"\\x41\\101\\u00e9\\U0001f600"', 'AAé😀'],
    ['"\\xc3\\xa9"', 'é'],
    ['"\\303\\251"', 'é'],
    ['"é\\n日"', 'é\n日'],
    ['"\t"', '\t'],
    ['"\\ufeffx"', '\ufeffx'],
  ])('%s', (literal, expected) => {
    expect(unquote(literal)).toBe(expected);
  });

  it.each([
    '',
    '"',
    'abc',
    '"abc',
    'abc"',
    '"a"b"',
    '"\\"',
    '"a\nb"',
    '"\\\n"',
    '"\\d"',
    '"\\\'"',
    '"\\x4"',
    '"\\xg0"',
    '"\\u00e"',
    '"\\ud800"',
    '"\\U00110000"',
    '"\\400"',
    '"\\08"',
    '"\\xff"',
    '"\\xc3"',
    '"\\xed\\xa0\\x80"',
    '"\\constructor"',
    '`abc`',
    "'a'",
  ])('refuses %j', (literal) => {
    expect(unquote(literal)).toBeUndefined();
  });

  it('undoes quote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unquote(quote(text))).toBe(text);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

describe('spaces', () => {
  it("are Go's", () => {
    for (const code of [
      9, 10, 11, 12, 13, 32, 0x85, 0xa0, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
    ]) {
      expect(isSpace(code), code.toString(16)).toBe(true);
    }
    for (const code of [0, 8, 14, 0x1f, 0x21, 0x84, 0x86, 0x180e, 0x1fff, 0x200b, 0x2060, 0xfeff]) {
      expect(isSpace(code), code.toString(16)).toBe(false);
    }
  });

  it('are trimmed at both ends', () => {
    expect(trimSpace('\u0085\u3000 a b\u00a0\n')).toBe('a b');
    expect(trimSpace('\ufeffa')).toBe('\ufeffa');
    expect(trimSpace(' \t')).toBe('');
  });
});

describe('isValidUnicode', () => {
  it('finds halves of characters', () => {
    for (const text of ['', 'a', 'é', '😀', '\ufffd']) expect(isValidUnicode(text)).toBe(true);
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800', '😀\ud83d']) expect(isValidUnicode(text)).toBe(false);
  });
});
