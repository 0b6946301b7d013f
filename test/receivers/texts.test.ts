import { describe, expect, it } from 'vitest';
import { fitAlerts } from '../../src/receivers/fit.ts';
import { plainText } from '../../src/receivers/plain.ts';
import { Redactor } from '../../src/receivers/redact.ts';
import { runeCount, truncateBy, truncateBytes, truncateRunes } from '../../src/receivers/truncate.ts';
import { parseTemplates } from '../../src/template/templates.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';

describe('truncation', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 3, 'abc'],
    ['abcdef', 0, ''],
    ['😀😀😀😀', 4, '😀😀😀😀'],
    ['😀😀😀😀😀', 4, '😀😀😀…'],
  ])('of %j to %i runes', (text, limit, expected) => {
    expect(truncateRunes(text, limit)).toBe(expected);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'ab…'],
    ['abcdef', 3, '…'],
    ['abcdef', 2, '..'],
    ['äöü', 5, 'ä…'],
    ['😀😀', 7, '😀…'],
    ['😀😀', 6, '…'],
  ])('of %j to %i bytes', (text, limit, expected) => {
    expect(truncateBytes(text, limit)).toBe(expected);
    expect(Buffer.byteLength(truncateBytes(text, limit))).toBeLessThanOrEqual(limit);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'ab…'],
    ['😀😀😀', 11, '😀😀…'],
    ['😀😀😀', 3, '…'],
    ['a😀'.repeat(5000), 14, 'a😀a😀a…'],
  ])('of %j to %i of any size', (text, limit, expected) => {
    expect(truncateBy(text, limit, (some) => Buffer.byteLength(some))).toBe(expected);
  });

  it('counts runes as Go does', () => {
    expect(['', 'ab', 'ä😀b', '\ud83d', '\ud83dx'].map(runeCount)).toEqual([0, 2, 3, 1, 2]);
  });
});

describe('a text about alerts that is too long', () => {
  const notification = notificationOf(
    Array.from({ length: 50 }, (_, i) => firing({ alertname: 'Down', instance: `host${i}` })),
  );
  const list = (data: { alerts: readonly { labels: Readonly<Record<string, string>> }[] }) =>
    data.alerts.map((alert) => `* ${alert.labels['instance']}\n`).join('');

  it('is left alone when it fits', () => {
    expect(fitAlerts(notification, 1000, list)).toBe(list(notification));
  });

  it('tells of as many alerts as fit, how many there are beyond, and where they are', () => {
    const text = fitAlerts(notification, 200, list);
    const told = text.split('\n').filter((line) => line.startsWith('* ')).length;
    expect(text.endsWith(`\n+${50 - told} more: http://tocsin.example/#/alerts?receiver=team`)).toBe(true);
    expect(told).toBeGreaterThan(10);
    expect(runeCount(text)).toBeLessThanOrEqual(200);
    expect(runeCount(text) + '* host00\n'.length).toBeGreaterThan(200);
  });

  it('is measured as the provider does, and says in its own markup what is left out', () => {
    const size = (text: string) => Buffer.byteLength(`{${text.replaceAll('\n', '\\n')}}`);
    const text = fitAlerts(notification, 200, list, { size, note: (line) => `<i>${line.replaceAll('/', '|')}</i>` });
    expect(text).toMatch(/^\* host0\n[^<]*\* host\d+\n<i>\+\d+ more: http:\|\|tocsin.*=team<\/i>$/);
    expect(size(text)).toBeLessThanOrEqual(200);
    expect(size(text) + '* host00\\n'.length).toBeGreaterThan(200);
  });

  it.each([
    ['of a size', () => 20],
    ['mostly small', (i: number) => (i % 23 === 0 ? 900 : 3)],
    ['ever larger', (i: number) => i * 2],
    ['ever smaller', (i: number) => 400 - 2 * i],
  ])('tells of as many alerts as fit when they are %s, without trying all', (_name, sizeOf) => {
    const alerts = Array.from({ length: 200 }, (_, i) => firing({ text: 'x'.repeat(sizeOf(i)), i: String(i) }));
    let tries = 0;
    const told = ({ alerts: some }: { alerts: readonly { labels: Readonly<Record<string, string>> }[] }) => {
      tries++;
      return `Alerts:\n${some.map(({ labels }) => labels['text']).join('\n')}`;
    };
    const room = 4000;
    const about = (count: number) =>
      `${told({ alerts: alerts.slice(0, count) })}\n+${200 - count} more: http://tocsin.example/#/alerts?receiver=team`;
    let most = 1;
    while (runeCount(about(most + 1)) <= room) most++;
    tries = 0;
    expect(fitAlerts(notificationOf(alerts), room, told)).toBe(about(most));
    expect(tries).toBeLessThan(20);
  });

  it('takes little of the work that a text about all alerts would be', () => {
    const templates = parseTemplates([]);
    const all = notificationOf(
      Array.from({ length: 5000 }, (_, i) => firing({ alertname: 'Down', text: `host-${i} `.repeat(20) })),
    );
    let made = 0;
    const text = fitAlerts(all, 4096, (data, enough) => {
      const some = templates.text('{{ range .Alerts }}{{ .Labels.text }}{{ end }}', data, enough);
      made += some.length;
      return some;
    });
    expect(text).toMatch(/\+\d+ more: http/);
    expect(made).toBeLessThan(10 * 4096);
  });

  it('is cut where it does not depend on the alerts', () => {
    expect(fitAlerts(notification, 10, () => 'x'.repeat(20))).toBe('xxxxxxxxx…');
    const size = (text: string) => Buffer.byteLength(text);
    expect(fitAlerts(notification, 10, () => 'x'.repeat(20), { size })).toBe('xxxxxxx…');
  });
});

describe('the plain text', () => {
  it('says what there is to say without a template', () => {
    const notification = notificationOf([
      firing({ alertname: 'Down', instance: 'a' }, { summary: 'a is down' }),
      resolved({ alertname: 'Down', instance: 'b' }, { description: 'b was down' }),
    ]);
    expect(plainText(notification, 'template: :1: oops')).toEqual({
      title: '[FIRING:1] Down',
      link: 'http://tocsin.example/#/alerts?receiver=team',
      body: [
        '- firing: alertname=Down instance=a | a is down',
        '- resolved: alertname=Down instance=b | b was down',
        'http://tocsin.example/#/alerts?receiver=team',
        'This text is plain because a template failed: template: :1: oops',
      ].join('\n'),
    });
  });

  it('stays short whatever there is to say', () => {
    const alerts = Array.from({ length: 5000 }, (_, i) => resolved({ alertname: 'x'.repeat(1000), i: String(i) }));
    const plain = plainText(notificationOf(alerts), 'e'.repeat(10_000));
    expect(plain.body.length).toBeLessThan(6000);
    expect(plain.body).toContain('\n+4985 more\n');
    expect(plain.title).toMatch(/^\[RESOLVED\] x+…$/);
  });
});

describe('redaction', () => {
  it('leaves nothing of a longer secret that contains a shorter one', () => {
    const redactor = new Redactor();
    redactor.add('secret');
    redactor.add('secret-and-more');
    expect(redactor.clean('a secret-and-more b secret')).toBe('a <redacted> b <redacted>');
  });

  it('knows a secret in every form in which servers repeat it', () => {
    const redactor = new Redactor();
    redactor.add('a"secret&more ü');
    const told = [
      'a\\"secret&more ü',
      'a\\"secret\\u0026more ü',
      JSON.stringify({ sent: '{"key":"a\\"secret\\u0026more ü"}' }),
      'key=a%22secret%26more+%C3%BC&',
      '/a%22secret%26more%20%C3%BC/',
    ];
    for (const text of told) expect(redactor.clean(text)).not.toContain('secret');
    expect(redactor.clean(told[3]!)).toBe('key=<redacted>&');
  });

  it('leaves nothing of a secret that was cut off', () => {
    const redactor = new Redactor();
    redactor.add('0123456789');
    redactor.addUrl(new URL('https://example.org/hooks/token'));
    expect(redactor.clean('it was 012345678…')).toBe('it was <redacted>…');
    expect(redactor.clean('it was 012345')).toBe('it was <redacted>');
    // As short as a word.
    expect(redactor.clean('it was 01234')).toBe('it was 01234');
    expect(redactor.clean('012345 it was not')).toBe('012345 it was not');
    expect(redactor.clean('POST /hooks/tok…')).toBe('POST <redacted>…');
    expect(redactor.clean('see https://example.org')).toBe('see https://example.org');
    redactor.addUrl(new URL('https://example.org/?corpid=corporation'));
    expect(redactor.clean('invalid corpid')).toBe('invalid corpid');
    expect(redactor.clean('no corpora…')).toBe('no <redacted>…');
  });

  it('knows a URL in every form in which servers repeat it', () => {
    const redactor = new Redactor();
    redactor.addUrl(new URL('https://joe:passw0rd@example.org/hooks/a%20b/0123456789abcdef?token=abcdefg'));
    const told = [
      '/hooks/a b/0123456789abcdef',
      '/hooks/a%20b/0123456789abcdef?token=abcdefg',
      '0123456789abcdef',
      'passw0rd',
      'abcdefg',
    ];
    expect(told.map((text) => redactor.clean(text))).toEqual(told.map(() => '<redacted>'));
    expect(redactor.clean('example.org')).toBe('example.org');
  });
});
