import { describe, expect, it } from 'vitest';
import { ZERO_TIME } from '../../src/model/notification.ts';
import { parseData } from '../../src/template/datafile.ts';

describe('parseData', () => {
  it('takes what is missing for empty', () => {
    expect(parseData('{"alerts":[{}],"status":null}', 5)).toEqual({
      receiver: '',
      status: '',
      alerts: [
        {
          status: '',
          labels: {},
          annotations: {},
          startsAt: ZERO_TIME,
          endsAt: ZERO_TIME,
          generatorURL: '',
          fingerprint: '',
        },
      ],
      notificationReason: '',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      routeLabels: {},
      externalURL: '',
      at: 5,
      routeLabelsRendered: false,
    });
  });

  it('finds members in whatever case, and times with any offset', () => {
    const data = parseData(
      '{"Receiver":"r","ALERTS":[{"startsat":"2026-03-01T12:00:00.5+02:00"}],"groupLabels":{"__proto__":"x"}}',
      0,
    );
    expect(data.receiver).toBe('r');
    expect(data.alerts[0]!.startsAt).toBe(Date.parse('2026-03-01T10:00:00.500Z'));
    expect(JSON.stringify(data.groupLabels)).toBe('{"__proto__":"x"}');
  });

  it.each([
    ['[]', 'template data must be an object'],
    ['{"alerts":{}}', 'alerts must be a list'],
    ['{"alerts":[{},3]}', 'alerts[1] must be an object'],
    ['{"status":3}', 'status must be a string'],
    ['{"alerts":[{"labels":[]}]}', 'alerts[0].labels must be an object'],
    ['{"commonLabels":{"a":1}}', 'commonLabels.a must be a string'],
    [
      '{"alerts":[{"endsAt":"x"}]}',
      'alerts[0].endsAt: parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ],
  ])('says what is wrong with %s', (json, message) => {
    expect(() => parseData(json, 0)).toThrow(message);
  });
});
