import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBody, encodeJson } from '../../src/receivers/json.ts';
import { renderTree, retype } from '../../src/receivers/tree.ts';

/** What is sent for a text that came out of a template. */
const sent = (text: string) => encodeJson(retype(text));

describe('a text in a body', () => {
  it.each([
    ['', 'null'],
    ['~', 'null'],
    ['null', 'null'],
    ['Null', 'null'],
    ['nuLL', '"nuLL"'],
    ['true', 'true'],
    ['yes', 'true'],
    ['On', 'true'],
    ['n', 'false'],
    ['OFF', 'false'],
    ['oFF', '"oFF"'],
    ['2', '2'],
    ['-17', '-17'],
    ['+5', '5'],
    ['1_000', '1000'],
    ['017', '15'],
    ['08', '8'],
    ['0x1F', '31'],
    ['0b101', '5'],
    ['0o17', '15'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['1.', '1'],
    ['9007199254740993', '9007199254740993'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '18446744073709552000'],
    ['1e999', '"1e999"'],
    ['.nan', '".nan"'],
    ['.inf', '".inf"'],
    ['12:30', '"12:30"'],
    ['2024-05-06', '"2024-05-06"'],
    ['"quoted"', '"\\"quoted\\""'],
    ["'quoted'", '"\'quoted\'"'],
    ['[FIRING:2] Down', '"[FIRING:2] Down"'],
    ['[FIRING:2]', '["FIRING:2"]'],
    ['web: down', '{"web":"down"}'],
    ['web: a: b', '"web: a: b"'],
    ['ends with:', '{"ends with":null}'],
    ['a # comment', '"a # comment"'],
    ['5 # comment', '5'],
    ['# comment', 'null'],
    ['- 1\n- two\n- "3"', '[1,"two","3"]'],
    ['1: a\nb: c', '{"b":"c"}'],
    ['a: &x [1]\nb: *x', '{"a":[1],"b":[1]}'],
    ['a: 1\na: 2', '{"a":2}'],
    ['d: {x: 1}\ne:\n  <<: {w: 2}\n  z: 3', '{"d":{"x":1},"e":{"w":2,"z":3}}'],
    ['<<: [{a: 1}, {a: 2, b: 3}]', '{"a":1,"b":3}'],
    ['e:\n  y: 1\n  z: 2', '{"e":{"z":2}}'],
    ['...', '"..."'],
    [': a', '": a"'],
    ['? a : b', '"? a : b"'],
    ['!!int "5"', '5'],
    ['+18446744073709551615', '18446744073709552000'],
    ['*nobody', '"*nobody"'],
    ['!custom 5', '"!custom 5"'],
    ['!!str 5', '"!!str 5"'],
    ['@at', '"@at"'],
    ['first\n---\nsecond: 2', '"first\\n---\\nsecond: 2"'],
    ['a: 1\n---\nb: 2', '{"a":1}'],
    ['  {"a": [1, {"b": null}], "c": "1"}\n', '{"a":[1,{"b":null}],"c":"1"}'],
    ['{"id": 12345678901234567890}', '{"id":12345678901234567890}'],
    ['{"10": 1, "9": 2, "__proto__": 3}', '{"10":1,"9":2,"__proto__":3}'],
    ['[1, 2', '"[1, 2"'],
    [
      'Labels:\n - alertname = Down\nSource: http://x/?a=b&c',
      '{"Labels":["alertname = Down"],"Source":"http://x/?a=b\\u0026c"}',
    ],
  ])('%j is sent as %s', (text, expected) => {
    expect(sent(text)).toBe(expected);
  });

  it('stays what it is whatever it is, or becomes something that JSON can hold', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'[]{}:,-?*&!|>\'"% \n01a') })), (text) => {
        expect(() => JSON.parse(sent(text)) as unknown).not.toThrow();
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it.each([
    // Any of the first few has ended a process: expressions that are compiled at the end of the stack do that.
    ['brackets', '['.repeat(10_000)],
    ['more brackets', '['.repeat(100_000)],
    ['braces', '[{a: '.repeat(9000)],
    ['closed brackets', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['questions', '? '.repeat(24_000)],
    ['dashes', '- '.repeat(24_000)],
    ['anchors', Array.from({ length: 5000 }, (_, i) => `&a${i} x`).join('\n')],
    [
      'aliases',
      `a: &a [1]\n${Array.from({ length: 60 }, (_, i) => `${'abcdefgh'[i % 8]}${i}: [*a, *a, *a]`).join('\n')}`,
    ],
    [
      'laughs',
      [
        'a: &a [x, x]',
        ...[...'bcdefghijklmnopqrstuvw'].map(
          (c, i) => `${c}: &${c} [*${'abcdefghijklmnopqrstuv'[i]!}, *${'abcdefghijklmnopqrstuv'[i]!}]`,
        ),
      ].join('\n'),
    ],
    ['spaces', `a:${' '.repeat(45_000)}b`],
    ['quotes', `"${'\\"'.repeat(20_000)}`],
    ['digits', '9'.repeat(90_000)],
    ['colons', 'a:\n'.repeat(16_000)],
  ])('of many %s takes little time', (_, text) => {
    const before = process.cpuUsage();
    sent(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe('a long list of alerts', () => {
  const list = (item: object) => JSON.stringify(Array.from({ length: 2000 }, () => item));

  it('is a list, whatever its texts look like', () => {
    const fingerprints = list({ digits: '1234567890123456', fingerprint: '12e4567890123456', quote: 'a "1e5" \\' });
    expect(fingerprints.length).toBeGreaterThan(100_000);
    expect(sent(fingerprints)).toBe(fingerprints);
  });

  it('is a text where it holds numbers that would not be the same', () => {
    expect(sent(list({ n: 1e21, text: 'x'.repeat(30) }))).toMatch(/^"\[/);
  });
});

describe('nesting', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const listed = (levels: number) => `${'- '.repeat(levels)}x`;

  it('of a hundred levels is read', () => {
    expect(sent(nested(100))).toBe(nested(100));
    expect(sent(listed(100))).toBe(`${'['.repeat(100)}"x"${']'.repeat(100)}`);
  });

  it('of more levels is left as text', () => {
    expect(sent(nested(101))).toBe(JSON.stringify(nested(101)));
    expect(sent(listed(101))).toBe(JSON.stringify(listed(101)));
  });
});

describe('a tree', () => {
  const execute = (template: string) => template.replace('{{ n }}', '3').replace('{{ k }}', 'key');

  it('has its texts and keys executed, at any depth', () => {
    const tree = { '{{ k }}': 'v{{ n }}', list: ['{{ n }}', 1.5, true, null, { deep: '{{ n }}' }] };
    expect(encodeJson(renderTree(tree, execute))).toBe('{"key":"v3","list":[3,1.5,true,null,{"deep":3}]}');
  });

  it('is sent with sorted keys and escaped as Go does', () => {
    expect(encodeBody(renderTree({ b: '<&>', a: 'x\u2028', Z: 'ü' }, execute))).toBe(
      '{"Z":"ü","a":"x\\u2028","b":"\\u003c\\u0026\\u003e"}\n',
    );
  });
});
