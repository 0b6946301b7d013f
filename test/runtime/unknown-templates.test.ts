import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/model/problem.ts';
import { loadConfiguration } from '../../src/runtime/configuration.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** The warnings of a configuration with such Slack settings and such files of templates. */
async function warningsOf(slack: string, templates: Readonly<Record<string, string>> = {}): Promise<string[]> {
  for (const [name, text] of Object.entries(templates)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const file = join(dir, 'alertmanager.yml');
  writeFileSync(
    file,
    `route: {receiver: r}
templates: ['*.tmpl', 'more/*.tmpl']
receivers:
- name: r
  slack_configs:
  - api_url: http://127.0.0.1/
${slack}
`,
  );
  const { warnings } = await loadConfiguration(file, 'fallback');
  return warnings.map((problem) => `${describeProblem(problem).replaceAll(`${dir}/`, '')} (${problem.code ?? ''})`);
}

const FAILS = 'this template will fail when a notification is rendered: there is no template';

describe('a template that nobody has defined', () => {
  it('is told where the configuration executes it, with what may be meant', async () => {
    const slack = `    title: 'x {{ if .Alerts }}{{ else }}{{ range .Alerts }}{{ template "slack.defualt.title" . }}{{ end }}{{ end }}'
    fields: [{title: t, value: '{{ with 1 }}{{ template "mine" }}{{ end }}'}]`;
    expect(await warningsOf(slack)).toEqual([
      `alertmanager.yml:7:12: receivers[0].slack_configs[0].title: ${FAILS} "slack.defualt.title": did you mean "slack.default.title"? (unknown-template)`,
      `alertmanager.yml:8:32: receivers[0].slack_configs[0].fields[0].value: ${FAILS} "mine": define it in a file that templates names (unknown-template)`,
    ]);
  });

  it('is told where a file executes it', async () => {
    const templates = {
      'a.tmpl': '',
      'more/b.tmpl': '{{ define "b" }}\n{{ block "c" . }}{{ template "gone" }}{{ end }}{{ end }}',
    };
    expect(await warningsOf('', templates)).toEqual([
      `more/b.tmpl:2:30: ${FAILS} "gone": define it in a file that templates names (unknown-template)`,
    ]);
  });

  it('is not one that a file, another file, the text itself or Alertmanager defines', async () => {
    const slack = `    title: '{{ define "own" }}{{ template "b" . }}{{ end }}{{ template "own" . }}{{ template "__subject" . }}'`;
    const templates = {
      'a.tmpl': '{{ define "a" }}{{ template "b" . }}{{ end }}',
      'more/b.tmpl': '{{ define "b" }}x{{ end }}',
    };
    expect(await warningsOf(slack, templates)).toEqual([]);
  });
});
