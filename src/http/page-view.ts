// The HTML of the page at /. Its sections carry the names that Alertmanager's links use (`#/alerts`, `#/silences/<id>`,
// `#/status`), so that the browser itself finds them.

import { compareStrings, type LabelSet, labelValue, sortedNames } from '../model/labels.ts';
import { matcherToString } from '../model/matcher.ts';
import { type Silence, silenceState } from '../model/silence.ts';
import { formatTime } from '../model/time.ts';
import { isSuppressed, type ShownAlert } from './alert-json.ts';
import type { ShownGroup } from './groups.ts';
import { Html, html, isWebPage, link } from './html.ts';
import type { ClusterStatus } from './ports.ts';

export interface PageContent {
  readonly now: number;
  readonly startedAt: number;
  readonly version: string;
  readonly cluster: ClusterStatus;
  /** The configuration as Alertmanager prints it: without secrets. */
  readonly config: string;
  /** When the configuration was loaded, and what to tell of an attempt since then that failed. */
  readonly loadedAt: number;
  readonly failedReload: string | undefined;
  readonly ready: { readonly ok: boolean; readonly message: string };
  readonly asked: {
    readonly filter: string;
    readonly receiver: string;
    readonly silenced: boolean;
    readonly inhibited: boolean;
  };
  /** Why the filter cannot be read; empty when it can. */
  readonly problem: string;
  readonly alerts: readonly ShownAlert[];
  readonly groups: readonly ShownGroup[];
  readonly silences: readonly Silence[];
}

/** More than that nobody reads; a filter finds the rest. */
const MOST_ROWS = 500;

export function renderPage(content: PageContent): string {
  const { alerts, groups, silences, problem, ready, failedReload } = content;
  const notices = [
    ...(ready.ok ? [] : [html`<p class="notice" role="alert">Not ready: ${ready.message}</p>`]),
    ...(failedReload === undefined ? [] : [html`<p class="notice" role="alert">Note: ${failedReload}.</p>`]),
    ...(problem === '' ? [] : [html`<p class="notice" role="alert">The filter cannot be read: ${problem}</p>`]),
  ];
  const present = silences.filter((silence) => silenceState(silence, content.now) !== 'expired');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${alerts.length} alerts - Tocsin</title>
<link rel="icon" href="favicon.ico" type="image/svg+xml">
<link rel="stylesheet" href="assets/page.css">
<script src="assets/page.js"></script>
</head>
<body>
<header>
<h1>Tocsin</h1>
<nav aria-label="Sections">
<a href="#/alerts">Alerts <b>${alerts.length}</b></a>
<a href="#/groups">Groups <b>${groups.length}</b></a>
<a href="#/silences">Silences <b>${present.length}</b></a>
<a href="#/status">Status</a>
</nav>
</header>
<main>
${form(content)}
${notices}
<section id="/alerts"><h2>Alerts</h2>${rows(alerts, (shown) => alertRow(shown, content.now), 'No alerts.')}</section>
<section id="/groups"><h2>Groups</h2>${rows(groups, groupRow, 'No groups.')}</section>
<section id="/silences"><h2>Silences</h2>${rows(silences, (silence) => silenceRow(silence, content.now), 'No silences.')}</section>
${status(content)}
</main>
</body>
</html>
`.text;
}

function form({ asked }: PageContent): Html {
  const choice = (name: string, text: string, on: boolean): Html =>
    html`<label><select name="${name}"><option value="true"${selected(on)}>with</option><option value="false"${selected(!on)}>without</option></select> ${text}</label>`;
  return html`<form method="get" action="./">
<label class="wide">Filter <input name="filter" value="${asked.filter}" placeholder="alertname=&quot;Down&quot;, severity=~&quot;critical|page&quot;" spellcheck="false" autocomplete="off"></label>
<label>Receiver <input name="receiver" value="${asked.receiver}" placeholder="any" spellcheck="false" autocomplete="off"></label>
${choice('silenced', 'silenced', asked.silenced)}
${choice('inhibited', 'inhibited', asked.inhibited)}
<button>Show</button>
</form>`;
}

function selected(on: boolean): Html {
  return new Html(on ? ' selected' : '');
}

function rows<T>(items: readonly T[], row: (item: T) => Html, none: string): Html {
  if (items.length === 0) return html`<p class="none">${none}</p>`;
  const more = items.length - MOST_ROWS;
  const rest = more > 0 ? [html`<p class="none">${more} more are not shown; narrow the filter to see them.</p>`] : [];
  return html`<ul class="rows">${items.slice(0, MOST_ROWS).map(row)}</ul>${rest}`;
}

function alertRow(shown: ShownAlert, now: number): Html {
  const { alert, status } = shown;
  const suppressed = isSuppressed(status);
  const why = [
    ...status.silencedBy.map((id) => html`<a href="#/silences/${id}">silenced</a>`),
    ...status.inhibitedBy.map((fingerprint) => html`<a href="#/alerts/${fingerprint}">inhibited</a>`),
  ];
  const source = isWebPage(alert.generatorURL) ? [link(alert.generatorURL, 'source')] : [];
  return html`<li id="/alerts/${alert.fingerprint}" class="${suppressed ? 'quiet' : severity(alert.labels)}">
<p class="head"><b>${labelValue(alert.labels, 'alertname') || 'an alert without a name'}</b>
<span class="state">${suppressed ? 'suppressed' : 'active'}</span> ${instant('began', 'begins', alert.startsAt, now)} ${why} ${source}</p>
<p class="labels">${labelChips(alert.labels)}</p>
${annotations(alert.annotations)}
</li>`;
}

function annotations(texts: LabelSet): Html {
  const names = sortedNames(texts);
  if (names.length === 0) return html``;
  return html`<dl>${names.map((name) => html`<dt>${name}</dt><dd>${link(labelValue(texts, name))}</dd>`)}</dl>`;
}

function groupRow({ alerts, labels, mutedBy, receiver, routeLabels }: ShownGroup): Html {
  const names = [...new Set(alerts.map(({ alert }) => labelValue(alert.labels, 'alertname')))].sort(compareStrings);
  const muted = mutedBy.length > 0 ? [html`<span class="state">muted by ${mutedBy.join(', ')}</span>`] : [];
  const own =
    sortedNames(routeLabels).length > 0 ? [html`<p class="labels">route: ${labelChips(routeLabels)}</p>`] : [];
  return html`<li class="${mutedBy.length > 0 ? 'quiet' : ''}">
<p class="head"><b>${receiver}</b> ${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'} ${muted}</p>
<p class="labels">${sortedNames(labels).length === 0 ? html`<i>not grouped by any label</i>` : labelChips(labels)}</p>
${own}<p>${names.slice(0, 10).join(', ')}${names.length > 10 ? `, and ${names.length - 10} more` : ''}</p>
</li>`;
}

function silenceRow(silence: Silence, now: number): Html {
  const state = silenceState(silence, now);
  const matchers = silence.matcherSets.map(
    (set, i) => html`${i > 0 ? ' or ' : ''}${set.map((m) => html`<code>${matcherToString(m)}</code> `)}`,
  );
  return html`<li id="/silences/${silence.id}" class="${state === 'expired' ? 'quiet' : ''}">
<p class="head"><b>${silence.comment || 'a silence without a comment'}</b> <span class="state">${state}</span>
${instant('began', 'begins', silence.startsAt, now)} ${instant('ended', 'ends', silence.endsAt, now)} by ${silence.createdBy}</p>
<p class="labels">${matchers}</p>
${annotations(silence.annotations)}
<p class="id">${silence.id}</p>
</li>`;
}

function status(content: PageContent): Html {
  const { cluster } = content;
  const peers = cluster.peers.map(({ name, address }) => `${name} (${address})`).join(', ');
  return html`<section id="/status"><h2>Status</h2>
<dl class="facts">
<dt>Version</dt><dd>${content.version}</dd>
<dt>Started</dt><dd>${instant('', '', content.startedAt, content.now)}</dd>
<dt>Configuration</dt><dd>${instant('loaded', '', content.loadedAt, content.now)}</dd>
<dt>Cluster</dt><dd>${cluster.status}${peers === '' ? '' : `: ${peers}`}</dd>
</dl>
<details><summary>Configuration</summary><pre>${content.config}</pre></details>
</section>`;
}

function labelChips(labels: LabelSet): Html[] {
  return sortedNames(labels).map((name) => html`<code>${name}="${labelValue(labels, name)}"</code> `);
}

/** A class for the left edge, by the words that most people use. */
function severity(labels: LabelSet): string {
  const value = labelValue(labels, 'severity').toLowerCase();
  if (/^(?:critical|page|error|high|disaster)$/.test(value)) return 'high';
  return /^(?:info|information|low|none|notice)$/.test(value) ? 'low' : 'middle';
}

function instant(past: string, future: string, at: number, now: number): Html {
  return html`<span class="when">${at > now ? future : past} <time datetime="${formatTime(at)}" title="${formatTime(at)}">${distance(at - now)}</time></span>`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

/** `3h ago`, `in 2d`. */
function distance(ms: number): string {
  const [size, letter] = UNITS.find(([unit]) => Math.abs(ms) >= unit) ?? [1_000, 's'];
  const n = Math.floor(Math.abs(ms) / size);
  return ms > 0 ? `in ${n}${letter}` : `${n}${letter} ago`;
}
