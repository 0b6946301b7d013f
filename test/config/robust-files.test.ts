// Files that are not what they should be: a directory, bytes, a glob without a match, secrets that are not there. Each is
// told of in clear words, at the time at which Alertmanager would notice it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FieldSpec } from '../../src/model/schema.ts';
import { prepare } from '../../src/receivers/index.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { loadConfiguration } from '../../src/runtime/configuration.ts';
import { NEEDED, withEntry } from '../conformance/config-frames.ts';
import { firing, notificationOf } from '../support/notifications.ts';
import { attemptIO } from '../support/receiving.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-robust-'));
afterAll(() => rmSync(dir, { recursive: true }));

const PLAIN = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

function write(name: string, text: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

function load(text: string | Uint8Array) {
  return loadConfiguration(write('am.yml', text), 'fallback');
}

describe('a configuration that is no file of text', () => {
  it('is refused when it is a directory', async () => {
    await expect(loadConfiguration(dir, 'fallback')).rejects.toThrow(/^cannot read the configuration: EISDIR/);
  });

  it('is refused when it is not there', async () => {
    const missing = join(dir, 'none.yml');
    await expect(loadConfiguration(missing, 'fallback')).rejects.toThrow(
      /^cannot read the configuration: ENOENT.*none\.yml/,
    );
  });

  it.each([
    ['nothing', new Uint8Array(0), 'the file is empty'],
    ['bytes', new Uint8Array([0x80, 0x81, 0xfe]), 'this is not UTF-8: save the file as UTF-8'],
    ['zeros', new Uint8Array(1_000_000), 'the character U+0000 is not allowed in YAML'],
    ['an archive', Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 'this is not UTF-8'],
    ['half of a letter', Buffer.concat([Buffer.from(PLAIN), Buffer.from([0x23, 0xc3])]), 'this is not UTF-8'],
  ])('is refused when it holds %s', async (_, bytes, message) => {
    await expect(load(bytes)).rejects.toThrow(message);
  });
});

describe('templates', () => {
  const withTemplates = (pattern: string) => `${PLAIN}templates: ['${pattern}']\n`;

  it.each(['none/*.tmpl', '*.none', '/nowhere/at/all/*', 'none.tmpl'])('may match nothing: %s', async (pattern) => {
    const { templates } = await load(withTemplates(pattern));
    expect(templates.text('{{ template "__alertmanager" . }}', dataOf())).toBe('Alertmanager');
  });

  it('may redefine a default, and the last one counts', async () => {
    write('a.tmpl', '{{ define "__subject" }}first{{ end }}');
    write('b.tmpl', '{{ define "__subject" }}second{{ end }}');
    const { templates } = await load(withTemplates('?.tmpl'));
    expect(templates.text('{{ template "__subject" . }}', dataOf())).toBe('second');
    expect(templates.text('{{ template "slack.default.title" . }}', dataOf())).toBe('second');
  });

  it('are refused with their file when one cannot be parsed', async () => {
    write('broken.tmpl', 'fine\n{{ define "x" }}{{ if }}{{ end }}{{ end }}\n');
    await expect(load(withTemplates('broken.tmpl'))).rejects.toThrow(/broken\.tmpl:2/);
  });

  it('are refused when one is a directory', async () => {
    mkdirSync(join(dir, 'folder.tmpl'));
    await expect(load(withTemplates('folder.tmpl'))).rejects.toThrow(/cannot read the template: EISDIR/);
  });

  it('are refused when their pattern is none', async () => {
    await expect(load(withTemplates('[a.tmpl'))).rejects.toThrow(/^templates: /);
  });
});

function dataOf() {
  return { Status: 'firing', Alerts: { Firing: [1] }, GroupLabels: {}, CommonLabels: {} } as never;
}

/** The needed secrets that a file can hold, by receiver. Mail asks for its password only when a server does. */
const SECRETS = settingsTables.receivers
  .filter(({ type }) => type in NEEDED && type !== 'email')
  .flatMap(({ type, settings }) => {
    const fields: Readonly<Record<string, FieldSpec>> = settings.fields;
    return [...NEEDED[type]!.matchAll(/^(\w+):/gm)]
      .map(([, key]) => key!)
      .filter((key) => `${key}_file` in fields)
      .map((key) => [type, key] as const);
  });

describe('a secret whose file is not there', () => {
  it('is possible for most receivers', () => {
    expect(SECRETS.length).toBeGreaterThan(10);
  });

  it.each(SECRETS)('%s: %s is noticed when it is needed, and told with its path', async (type, key) => {
    const lines = NEEDED[type]!.split('\n').map((line) =>
      line.startsWith(`${key}:`) ? `${key}_file: secrets/${type}` : line,
    );
    const { config, templates } = await load(withEntry(type, lines.join('\n'), { bare: true }));
    const prepared = prepare(
      config.receivers[0]!.integrations[0]!,
      notificationOf([firing({ alertname: 'A' })]),
      templates,
    );
    const outcome = await prepared.send(attemptIO());
    expect(outcome).toMatchObject({ ok: false });
    expect(JSON.stringify(outcome)).toContain(join(dir, 'secrets', type));
  });

  it.each([
    ['basic_auth: {username: u, password_file: secrets/http}'],
    ['authorization: {credentials_file: secrets/http}'],
    ['tls_config: {ca_file: secrets/http}'],
    ['http_headers: {X-A: {files: [secrets/http]}}'],
  ])('in an HTTP client (%s) as well', async (client) => {
    const { config, templates } = await load(
      withEntry('webhook', `url: https://127.0.0.1:9/\nhttp_config: {${client}}`),
    );
    const prepared = prepare(
      config.receivers[0]!.integrations[0]!,
      notificationOf([firing({ alertname: 'A' })]),
      templates,
    );
    const outcome = await prepared.send(attemptIO());
    expect(outcome).toMatchObject({ ok: false });
    expect(JSON.stringify(outcome)).toContain(join(dir, 'secrets/http'));
  });
});
