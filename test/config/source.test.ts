import { describe, expect, it } from 'vitest';
import { type Node, target } from '../../src/config/node.ts';
import { reindent } from '../../src/config/reindent.ts';
import { readSource } from '../../src/config/source.ts';

/** The tree as plain values: texts stay texts. */
function plain(node: Node | undefined): unknown {
  if (node === undefined) return undefined;
  const real = target(node);
  if (real.kind === 'scalar') return real.text;
  if (real.kind === 'list') return real.items.map(plain);
  return real.pairs.map(({ key, value }) => [plain(key), plain(value)]);
}

function read(input: string | Uint8Array): unknown {
  const { root, problems } = readSource(input);
  expect(problems).toEqual([]);
  return plain(root);
}

function firstProblem(input: string | Uint8Array): string {
  const [problem] = readSource(input).problems;
  return problem === undefined ? 'none' : `${problem.at}: ${problem.message}`;
}

describe('bytes', () => {
  const text = 'a: é🔥\n';
  it.each([
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['UTF-16, little end first', new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'))],
    ['UTF-16, big end first', new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le').swap16())],
  ])('%s is read', (_, bytes) => {
    expect(read(bytes)).toEqual([['a', 'é🔥']]);
  });

  it('that are not UTF-8 are refused at their place', () => {
    expect(firstProblem(new Uint8Array([0x61, 0x3a, 0x20, 0xe9, 0x0a]))).toBe(
      '3: this is not UTF-8: save the file as UTF-8',
    );
  });

  it.each([
    ['a: |\n  b', 'b'],
    ['a: |\n  b\n', 'b\n'],
    ['a: |+\n  b\n\n', 'b\n\n'],
    ['a: >\n  b\n  c', 'b c'],
    ['a: |-\n  b', 'b'],
    ['a: |\n  b\n ', 'b\n'],
    ['a: |\n  b\n   ', 'b\n '],
    ['a: |\n  b\n# c', 'b\n'],
    ['a: "b\\n"', 'b\n'],
  ])('%j: a text block ends as the file ends', (text, value) => {
    expect(read(text)).toEqual([['a', value]]);
  });

  it('has a byte order mark within a line as a sign like others', () => {
    expect(read('a: b\ufeff # \ufeff\nc: "\ufeff"\n')).toEqual([
      ['a', 'b\ufeff'],
      ['c', '\ufeff'],
    ]);
  });

  it.each([
    ["a: 'b''\nc: 'd'\n", "3: the quote that opens here is not closed: add a '"],
    ['a:\n- "b\\"\n- "c"\n', '5: the quote that opens here is not closed: add a "'],
  ])('%j: the quote at the end is part of the text', (text, problem) => {
    expect(firstProblem(text)).toBe(problem);
  });

  it.each([
    ["a: 'b'''\n", "b'"],
    ["a: ''''\n", "'"],
    ['a: "b\\\\"\n', 'b\\'],
    ['a: !!str "\\""\n', '"'],
  ])('%j: the quote at the end closes the text', (text, value) => {
    expect(read(text)).toEqual([['a', value]]);
  });

  it.each([
    ['\0', 'U+0000'],
    ['\x1b', 'U+001B'],
    ['\x7f', 'U+007F'],
    ['\u0080', 'U+0080'],
    ['\ufeff', 'U+FEFF'],
  ])('%j in the text is refused', (sign, name) => {
    expect(firstProblem(`a: b\n${sign}c: d`)).toBe(
      `5: the character ${name} is not allowed in YAML: remove it, or write it as an escape in double quotes`,
    );
  });
});

describe('syntax', () => {
  it('ends lines with any of the three ways', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(read(`a: 1${end}b: 2${end}`)).toEqual([
        ['a', '1'],
        ['b', '2'],
      ]);
  });

  it('reads the first document only', () => {
    for (const more of ['---\nb: [', '---\n]', '...\n]', '--- }']) expect(read(`a: 1\n${more}`)).toEqual([['a', '1']]);
    expect(read('---\na: "---"\nb: ---\n')).toEqual([
      ['a', '---'],
      ['b', '---'],
    ]);
    expect(read('# one\n%YAML 1.1\n---\na: 1\n')).toEqual([['a', '1']]);
  });

  it('gives an alias the last anchor of its name before it', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual([
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
      ['d', '2'],
    ]);
  });

  it.each([
    ['[', '0: '],
    ['a: *x', '3: no anchor &x'],
    ['a: "b', '3: the quote that opens here'],
    ['a: "b\\"c', '3: the quote that opens here'],
    ["a: 'b", '3: the quote that opens here'],
    ['\ta: b', '0: a tab must not indent'],
  ])('%j is refused', (text, start) => {
    const found = firstProblem(text);
    expect(found).not.toBe('none');
    if (text !== '[') expect(found.slice(0, start.length)).toBe(start);
  });

  it('does not repeat the text in its errors, which may be secret', () => {
    for (const text of [
      'a: "x" hunter2',
      'a: ]hunter2',
      'a: |hunter2',
      'a: [b] hunter2',
      'a: @hunter2',
      'a: "\\hunter2"',
      'a: "x\nhunter2',
    ]) {
      const { problems } = readSource(text);
      expect(problems).not.toEqual([]);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    }
  });
});

describe('limits', () => {
  it.each([
    ['brackets', '['.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['keys', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ])('nested %s are refused at the level that is too deep', (_, text) => {
    expect(firstProblem(text)).toMatch(/^\d+: nested more than 400 levels deep: flatten it$/);
  });

  it('files that are too large are refused at once', () => {
    expect(firstProblem(' '.repeat(17_000_000))).toBe('0: the file is larger than 16 MB: split it');
    expect(firstProblem(new Uint8Array(17_000_000))).toBe('0: the file is larger than 16 MB: split it');
  });

  it('files with too many words and signs are refused where they are too many', () => {
    expect(firstProblem('-\n'.repeat(510_000))).toMatch(/more than 1000000 words and signs/);
  });
});

describe('lines inside brackets and quotes', () => {
  it.each([
    ['a list at the margin', 'a:\n  b: [\nc,\n# d ]\nd\n]\n', [['a', [['b', ['c', 'd']]]]]],
    [
      'a mapping at the margin',
      'a: {\nb: c,\nd: {\ne: f }\n}\n',
      [
        [
          'a',
          [
            ['b', 'c'],
            ['d', [['e', 'f']]],
          ],
        ],
      ],
    ],
    [
      'double quotes at the margin',
      'a:\n- b: "c\nd\n\ne"\n  f: g\n',
      [
        [
          'a',
          [
            [
              ['b', 'c d\ne'],
              ['f', 'g'],
            ],
          ],
        ],
      ],
    ],
    [
      'single quotes at the margin',
      "a: 'b\nit''s: c'\nd: e\n",
      [
        ['a', "b it's: c"],
        ['d', 'e'],
      ],
    ],
    ['a quoted key before brackets', '"a b": [\nc]\n', [['a b', ['c']]]],
    ['an escaped end of line', 'a: "b\\\nc"\n', [['a', 'bc']]],
    ['quotes inside brackets', 'a: ["b\nc]", \'d\ne[\']\n', [['a', ['b c]', 'd e[']]]],
    [
      'after texts that hold quotes and brackets',
      "a: it's [b\n c: d\ne: |\n  'f [\n g\nh: x # it's\ni: [\nj]\n",
      undefined,
    ],
    [
      'after blocks, comments and texts that hold quotes and brackets',
      "a: it's [b\n  \"c\ne: |\n  'f [\n   g\n\nh: x # it's\nk: >-\n  \"\ni: [\nj]\n",
      [
        ['a', 'it\'s [b "c'],
        ['e', "'f [\n g\n"],
        ['h', 'x'],
        ['k', '"'],
        ['i', ['j']],
      ],
    ],
    ['behind anchors, tags and dashes', '- - &x !!seq [\na]\n- *x\n', [[['a']], ['a']]],
    ['below a dash', '- [\na,\nb]\n- "\n c"\n', [['a', 'b'], ' c']],
    ['quotes after a carriage return', "a: [\r\n'b',\r\n'c']\r\n", [['a', ['b', 'c']]]],
    [
      'the sign of a block below its key',
      'a:\n|-\n b\nc:\n  d:\n  >\n   e\n   f\n',
      [
        ['a', 'b'],
        ['c', [['d', 'e f\n']]],
      ],
    ],
    ['the sign of a block below its dash', 'a:\n-\n|-\n b\n', [['a', ['b']]]],
    ['the sign of a block left of its key', 'a:\n  b:\n |-\n   c\n', undefined],
    [
      'dashes alone in brackets',
      'a: [-, -b, c-, -]\nb: {c: -}\n',
      [
        ['a', ['-', '-b', 'c-', '-']],
        ['b', [['c', '-']]],
      ],
    ],
    ['a dash that begins a list in brackets', 'a: [- b]\n', undefined],
    ['behind a question mark', '? [\na]\n: {\nb: c}\n', [[['a'], [['b', 'c']]]]],
  ])('%s', (_, text, expected) => {
    if (expected === undefined) expect(readSource(text).problems).not.toEqual([]);
    else expect(read(text)).toEqual(expected);
  });

  it('tells places in the file as it was', () => {
    const text = 'a: [\nb,\n\nc,\n   {d: e}]\n';
    const { root, problems } = readSource(text);
    expect(problems).toEqual([]);
    const places: string[] = [];
    const walk = (node: Node): void => {
      if (node.kind === 'scalar') places.push(text.slice(node.at, node.at + node.text.length));
      if (node.kind === 'list') node.items.forEach(walk);
      if (node.kind === 'map') for (const { key, value } of node.pairs) [key, value].forEach(walk);
    };
    walk(root!);
    expect(places).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is only done where it changes something', () => {
    expect(reindent('a: [\n  b]\nc: "d\n  e"\n')).toBeUndefined();
  });

  it('maps every place back', () => {
    const mended = reindent('a: [\nb,\n c]\n')!;
    expect(mended.text).toBe('a: [\n b,\n c]\n');
    expect([...mended.text].map((_, i) => mended.original(i))).toEqual([0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('maps every place back where quotes were put, too', () => {
    const mended = reindent('a: [-,\n b]\n')!;
    expect(mended.text).toBe('a: ["-",\n b]\n');
    expect([...mended.text].map((_, i) => mended.original(i))).toEqual([0, 1, 2, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10]);
  });
});

describe('what follows a document', () => {
  it.each([
    ['a: b\n', undefined],
    ['a: b\n# c\n\n...\n# d\n---\n', undefined],
    ['a: b\n---\nc\n', 9],
    ['{a: b}\n# d\nc: d\n', 11],
    ['{a: b}}\n', 6],
    ['[a] b\n', 4],
  ])('is not read: %j', (text, at) => {
    const { problems, ignoredAt } = readSource(text);
    expect(problems).toEqual([]);
    expect(ignoredAt).toBe(at);
  });

  it.each(['{a: b}\n@\n', '{a: b}\n`\n', '{a: b}\n\tc\n', 'a: b\n}\n', 'a: b\n c: d\n'])('is a mistake: %j', (text) => {
    expect(readSource(text).problems).not.toEqual([]);
  });
});
