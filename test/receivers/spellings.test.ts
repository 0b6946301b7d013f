import { describe, expect, it } from 'vitest';
import { exchange, judge } from '../../src/receivers/http.ts';
import { REDACTED, Redactor } from '../../src/receivers/redact.ts';
import { withoutSpellings } from '../../src/receivers/spellings.ts';
import { HttpSink } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { attemptIO, httpSettings, NOW } from '../support/receiving.ts';

const SECRET = `a/b+c=d&e"f'g<h>\\ i\nü🔥$1`;
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const named = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#039;' })[c] ?? c);
const percent = (text: string) => Array.from(new TextEncoder().encode(text), (b) => `%${b.toString(16)}`).join('');
const byEach = (write: (code: number) => string) => (text: string) =>
  Array.from(text, (c) => (/[a-z0-9]/.test(c) ? c : write(c.codePointAt(0)!))).join('');
const units = (text: string) =>
  text.replace(/[^a-z0-9]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('a text however it is spelled', () => {
  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['in JSON', json],
    ['in JSON within JSON', (text) => json(json(text))],
    ['in JSON with all that can be escaped', (text) => json(text).replaceAll('/', '\\/')],
    ['in JSON as \\u, in lower case', units],
    [
      'in JSON as \\u, in upper case',
      (text) => units(text).replace(/\\u[0-9a-f]{4}/g, (u) => `\\u${u.slice(2).toUpperCase()}`),
    ],
    ['in a URL', encodeURIComponent],
    ['in a URL, in lower case', (text) => encodeURIComponent(text).toLowerCase()],
    ['in a URL within a URL', (text) => encodeURIComponent(encodeURIComponent(text))],
    ['in a form', (text) => new URLSearchParams([['', text]]).toString().slice(1)],
    ['in HTML by names', named],
    ['in HTML by numbers', byEach((code) => `&#${code};`)],
    ['in HTML by hexadecimal numbers', byEach((code) => `&#x${code.toString(16).toUpperCase()};`)],
    ['in JSON in HTML', (text) => named(json(text))],
  ])('is found %s', (_name, write) => {
    expect(withoutSpellings(`before ${write(SECRET)} after`, SECRET, '$&')).toBe('before $& after');
  });

  it('is found in a URL that escapes everything but letters', () => {
    expect(withoutSpellings(percent('/+ü'), '/+ü', '-')).toBe('-');
  });

  it('is no other text', () => {
    for (const other of ['a/b+c=D', 'a\\b+c=d', 'a%2Gb+c=d', 'xb+c=d']) {
      expect(withoutSpellings(other, 'a/b+c=d', '-')).toBe(other);
    }
    expect(withoutSpellings('a.b axb', 'a.b', '-')).toBe('- axb');
  });

  it.each([
    ['backslashes', '\\'.repeat(65_536)],
    ['entities', '&amp;#0000'.repeat(6_000)],
    ['percent signs', '%25'.repeat(20_000)],
    ['beginnings', 'a/b+c='.repeat(10_000)],
  ])('is looked for soon in a text of many %s', (_name, text) => {
    const redactor = new Redactor();
    for (let i = 0; i < 10; i++) redactor.add(`${SECRET}/${i}`);
    redactor.add(`${'\\'.repeat(20)}end`);
    const began = performance.now();
    redactor.clean(text);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('what is shown of an answer', () => {
  it('holds nothing that only the proxy was told', async () => {
    const sink = await HttpSink.start(({ headers }) => ({ status: 502, body: JSON.stringify(headers) }));
    const proxy = await ProxySink.start();
    const client = httpSettings({ proxy_url: proxy.url('user:pass%2Fword') });
    const { answer } = await exchange({ method: 'POST', url: sink.url(), body: '' }, client, attemptIO());
    expect(sink.requests[0]!.headers['proxy-authorization']).toBe(`Basic ${btoa('user:pass/word')}`);
    const message = JSON.stringify(judge(answer!, { now: NOW }));
    expect(message).toContain(REDACTED);
    expect(message).not.toContain(btoa('user:pass/word'));
    await Promise.all([sink.close(), proxy.close()]);
  });
});
