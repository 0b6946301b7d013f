import { describe, expect, it } from 'vitest';
import { type Notification, type NotifiedAlert, ZERO_TIME } from '../../src/model/notification.ts';
import { alertToJson, dataToJson, quoteMeta, templateData } from '../../src/template/data.ts';

const alert: NotifiedAlert = {
  status: 'firing',
  fingerprint: '0123456789abcdef',
  labels: { severity: 'critical', alertname: 'Down', team: 'db' },
  annotations: { summary: 'a <b> & "c"\u2028\u2029', note: 'x' },
  startsAt: Date.parse('2026-03-01T10:00:00.120Z'),
  endsAt: ZERO_TIME,
  generatorURL: 'http://prom/graph?a=1&b=2',
};

const notification: Notification = {
  receiver: 'team.x (mail)',
  groupKey: '{}:{alertname="Down"}',
  groupLabels: { alertname: 'Down' },
  routeLabels: { owner: 'db' },
  reason: 'first notification',
  alerts: [
    alert,
    {
      ...alert,
      status: 'resolved',
      labels: { alertname: 'Down', team: 'web', severity: 'critical' },
      annotations: { note: 'x', summary: 'other' },
      endsAt: Date.parse('2026-03-01T11:00:00Z'),
    },
  ],
  at: Date.parse('2026-03-01T12:00:00Z'),
  externalURL: 'http://am.example.org',
};

describe('templateData', () => {
  const data = templateData(notification);

  it('quotes the receiver as a regular expression, as Alertmanager does', () => {
    expect(data.receiver).toBe('team\\.x \\(mail\\)');
    expect(quoteMeta('a\\.+*?()|[]{}^$-_/')).toBe('a\\\\\\.\\+\\*\\?\\(\\)\\|\\[\\]\\{\\}\\^\\$-_/');
  });

  it('fires while one alert fires', () => {
    expect(data.status).toBe('firing');
    expect(templateData({ ...notification, alerts: notification.alerts.slice(1) }).status).toBe('resolved');
  });

  it('finds what the alerts have in common', () => {
    expect(data.commonLabels).toEqual({ alertname: 'Down', severity: 'critical' });
    expect(data.commonAnnotations).toEqual({ note: 'x' });
    const alone = templateData({ ...notification, alerts: [alert] });
    expect(alone.commonLabels).toEqual(alert.labels);
    expect(alone.commonAnnotations).toEqual(alert.annotations);
  });

  it('is not fooled by names that objects have anyway', () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b","x":"1"}') as Record<string, string>;
    const other = JSON.parse('{"__proto__":"a","x":"1"}') as Record<string, string>;
    const common = templateData({
      ...notification,
      alerts: [
        { ...alert, labels },
        { ...alert, labels: other },
      ],
    }).commonLabels;
    expect(Object.keys(common)).toEqual(['__proto__', 'x']);
    expect(JSON.stringify(common)).toBe('{"__proto__":"a","x":"1"}');
  });

  it('takes the present, the reason and the route labels from the notification', () => {
    expect(data.at).toBe(notification.at);
    expect(data.notificationReason).toBe('first notification');
    expect(data.routeLabels).toEqual({ owner: 'db' });
    expect(data.routeLabelsRendered).toBe(true);
  });
});

describe('dataToJson', () => {
  it('writes the fields in the order of Go’s struct, with sorted labels and Go’s escapes', () => {
    const more = [
      ['version', '4'],
      ['groupKey', notification.groupKey],
      ['truncatedAlerts', 0],
    ] as const;
    expect(dataToJson(templateData({ ...notification, alerts: [alert] }), more)).toBe(
      '{"receiver":"team\\\\.x \\\\(mail\\\\)","status":"firing","alerts":[{"status":"firing",' +
        '"labels":{"alertname":"Down","severity":"critical","team":"db"},' +
        '"annotations":{"note":"x","summary":"a \\u003cb\\u003e \\u0026 \\"c\\"\\u2028\\u2029"},' +
        '"startsAt":"2026-03-01T10:00:00.12Z","endsAt":"0001-01-01T00:00:00Z",' +
        '"generatorURL":"http://prom/graph?a=1\\u0026b=2","fingerprint":"0123456789abcdef"}],' +
        '"notification_reason":"first notification","groupLabels":{"alertname":"Down"},' +
        '"commonLabels":{"alertname":"Down","severity":"critical","team":"db"},' +
        '"commonAnnotations":{"note":"x","summary":"a \\u003cb\\u003e \\u0026 \\"c\\"\\u2028\\u2029"},' +
        '"routeLabels":{"owner":"db"},"externalURL":"http://am.example.org",' +
        '"version":"4","groupKey":"{}:{alertname=\\"Down\\"}","truncatedAlerts":0}',
    );
  });

  it('cuts the trailing zeros of times', () => {
    const times = [
      ['2026-03-01T10:00:00.000Z', '2026-03-01T10:00:00Z'],
      ['2026-03-01T10:00:00.100Z', '2026-03-01T10:00:00.1Z'],
      ['2026-03-01T10:00:00.010Z', '2026-03-01T10:00:00.01Z'],
      ['2026-03-01T10:00:00.001Z', '2026-03-01T10:00:00.001Z'],
      ['1970-01-01T00:00:00.500Z', '1970-01-01T00:00:00.5Z'],
    ] as const;
    for (const [at, want] of times) {
      expect(alertToJson({ ...alert, startsAt: Date.parse(at) })).toContain(`"startsAt":"${want}"`);
    }
  });

  it('replaces half surrogate pairs, which have no UTF-8', () => {
    const json = alertToJson({ ...alert, labels: { a: 'x\ud800y', b: '😀' }, annotations: {} });
    expect(json).toContain('"labels":{"a":"x\ufffdy","b":"😀"},"annotations":{}');
  });

  it('sorts labels by their bytes', () => {
    const json = alertToJson({ ...alert, labels: { '\uffff': '1', '😀': '2', Z: '3', a: '4' } });
    expect(json).toContain('{"Z":"3","a":"4","\uffff":"1","😀":"2"}');
  });

  it('is fast: two thousand bodies of ten alerts in a fraction of a second', () => {
    const large = { ...notification, alerts: Array.from({ length: 10 }, () => alert) };
    const before = process.cpuUsage();
    for (let i = 0; i < 2000; i++) dataToJson(templateData(large));
    const used = process.cpuUsage(before);
    expect((used.user + used.system) / 1000).toBeLessThan(1000);
  });
});
