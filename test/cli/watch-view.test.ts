import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { frame, type Screen, type WatchedAlert, type WatchState } from '../../src/cli/watch-view.ts';

/** What puts on a colour and takes it off. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const NOW = Date.UTC(2024, 4, 6, 7, 8, 9);

function alert(name: string, ageSeconds: number, labels: object = {}, status: Partial<WatchedAlert['status']> = {}) {
  return {
    fingerprint: `${name} ${JSON.stringify(labels)}`,
    labels: { alertname: name, ...labels },
    annotations: { summary: `${name} happened` },
    startsAt: new Date(NOW - ageSeconds * 1000).toISOString(),
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [], ...status },
  } as WatchedAlert;
}

const silenced = { state: 'suppressed', silencedBy: ['x'] };
const groups: WatchState['groups'] = [
  { labels: {}, receiver: { name: 'team' }, alerts: [alert('Quiet', 30, {}, silenced)] },
  {
    labels: { alertname: 'Down' },
    receiver: { name: 'pager' },
    alerts: [
      alert('Down', 7_300, { instance: 'a', severity: 'critical' }),
      alert('Down', 12, { instance: 'b', severity: 'critical', constructor: 'x' }),
      alert('Down', 300, { instance: 'c', severity: 'critical' }, silenced),
    ],
  },
];
const plain: WatchState = {
  server: 'alerts:9093',
  filter: '',
  groups,
  heardAt: NOW,
  trouble: undefined,
  advice: '',
  all: false,
  paused: false,
  scroll: 0,
  now: NOW,
};
const screen: Screen = { columns: 80, rows: 24, colour: false };

/** Without the clock, which goes by the machine's zone, and trailing blanks. */
const shown = (state: Partial<WatchState>, on: Partial<Screen> = {}) =>
  frame({ ...plain, ...state }, { ...screen, ...on }).lines.map((line) =>
    line.replace(/\d\d:\d\d:\d\d/, 'TIME').trimEnd(),
  );

describe('the screen', () => {
  it('shows what is active, newest first, and says once what a group has in common', () => {
    expect(shown({}, { rows: 7 })).toEqual([
      'alerts:9093  2 active  2 suppressed  TIME',
      '',
      'Down  → pager  2  severity=critical',
      ' *   12s  active    constructor=x instance=b  Down happened',
      '      2h  active    instance=a  Down happened',
      '',
      'q quit  ↑↓ scroll  s show suppressed  space pause',
    ]);
  });

  it('shows how many there are on any screen, and shortens the rest', () => {
    const [head, , , , , foot] = shown(
      { server: 'alertmanager.production.example:9093', filter: 'severity="critical"', all: true },
      { columns: 40, rows: 6 },
    );
    expect(head).toBe('alertmanager.pr…  2 active  2 suppressed');
    expect(foot).toBe('q quit  ↑↓ scroll  s hid…  3 lines below');
    expect(shown({ server: 'alertmanager.production.example:9093' }, { columns: 62 })[0]).toBe(
      'alertmanager.production.exa…  2 active  2 suppressed  TIME',
    );
  });

  it('says what to do about a server that was never heard of', () => {
    const state = { groups: undefined, trouble: 'connection refused', advice: 'Nothing listens there: is it running?' };
    expect(shown(state, { columns: 30, rows: 6 })).toEqual([
      'alerts:9093',
      'No answer, trying again: conn…',
      'Nothing listens there: is it',
      'running?',
      '',
      'q quit  ↑↓ scroll  s show sup…',
    ]);
    expect(shown({ ...state, groups }).join('\n')).not.toContain('Nothing listens');
  });

  it('shows what is suppressed too, and why', () => {
    const lines = shown({ all: true });
    expect(lines).toContain('      5m  silenced  instance=c  Down happened');
    expect(lines).toContain('(all in one group)  → team  1');
    expect(lines.at(-1)).toContain('s hide suppressed');
  });

  it('scrolls no further than there is something to see, and says what is out of sight', () => {
    const { lines, scroll } = frame({ ...plain, all: true, scroll: 99 }, { ...screen, rows: 6 });
    expect(scroll).toBe(3);
    expect(lines.at(-1)).toContain('3 lines above');
    expect(shown({ all: true }, { rows: 6 }).at(-1)).toContain('3 lines below');
  });

  it.each([
    [{ groups: undefined }, 'Asking …'],
    [{ groups: [] }, 'Nothing fires.'],
    [{ groups: groups.slice(0, 1) }, 'Nothing is active; 1 suppressed, press s to see them.'],
    [{ trouble: 'connection refused' }, 'No answer since TIME, trying again: connection refused'],
    [{ paused: true }, 'paused: space goes on'],
    [{ filter: 'severity="critical"' }, 'alerts:9093  severity="critical"  2 active  2 suppressed  TIME'],
  ])('says how it stands: %o', (state, line) => {
    expect(shown(state)).toContain(line);
  });

  it('never has a line that is wider than the screen, nor more lines, whatever an alert says', () => {
    const evil = '\u001b[2J\u001b]0;title\u0007\r\n\u202e 节点下线 🔥👩‍👩‍👧 é'.repeat(5);
    const bad = [{ labels: { a: evil }, receiver: { name: evil }, alerts: [alert(evil, 1, { b: evil, c: evil })] }];
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
      [20, 4],
      [1, 1],
    ] as const) {
      for (const colour of [false, true]) {
        const { lines } = frame({ ...plain, groups: bad, server: evil }, { columns, rows, colour });
        expect(lines).toHaveLength(rows);
        for (const line of lines) {
          expect(stringWidth(line)).toBeLessThanOrEqual(columns);
          // Of what a terminal obeys, only our colours are left.
          expect(line.replace(COLOUR, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        }
      }
    }
  });

  it('has colours where they are wanted, and ends each', () => {
    const line = frame(plain, { ...screen, colour: true }).lines[3]!;
    expect(line).toContain('\u001b[31m  active   \u001b[39m');
    expect(shown({}).join('')).not.toContain('\u001b');
  });
});
