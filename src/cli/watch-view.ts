// What `tocsinctl watch` shows: from what the server last said to the lines of a screen. Knows no terminal and no clock.

import stringWidth from 'string-width';
import { compareLabels, hasLabel, labelValue } from '../model/labels.ts';

type Labels = Readonly<Record<string, string>>;

/** As `/api/v2/alerts/groups` gives it; what is not shown is left out. */
export interface WatchedGroup {
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly WatchedAlert[];
}

export interface WatchedAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly status: {
    readonly state: string;
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy?: readonly string[] | null;
  };
}

export interface WatchState {
  /** Where the server is, without a password. */
  readonly server: string;
  readonly filter: string;
  /** What was last heard; undefined before the first answer. */
  readonly groups: readonly WatchedGroup[] | undefined;
  readonly heardAt: number;
  /** Why the last question was not answered. */
  readonly trouble: string | undefined;
  /** What to do about it, '' where nobody knows. */
  readonly advice: string;
  /** Whether alerts that are silenced, inhibited or muted are shown too. */
  readonly all: boolean;
  readonly paused: boolean;
  /** How many lines are scrolled away. */
  readonly scroll: number;
  readonly now: number;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

export interface Frame {
  /** As many as the screen has rows, none wider than it. */
  readonly lines: readonly string[];
  /** The state's `scroll`, no further than there is something to see. */
  readonly scroll: number;
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan' | 'inverse';

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
  inverse: [7, 27],
};

/** A piece of a line. Styles are put on when it is clear what fits. */
interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

/** An alert that began this recently is marked as new, milliseconds. */
const NEW_MS = 60_000;

export function frame(state: WatchState, screen: Screen): Frame {
  const body = bodyOf(state, screen);
  const room = Math.max(0, screen.rows - 3);
  const scroll = Math.max(0, Math.min(state.scroll, body.length - room));
  const shown = body.slice(scroll, scroll + room);
  while (shown.length < room) shown.push([]);
  const below = body.length - scroll - room;
  const lines = [...headOf(state, screen), ...shown, footOf(state, screen, scroll, Math.max(0, below))];
  return { lines: lines.slice(0, screen.rows).map((line) => paint(line, screen)), scroll };
}

/** How many alerts there are is to be seen on any screen; where they are gives way to it. */
function headOf(state: WatchState, { columns }: Screen): Span[][] {
  const part = (n: number, word: string, style: Style): Span => ({
    text: `  ${n} ${word}`,
    styles: n > 0 ? [style, 'bold'] : ['dim'],
  });
  const where: Span[] = [
    { text: clean(state.server), styles: ['bold'] },
    ...(state.filter === '' ? [] : [{ text: `  ${clean(state.filter)}`, styles: ['cyan'] as const }]),
  ];
  // Nothing is known before the first answer, which is not the same as none.
  const counts = state.groups === undefined ? undefined : countStates(state.groups);
  const many =
    counts === undefined ? [] : [part(counts.active, 'active', 'red'), part(counts.suppressed, 'suppressed', 'yellow')];
  const rest = columns < 60 ? many : [...many, { text: `  ${clock(state.now)}`, styles: ['dim'] as const }];
  return [[...fitted(where, columns - widthOf(rest)), ...rest], [troubleOf(state)]];
}

function troubleOf(state: WatchState): Span {
  if (state.trouble === undefined) return { text: state.paused ? 'paused: space goes on' : '', styles: ['yellow'] };
  const since = state.groups === undefined ? '' : ` since ${clock(state.heardAt)}`;
  return { text: `No answer${since}, trying again: ${clean(state.trouble)}`, styles: ['red', 'bold'] };
}

function footOf(state: WatchState, { columns }: Screen, above: number, below: number): Span[] {
  const more = [above > 0 ? `  ${above} lines above` : '', below > 0 ? `  ${below} lines below` : ''];
  const keys = `q quit  ↑↓ scroll  s ${state.all ? 'hide' : 'show'} suppressed  space ${state.paused ? 'go on' : 'pause'}`;
  const place: Span = { text: more.join(''), styles: ['inverse'] };
  return [...fitted([{ text: keys, styles: ['inverse'] }], columns - widthOf([place])), place];
}

function bodyOf(state: WatchState, { columns }: Screen): Span[][] {
  if (state.groups === undefined) {
    const text = state.trouble === undefined ? 'Asking …' : clean(state.advice);
    return folded(text, columns).map((line) => [{ text: line, styles: ['dim'] }]);
  }
  const lines: Span[][] = [];
  for (const group of sortGroups(state.groups)) {
    const alerts = group.alerts.filter((alert) => state.all || alert.status.state === 'active');
    if (alerts.length === 0) continue;
    const common = commonLabels(alerts);
    lines.push(groupLine(group, alerts.length, common));
    for (const alert of sortAlerts(alerts)) lines.push(alertLine(alert, { ...group.labels, ...common }, state.now));
  }
  if (lines.length > 0) return lines;
  const quiet = countStates(state.groups).suppressed;
  const text = quiet > 0 ? `Nothing is active; ${quiet} suppressed, press s to see them.` : 'Nothing fires.';
  return [[{ text, styles: ['green'] }]];
}

/** `common` is said of the group, so that the alerts' own lines are short. */
function groupLine(group: WatchedGroup, count: number, common: Labels): Span[] {
  const labels = pairs(group.labels);
  return [
    { text: labels === '' ? '(all in one group)' : labels, styles: ['bold'] },
    { text: `  → ${clean(group.receiver.name)}`, styles: ['cyan'] },
    { text: `  ${count}`, styles: ['dim'] },
    { text: `  ${pairs(without(common, group.labels))}`, styles: ['dim'] },
  ];
}

function alertLine(alert: WatchedAlert, said: Labels, now: number): Span[] {
  const { state, silencedBy, inhibitedBy, mutedBy } = alert.status;
  const active = state === 'active';
  const since = now - Date.parse(alert.startsAt);
  const why = [
    silencedBy.length > 0 ? 'silenced' : '',
    inhibitedBy.length > 0 ? 'inhibited' : '',
    (mutedBy ?? []).length > 0 ? 'muted' : '',
  ].filter(Boolean);
  const summary = labelValue(alert.annotations, 'summary') || labelValue(alert.annotations, 'description');
  return [
    { text: active && since < NEW_MS ? ' * ' : '   ', styles: ['red', 'bold'] },
    { text: age(since).padStart(5), styles: ['dim'] },
    { text: `  ${(active ? state : why.join(',') || state).padEnd(9)}`, styles: active ? urgency(alert) : ['dim'] },
    { text: ` ${pairs(without(alert.labels, said))}`, styles: active ? [] : ['dim'] },
    { text: summary === '' ? '' : `  ${clean(summary)}`, styles: ['dim'] },
  ];
}

function urgency(alert: WatchedAlert): readonly Style[] {
  return /^(warn|info|notice|low|none)/i.test(labelValue(alert.labels, 'severity')) ? ['yellow'] : ['red'];
}

/** What has an active alert comes first, then what has begun last. */
function sortGroups(groups: readonly WatchedGroup[]): WatchedGroup[] {
  const rank = (group: WatchedGroup) => (group.alerts.some((alert) => alert.status.state === 'active') ? 0 : 1);
  const latest = (group: WatchedGroup) => Math.max(...group.alerts.map((alert) => Date.parse(alert.startsAt)));
  return groups
    .filter((group) => group.alerts.length > 0)
    .sort((a, b) => rank(a) - rank(b) || latest(b) - latest(a) || compareLabels(a.labels, b.labels));
}

function sortAlerts(alerts: readonly WatchedAlert[]): WatchedAlert[] {
  return [...alerts].sort(
    (a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt) || compareLabels(a.labels, b.labels),
  );
}

/** An alert counts once, in however many groups it is. */
function countStates(groups: readonly WatchedGroup[]): { active: number; suppressed: number } {
  const states = new Map(groups.flatMap(({ alerts }) => alerts.map((a) => [a.fingerprint, a.status.state])));
  const all = [...states.values()];
  const active = all.filter((state) => state === 'active').length;
  return { active, suppressed: all.filter((state) => state === 'suppressed').length };
}

/** The labels that all of several alerts have; of a single alert none, since it has a line of its own. */
function commonLabels(alerts: readonly WatchedAlert[]): Labels {
  const [first, ...others] = alerts;
  if (first === undefined || others.length === 0) return {};
  const everywhere = ([name, value]: [string, string]) =>
    others.every(({ labels }) => labelValue(labels, name) === value);
  return Object.fromEntries(Object.entries(first.labels).filter(everywhere));
}

function without(labels: Labels, said: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !hasLabel(said, name)));
}

function pairs(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a === 'alertname' ? -1 : b === 'alertname' ? 1 : a < b ? -1 : 1))
    .map(([name, value]) => (name === 'alertname' ? clean(value) : `${clean(name)}=${clean(value)}`))
    .join(' ');
}

/** In one line, and without what a terminal would obey: alerts come from anywhere. */
export function clean(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
}

/** `12s`, `5m`, `3h`, `2d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

function paint(line: readonly Span[], { columns, colour }: Screen): string {
  return fitted(line, columns)
    .map(({ text, styles }) => (colour ? styled(text, styles) : text))
    .join('');
}

/** In lines that end between words, where words are not longer. */
function folded(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]!;
    if (last === '') lines[lines.length - 1] = word;
    else if (stringWidth(last) + 1 + stringWidth(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** As much of the line as there is room for, with an ellipsis where something is left out. */
function fitted(line: readonly Span[], columns: number): Span[] {
  let left = columns;
  return line.map(({ text, styles }) => {
    const width = stringWidth(text);
    const fits = width <= left ? text : cut(text, left);
    left -= Math.min(width, Math.max(0, left));
    return { text: fits, styles };
  });
}

function widthOf(line: readonly Span[]): number {
  return line.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

function cut(text: string, columns: number): string {
  let kept = '';
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    const next = stringWidth(segment);
    if (width + next > columns - 1) break;
    kept += segment;
    width += next;
  }
  return columns > 0 ? `${kept}…` : '';
}

function styled(text: string, styles: readonly Style[]): string {
  if (text === '') return '';
  const on = styles.map((style) => `\u001b[${CODES[style][0]}m`).join('');
  const off = styles.map((style) => `\u001b[${CODES[style][1]}m`).join('');
  return on + text + off;
}
