import { describe, expect, it } from 'vitest';
import { parseTemplates } from '../../src/template/templates.ts';
import { data } from './cases.ts';

const templates = parseTemplates([]);
/** With fewer steps, so that the tests need not wait for millions of them. */
const quick = parseTemplates([], { limits: { steps: 300_000, outputLength: 1_000_000 } });
const STEPS = /exceeded the limit of 300000 execution steps$/;
const LENGTH = /exceeded the limit of 1000000 characters of text$/;

/** `$x` doubled so many times. */
function doubled(text: string, times: number): string {
  return `{{ $x := ${JSON.stringify(text)} }}{{ range ${times} }}{{ $x = print $x $x }}{{ end }}`;
}

const endless: readonly (readonly [string, string, RegExp])[] = [
  ['an endless loop', '{{ range 1000000000000 }}{{ end }}', STEPS],
  ['loops in loops', '{{ range 1000000 }}{{ range 1000000 }}x{{ end }}{{ end }}', STEPS],
  [
    'a template that calls itself',
    '{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}',
    /exceeded maximum template depth \(1000\)$/,
  ],
  [
    'a template that calls itself in branches',
    '{{ define "r" }}{{ if true }}{{ with 1 }}{{ range 1 }}{{ template "r" . }}{{ end }}{{ end }}{{ end }}{{ end }}{{ template "r" . }}',
    /exceeded (?:maximum template depth|the depth to which templates can nest)/,
  ],
  ['a doubling text', doubled('ab', 100), LENGTH],
  ['a doubling replacement', '{{ $x := "ab" }}{{ range 100 }}{{ $x = reReplaceAll "." $x $x }}{{ end }}', LENGTH],
  ['a doubling join', '{{ $x := "ab" }}{{ range 100 }}{{ $x = join $x (stringSlice "a" $x) }}{{ end }}', LENGTH],
  ['wide columns', '{{ range 1000 }}{{ printf "%9999999d" 1 }}{{ end }}', LENGTH],
  ['long fractions', '{{ range 1000000 }}{{ $x := printf "%.99999f" 1.5 }}{{ end }}', STEPS],
  ['a format that grows', `${doubled('%[1]s', 15)}{{ printf $x $x }}`, LENGTH],
  ['a list of lists of lists', '{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ $x }}', STEPS],
  ['its JSON', '{{ $x := list 1 }}{{ range 60 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ toJson $x }}', STEPS],
  ['a deep list', '{{ $x := list 1 }}{{ range 200000 }}{{ $x = list $x }}{{ end }}{{ $x }}', /exceeded/],
  ['a growing list', '{{ $x := list }}{{ range 500000 }}{{ $x = append $x 1 }}{{ end }}', STEPS],
  ['a search that starts over', `${doubled('a', 17)}{{ reReplaceAll "a+z|a" "" $x }}`, STEPS],
  ['a large pattern', `${doubled('a', 18)}{{ match "(a?){500}a{500}b" $x }}`, STEPS],
  ['many patterns', '{{ range 1000 }}{{ match (printf "(a{900}|%d)" .) "x" }}{{ end }}', STEPS],
  [
    'long comparisons',
    `${doubled('é', 18)}{{ $y := print $x "a" }}{{ $z := print $x "b" }}{{ range 100000 }}{{ $w := lt $y $z }}{{ end }}`,
    STEPS,
  ],
  ['bytes of long texts', `${doubled('é', 18)}{{ range 100000 }}{{ $y := index $x . }}{{ end }}`, STEPS],
  ['JSON of long texts', `${doubled('é', 18)}{{ range 100000 }}{{ $y := len (toJson (dict $x 1)) }}{{ end }}`, STEPS],
  ['long texts in hexadecimal', `${doubled('é', 18)}{{ range 100000 }}{{ $y := printf "%.1x" $x }}{{ end }}`, STEPS],
  ['times that do not fit', '{{ range 1000000 }}{{ $x := toDate "2006" "x" }}{{ end }}', STEPS],
  [
    'long layouts',
    `${doubled('x', 17)}{{ range 100000 }}{{ $y := date $x (index $.Alerts 0).StartsAt }}{{ end }}`,
    STEPS,
  ],
  [
    'time zones',
    '{{ range 1000000 }}{{ (tz "Europe/Berlin" ((index $.Alerts 0).StartsAt.Add 1)).Hour }}{{ end }}',
    STEPS,
  ],
];

describe('a template ends', () => {
  it.each(endless)('with an error for %s', (_, template, message) => {
    const start = performance.now();
    expect(() => quick.text(template, data)).toThrow(message);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('with an error that is no longer than a log can bear', () => {
    expect(() => quick.text(`${doubled('ab', 18)}{{ range $x }}{{ end }}`, data)).toThrow(
      /^template: :1:\d+: executing "" at <\$x>: range can't iterate over (?:ab){1000,9000}\.\.\.$/,
    );
  });

  it('within a second or so by default', () => {
    const start = performance.now();
    expect(() => templates.text('{{ range 1000000000000 }}{{ end }}', data)).toThrow(
      'exceeded the limit of 2000000 execution steps',
    );
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('with an error that tells where it was', () => {
    expect(() =>
      templates.text('{{ define "x" }}\n{{ range 1000000000 }}{{ . }}{{ end }}{{ end }}{{ template "x" }}', data),
    ).toThrow(/^template: :2:\d+: executing "x" at <.*>: exceeded the limit/);
  });

  it('when it nests too deeply to be parsed', () => {
    expect(() => templates.text('{{ if 1 }}'.repeat(100_000), data)).toThrow(
      'template: :1: nested more than 500 levels deep',
    );
    expect(() => templates.text(`{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`, data)).toThrow(
      'nested more than 500',
    );
    expect(templates.text(`{{ if 0 }}${'{{ else if 0 }}'.repeat(300)}{{ else }}x{{ end }}`, data)).toBe('x');
  });

  it('when it is too complex to be escaped', () => {
    const nested = '{{ range 1 }}'.repeat(40) + '{{ end }}'.repeat(40);
    expect(() => templates.html(nested, data)).toThrow('html/template: too complex to be escaped');
  });

  it('in time when it consists of thousands of templates', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `t${i}`);
    const text = names.map((name) => `{{ define "${name}" }}x{{ end }}{{ template "${name}" }}`).join('');
    const start = performance.now();
    expect(templates.html(text, data)).toBe('x'.repeat(names.length));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('in time when its text is hostile to the escaper', () => {
    const start = performance.now();
    templates.html(`<style>"${'\\"'.repeat(20_000)}</style>`, data);
    templates.html(`<script>${'{ '.repeat(50_000)}</script>`, data);
    templates.html(`${'<'.repeat(100_000)}<a ${'b=c '.repeat(20_000)}>`, data);
    expect(() => templates.html(`<script>\`${'${ `'.repeat(20_000)}`, data)).toThrow(
      'template literals nest more than 100',
    );
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('at the limits that were asked for', () => {
    const strict = parseTemplates([], { limits: { outputLength: 10, steps: 50, depth: 2 } });
    expect(strict.text('0123456789', data)).toBe('0123456789');
    expect(() => strict.text('01234567890', data)).toThrow('exceeded the limit of 10 characters of text');
    expect(strict.text('{{ range 5 }}{{ . }}{{ end }}', data)).toBe('01234');
    expect(() => strict.text('{{ range 60 }}{{ end }}', data)).toThrow('exceeded the limit of 50 execution steps');
    const defs =
      '{{ define "a" }}{{ template "b" }}{{ end }}{{ define "b" }}{{ template "c" }}{{ end }}{{ define "c" }}x{{ end }}';
    expect(strict.text(`${defs}{{ template "b" }}`, data)).toBe('x');
    expect(() => strict.text(`${defs}{{ template "a" }}`, data)).toThrow('exceeded maximum template depth (2)');
  });

  it('well within the limits when a notification has thousands of alerts', () => {
    const large = { ...data, alerts: Array.from({ length: 5000 }, (_, i) => data.alerts[i % 3]!) };
    const template =
      '{{ range .Alerts }}{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}{{ .StartsAt }}\n{{ end }}';
    expect(templates.text(template, large).split('\n')).toHaveLength(5001);
  });
});
