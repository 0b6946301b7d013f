// Every flag there is, in groups, with what it means. Data: reading a command line is the business of flags.ts, printing
// the help that of flags-help.ts.

/** `bool` takes no value and has a `--no-` form; `duration` is Go's with days and weeks. */
export type FlagKind = 'text' | 'duration' | 'count' | 'ratio' | 'bool' | 'level' | 'format';

export interface FlagSpec {
  readonly name: string;
  readonly kind: FlagKind;
  /** As it would be written; undefined: absent unless given. */
  readonly initial?: string;
  readonly repeatable?: true;
  readonly help: string;
}

export interface FlagGroup {
  readonly title: string;
  readonly flags: readonly FlagSpec[];
}

export const FEATURES = [
  'alert-names-in-metrics',
  'receiver-name-in-metrics',
  'group-key-in-metrics',
  'classic-mode',
  'utf8-strict-mode',
  'auto-gomemlimit',
  'event-recorder',
] as const;

export type Feature = (typeof FEATURES)[number];

/** Accepted so that Alertmanager's command lines work; nothing here corresponds to them. */
const IDLE = 'Accepted and without effect';

export const FLAG_GROUPS: readonly FlagGroup[] = [
  {
    title: 'Configuration and data',
    flags: [
      { name: 'config.file', kind: 'text', initial: 'alertmanager.yml', help: 'The configuration file.' },
      {
        name: 'config.expand-env',
        kind: 'bool',
        help: 'Put the environment and files into values of the configuration, where it refers to them (README). Not of Alertmanager.',
      },
      {
        name: 'config.include',
        kind: 'bool',
        help: 'Allow the configuration to include further files: include: [conf.d/*.yml]. Not of Alertmanager.',
      },
      {
        name: 'storage.path',
        kind: 'text',
        initial: 'data/',
        help: 'The folder of the database. One process per folder.',
      },
      {
        name: 'data.retention',
        kind: 'duration',
        initial: '120h',
        help: 'How long expired silences and the notification log are kept.',
      },
      {
        name: 'history.retention',
        kind: 'duration',
        initial: '90d',
        help: 'How long history is kept: what fired, what was decided, what was sent. 0 keeps it for ever.',
      },
    ],
  },
  {
    title: 'Web',
    flags: [
      {
        name: 'web.listen-address',
        kind: 'text',
        initial: ':9093',
        repeatable: true,
        help: 'Where to listen: :9093, 127.0.0.1:9093 or [::1]:9093. May be repeated.',
      },
      { name: 'web.config.file', kind: 'text', initial: '', help: 'A file that sets up TLS and authentication.' },
      {
        name: 'web.external-url',
        kind: 'text',
        initial: '',
        help: "The URL under which users reach this server, for links in notifications. By default this host's name and the port.",
      },
      {
        name: 'web.route-prefix',
        kind: 'text',
        initial: '',
        help: 'What all paths are served under. By default the path of --web.external-url.',
      },
      {
        name: 'web.get-concurrency',
        kind: 'count',
        initial: '0',
        help: 'How many GET requests are served at once; 0 stands for the number of processors, at least 8.',
      },
      {
        name: 'web.timeout',
        kind: 'duration',
        initial: '0',
        help: 'How long a request may take; 0 sets no limit.',
      },
    ],
  },
  {
    title: 'Alerts, silences, notifications',
    flags: [
      {
        name: 'dispatch.start-delay',
        kind: 'duration',
        initial: '0s',
        help: "How long after the start nothing is sent yet, so that Prometheus can report first. A value like Prometheus's --rules.alert.resend-delay is sensible.",
      },
      {
        name: 'alerts.per-alertname-limit',
        kind: 'count',
        initial: '0',
        help: 'How many alerts may share an alertname; further ones are dropped. 0 sets no limit.',
      },
      {
        name: 'silences.max-silences',
        kind: 'count',
        initial: '0',
        help: 'How many silences there may be, expired ones included. 0 sets no limit.',
      },
      {
        name: 'silences.max-silence-size-bytes',
        kind: 'count',
        initial: '0',
        help: 'How big a silence may be. 0 sets no limit.',
      },
      {
        name: 'enable-feature',
        kind: 'text',
        initial: '',
        help: `Features to switch on, separated by commas: ${FEATURES.join(', ')}.`,
      },
    ],
  },
  {
    title: 'Log',
    flags: [
      {
        name: 'log.level',
        kind: 'level',
        initial: 'info',
        help: 'The least severe messages to log: debug, info, warn or error.',
      },
      { name: 'log.format', kind: 'format', initial: 'logfmt', help: 'The form of a log line: logfmt or json.' },
      { name: 'log.silences', kind: 'bool', help: 'Log silences as they change.' },
    ],
  },
  {
    title: 'Cluster (this server is shown as the only peer; the rest is accepted and has no effect)',
    flags: [
      {
        name: 'cluster.listen-address',
        kind: 'text',
        initial: '0.0.0.0:9094',
        help: 'Shown as the address of the peer; empty shows clustering as disabled. Nothing listens there.',
      },
      { name: 'cluster.advertise-address', kind: 'text', initial: '', help: 'Shown as the address instead.' },
      { name: 'cluster.peer-name', kind: 'text', initial: '', help: 'Shown as the name of the peer.' },
      { name: 'cluster.peer', kind: 'text', repeatable: true, help: `${IDLE}.` },
      { name: 'cluster.peer-timeout', kind: 'duration', initial: '15s', help: `${IDLE}.` },
      { name: 'cluster.peers-resolve-timeout', kind: 'duration', initial: '15s', help: `${IDLE}.` },
      { name: 'cluster.gossip-interval', kind: 'duration', initial: '200ms', help: `${IDLE}.` },
      { name: 'cluster.pushpull-interval', kind: 'duration', initial: '1m0s', help: `${IDLE}.` },
      { name: 'cluster.tcp-timeout', kind: 'duration', initial: '10s', help: `${IDLE}.` },
      { name: 'cluster.probe-timeout', kind: 'duration', initial: '500ms', help: `${IDLE}.` },
      { name: 'cluster.probe-interval', kind: 'duration', initial: '1s', help: `${IDLE}.` },
      { name: 'cluster.settle-timeout', kind: 'duration', initial: '1m0s', help: `${IDLE}.` },
      { name: 'cluster.reconnect-interval', kind: 'duration', initial: '10s', help: `${IDLE}.` },
      { name: 'cluster.reconnect-timeout', kind: 'duration', initial: '6h0m0s', help: `${IDLE}.` },
      { name: 'cluster.tls-config', kind: 'text', initial: '', help: `${IDLE}.` },
      { name: 'cluster.allow-insecure-public-advertise-address-discovery', kind: 'bool', help: `${IDLE}.` },
      { name: 'cluster.label', kind: 'text', initial: '', help: `${IDLE}.` },
    ],
  },
  {
    title: 'Other flags of Alertmanager',
    flags: [
      {
        name: 'data.maintenance-interval',
        kind: 'duration',
        initial: '15m',
        help: `${IDLE}: everything is written at once.`,
      },
      { name: 'alerts.gc-interval', kind: 'duration', initial: '30m', help: `${IDLE}: alerts go when they are told.` },
      {
        name: 'dispatch.maintenance-interval',
        kind: 'duration',
        initial: '30s',
        help: `${IDLE}: groups go when they are empty.`,
      },
      { name: 'web.systemd-socket', kind: 'bool', help: `${IDLE}: sockets are bound by this program itself.` },
      { name: 'web.ui-path', kind: 'text', initial: '', help: `${IDLE}: the UI is part of this program.` },
      { name: 'auto-gomemlimit.ratio', kind: 'ratio', initial: '0.9', help: `${IDLE}: there is no Go here.` },
    ],
  },
];
