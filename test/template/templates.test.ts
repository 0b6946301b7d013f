import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/model/problem.ts';
import { parseTemplates, TemplateError } from '../../src/template/templates.ts';
import { data } from './cases.ts';

function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('parseTemplates', () => {
  it('lets a later file redefine what an earlier one defines', () => {
    const templates = parseTemplates([
      { name: 'a.tmpl', text: '{{ define "x" }}1{{ end }}{{ define "y" }}y{{ end }}' },
      { name: 'b.tmpl', text: '{{ define "x" }}2{{ template "y" }}{{ end }}' },
    ]);
    expect(templates.text('{{ template "x" }}', data)).toBe('2y');
    expect(templates.html('{{ template "x" }}', data)).toBe('2y');
  });

  it('keeps a definition that a later file repeats with nothing in it', () => {
    const templates = parseTemplates([
      { name: 'a.tmpl', text: '{{ define "x" }}1{{ end }}' },
      { name: 'b.tmpl', text: '{{ define "x" }} \n{{ end }}' },
    ]);
    expect(templates.text('{{ template "x" }}', data)).toBe('1');
  });

  it('knows a file by the last part of its name', () => {
    const templates = parseTemplates([{ name: '/etc/tocsin/mine.tmpl', text: 'mine: {{ .Status }}' }]);
    expect(templates.text('{{ template "mine.tmpl" . }}', data)).toBe('mine: firing');
    const broken = parseTemplates([{ name: '/etc/mine.tmpl', text: '{{ define "x" }}\n  {{ .Foo }}{{ end }}' }]);
    expect(() => broken.text('{{ template "x" . }}', data)).toThrow(
      'template: mine.tmpl:2:5: executing "x" at <.Foo>: can\'t evaluate field Foo in type *template.Data',
    );
  });

  it('tells every broken file with its place', () => {
    const problems = problemsOf(() =>
      parseTemplates([
        { name: 'dir/a.tmpl', text: 'ok\n{{ foo }}' },
        { name: 'b.tmpl', text: 'fine' },
        { name: 'c.tmpl', text: '{{ if .Status }}\n\n' },
      ]),
    );
    expect(problems).toEqual([
      {
        file: 'dir/a.tmpl',
        line: 2,
        column: 4,
        path: '',
        message: 'template: a.tmpl:2: function "foo" not defined',
        severity: 'error',
      },
      {
        file: 'c.tmpl',
        line: 3,
        column: 1,
        path: '',
        message: 'template: c.tmpl:3: unexpected EOF',
        severity: 'error',
      },
    ]);
  });

  it('allows a name only once in one file', () => {
    const text = '{{ define "x" }}1{{ end }}{{ define "x" }}2{{ end }}';
    expect(() => parseTemplates([{ name: 'a.tmpl', text }])).toThrow(
      'template: a.tmpl:1: template: multiple definition of template "x"',
    );
  });

  it('rejects a zone that it does not know', () => {
    expect(() => parseTemplates([], { localZone: 'Nowhere/City' })).toThrow(
      new TemplateError('unknown time zone Nowhere/City'),
    );
  });
});

describe('Templates', () => {
  it('prints nothing for an empty text, and a text without actions as it is', () => {
    const templates = parseTemplates([]);
    expect(templates.text('', data)).toBe('');
    expect(templates.html('', data)).toBe('');
    expect(templates.text(' \n', data)).toBe(' \n');
    expect(templates.text('a < b', data)).toBe('a < b');
    expect(templates.html('a < b', data)).toBe('a &lt; b');
  });

  it('lets a text define templates for itself alone', () => {
    const templates = parseTemplates([
      { name: 'a.tmpl', text: '{{ define "x" }}1{{ template "y" }}{{ end }}{{ define "y" }}2{{ end }}' },
    ]);
    expect(templates.text('{{ define "y" }}3{{ end }}{{ template "x" }}', data)).toBe('13');
    expect(templates.text('{{ template "x" }}', data)).toBe('12');
  });

  it('gives the same answer when a text is rendered again, errors included', () => {
    const templates = parseTemplates([]);
    for (let i = 0; i < 3; i++) {
      expect(templates.html('<a href="{{ .ExternalURL }}">', data)).toBe('<a href="http://am.example.org:9093">');
      expect(() => templates.html('<a {{ if .Status }}b="{{ end }}', data)).toThrow(
        'branches end in different contexts',
      );
      expect(() => templates.text('{{ foo }}', data)).toThrow('template: :1: function "foo" not defined');
    }
  });

  it('still knows texts after many others', () => {
    const templates = parseTemplates([]);
    for (let i = 0; i < 1200; i++) expect(templates.text(`${i}{{ .Status }}`, data)).toBe(`${i}firing`);
    expect(templates.text('0{{ .Status }}', data)).toBe('0firing');
  });

  it('reads the clock of the data, in the zone that is local', () => {
    const templates = parseTemplates([], { localZone: 'Asia/Tokyo' });
    expect(templates.text('{{ now }} {{ now.Location }} {{ tz "Local" now }} {{ now.UTC }}', data)).toBe(
      '2026-07-01 21:34:56 +0900 JST Asia/Tokyo 2026-07-01 21:34:56 +0900 JST 2026-07-01 12:34:56 +0000 UTC',
    );
  });

  it.each(['text', 'html'] as const)('ends once there is more than enough: %s', (mode) => {
    const templates = parseTemplates([]);
    const long =
      '{{ range .Alerts }}{{ range .Labels }}{{ . }}{{ end }}{{ end }}, {{ .ExternalURL }}{{ .NoSuchField }}';
    expect(() => templates[mode](long, data)).toThrow('NoSuchField');
    const whole = templates[mode](long.replace('{{ .NoSuchField }}', ''), data);
    expect(templates[mode](long.replace('{{ .NoSuchField }}', ''), data, whole.length)).toBe(whole);
    const some = templates[mode](long, data, 5);
    expect(some.length).toBeGreaterThan(5);
    expect(some.length).toBeLessThan(whole.length);
    expect(whole.startsWith(some)).toBe(true);
  });

  it.each(['{{ .Alerts | toJson }}', '{{ toJson .Alerts }}', '{{ with .Alerts }} x{{ toJson . }}{{ end }}'])(
    'makes no more JSON than is enough: %s',
    (text) => {
      const templates = parseTemplates([]);
      const many = { ...data, alerts: Array.from({ length: 5000 }, () => data.alerts[0]!) };
      const whole = templates.text(text, many);
      const some = templates.text(text, many, 1000);
      expect(whole.startsWith(some)).toBe(true);
      expect(some.trim().length).toBeGreaterThan(1000);
      expect(some.length).toBeLessThan(2000);
      expect(templates.text(text, many, whole.length)).toBe(whole);
    },
  );

  it('counts the same for JSON that it has made before', () => {
    const fresh = () => ({ ...data, alerts: data.alerts.map((alert) => ({ ...alert })) });
    const verdictOf = (steps: number, on: typeof data) => {
      try {
        return parseTemplates([], { limits: { steps } }).text('{{ toJson .Alerts }}', on);
      } catch (error) {
        return String(error);
      }
    };
    const verdicts = new Set<string>();
    for (let steps = 10; steps < 400; steps += 3) {
      const known = fresh();
      const [first, again] = [verdictOf(100_000, known), verdictOf(steps, known)];
      expect(again).toBe(verdictOf(steps, fresh()));
      expect([first, expect.stringContaining('exceeded the limit')]).toContainEqual(again);
      verdicts.add(again === first ? 'made' : 'too much');
    }
    expect([...verdicts].sort()).toEqual(['made', 'too much']);
  });

  it.each([
    '{{ .Alerts | toJson | len }}',
    '{{ len (toJson .Alerts) }}',
    '{{ .Alerts | toJson | len | toJson }}',
    '{{ toJson (len (toJson .Alerts)) }}',
    '{{ .Alerts | toJson | match "x" }}',
    '{{ $json := toJson .Alerts }}{{ len $json }}',
    '{{ if toJson .Alerts }}yes{{ end }}',
  ])('makes all JSON that something else is made of: %s', (text) => {
    const templates = parseTemplates([]);
    expect(templates.text(text, data, 5)).toBe(templates.text(text, data));
    expect(templates.html(text, data, 5)).toBe(templates.html(text, data));
  });

  it('does not count white space at the ends as part of what is enough', () => {
    const templates = parseTemplates([]);
    const spread = '{{ range 400 }}\n{{ end }}{{ .Status }}{{ range 400 }}\n{{ end }}{{ .Receiver }}';
    const trailing = spread.replace('{{ .Receiver }}', '');
    expect(templates.text(trailing, data, 10).trim()).toBe('firing');
    expect(templates.text(spread, data, 410).length).toBe(806 + data.receiver.length);
    expect(templates.text(`${spread}{{ .NoSuchField }}`, data, 100).trim()).toContain(data.receiver);
  });

  it('does not hand out half characters', () => {
    const templates = parseTemplates([]);
    expect(templates.text('{{ slice "é" 0 1 }}|{{ slice "é" 0 1 }}{{ slice "é" 1 2 }}', data)).toBe('\ufffd|é');
    const half = { ...data, receiver: 'a\ud83d' };
    expect(templates.text('{{ .Receiver }}', half)).toBe('a\ufffd');
  });
});

describe('route labels', () => {
  const routeLabels = {
    team: '{{ .GroupLabels.job }}',
    page: '{{ routeLabels "team" }}-{{ routeLabels "nope" }}{{ .Status }}',
    one: '{{ routeLabels "two" }}',
    two: '{{ routeLabels "one" }}',
    bad: '{{ .Foo }}',
  };
  const templates = parseTemplates([]);

  it('are rendered through each other, each once', () => {
    const failed: [string, string][] = [];
    const rendered = templates.routeLabels({ ...data, routeLabels }, (name, message) => failed.push([name, message]));
    expect(rendered).toEqual({ team: 'node', page: 'node-firing' });
    expect(failed.map(([name]) => name)).toEqual(['one', 'two', 'bad']);
    expect(failed[0]![1]).toContain('route label cycle detected: one -> two -> one');
    expect(failed[2]![1]).toBe(
      'template: :1:3: executing "" at <.Foo>: can\'t evaluate field Foo in type *template.Data',
    );
  });

  it('are executed by the function only while they are templates', () => {
    const raw = { ...data, routeLabels: { team: '{{ .Status }}' } };
    expect(templates.text('{{ routeLabels "team" }}', raw)).toBe('firing');
    expect(templates.text('{{ .RouteLabels.team }}', raw)).toBe('{{ .Status }}');
    expect(templates.text('{{ routeLabels "team" }}', { ...raw, routeLabelsRendered: true })).toBe('{{ .Status }}');
    expect(templates.html('<b>{{ routeLabels "team" }}', raw)).toBe('<b>firing');
    expect(templates.text('[{{ routeLabels "nope" }}][{{ routeLabels "constructor" }}]', raw)).toBe('[][]');
  });

  it('cannot call themselves forever', () => {
    const raw = { ...data, routeLabels: { a: '{{ routeLabels "a" }}' } };
    expect(() => templates.text('{{ routeLabels "a" }}', raw)).toThrow('route label cycle detected: a -> a');
  });
});
