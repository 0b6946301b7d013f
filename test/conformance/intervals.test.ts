// Time intervals and durations as the real amtool reads them: the same texts accepted and refused, in the same words.

import { describe, expect, it } from 'vitest';
import { DurationError, parseDuration } from '../../src/model/duration.ts';
import { Amtool, inPairs, yamlText } from '../support/amtool.ts';
import { readLines } from '../support/jsonl.ts';

const amtool = new Amtool();

const ROUTE = 'route: {receiver: x}\nreceivers: [{name: x}]\n';

function interval(kind: string, text: string): string {
  if (kind === 'location') return `{location: ${yamlText(text)}}`;
  if (kind !== 'times') return `{${kind}: [${yamlText(text)}]}`;
  const [start, end] = text.split('|') as [string, string];
  return `{times: [{start_time: ${yamlText(start)}, end_time: ${yamlText(end)}}]}`;
}

describe('time intervals', () => {
  const rows = readLines<[string, string, string]>(new URL('../model/timeinterval-parse.jsonl', import.meta.url));

  it.each(['times', 'weekdays', 'days_of_month', 'months', 'years', 'location'])('%s are read alike', async (kind) => {
    const own = rows.filter(([which]) => which === kind);
    const messages = await inPairs(own, ([, text]) =>
      amtool.refusal(`${ROUTE}time_intervals: [{name: n, time_intervals: [${interval(kind, text)}]}]\n`),
    );
    expect(own.length).toBeGreaterThan(15);
    expect(own.map(([, text], i) => [text, messages[i] === undefined ? 'ok' : `! ${messages[i]}`])).toEqual(
      own.map(([, text, verdict]) => [text, verdict.startsWith('! ') ? verdict : 'ok']),
    );
  });
});

describe('durations', () => {
  const texts = [
    ...['', '1', '1s', '1h', '1d', '1w', '1y', '1ms', '1d12h', '12h1d', '1h1h', '1.5h', '1h 30m', '-1h', '+1h', '1us'],
    ...['1y2w3d4h5m6s7ms', '1µs', '1Y', '1M', 'h', '1hh', '1h30', '30', '00', '01h', '292y', '293y', '106751d'],
    ...['106752d', '9223372036854ms', '9223372036855ms', '99999999999999999999s', '18446744073709551615ms', 'é', '1é'],
    ...['18446744073709551616ms', '"1h"', '1h\n', '1_000s', '1e3s', '0x10s', '١h', '1m1ms', '1s1m', '292y52w'],
  ];

  it('are read alike', async () => {
    const own = texts.map((text) => {
      try {
        parseDuration(text);
        return undefined;
      } catch (error) {
        if (error instanceof DurationError) return error.message;
        throw error;
      }
    });
    const messages = await inPairs(texts, (text) =>
      amtool.refusal(`route: {receiver: x, repeat_interval: ${yamlText(text)}}\nreceivers: [{name: x}]\n`),
    );
    expect(texts.map((text, i) => [text, own[i]])).toEqual(texts.map((text, i) => [text, messages[i]]));
  });
});
