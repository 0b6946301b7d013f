// The commands of tocsinctl and their flags: those of amtool under the same names. What a command does is loaded when it
// is called, so that `silence add` does not wait for a configuration parser.

import { FEATURES } from '../runtime/flags-table.ts';
import { OWN_COMMANDS } from './commands-own.ts';
import type { CommandSpec, FlagSpec } from './spec.ts';

const INSTANT = 'as RFC 3339: 2006-01-02T15:04:05-07:00';
const MATCHERS = {
  name: 'matcher-groups',
  kind: 'texts',
  help: 'Matchers, all of which must match. A first word that is no matcher is an alertname.',
} as const;

/** Of every command that reads a configuration file. */
const SOURCES: readonly FlagSpec[] = [
  {
    name: 'config.expand-env',
    kind: 'bool',
    help: 'Put the environment and files into values, as the server does with this flag.',
  },
  { name: 'config.include', kind: 'bool', help: 'Include further files, as the server does with this flag.' },
];

const alertQuery: CommandSpec = {
  name: 'query',
  isDefault: true,
  help: 'Print alerts: active ones, unless a state is given.',
  examples: [
    'alert query',
    'alert query DiskFull instance=a',
    "alert query 'alertname=~Disk.*' --silenced",
    'alert query -o json --receiver=team-.*',
  ],
  flags: [
    { name: 'inhibited', short: 'i', kind: 'bool', help: 'Print inhibited alerts.' },
    { name: 'silenced', short: 's', kind: 'bool', help: 'Print silenced alerts.' },
    { name: 'active', short: 'a', kind: 'bool', help: 'Print active alerts.' },
    { name: 'unprocessed', short: 'u', kind: 'bool', help: 'Print unprocessed alerts.' },
    {
      name: 'receiver',
      short: 'r',
      kind: 'text',
      help: 'Only those of receivers with such names: a regular expression.',
    },
  ],
  argument: MATCHERS,
  commands: [],
  run: async (given) => (await import('./alert-query.ts')).queryAlerts(given),
};

const alertAdd: CommandSpec = {
  name: 'add',
  help: 'Report an alert.',
  examples: ["alert add DiskFull instance=a --annotation=summary='The disk is full'", 'alert add alertname=Net node=b'],
  flags: [
    { name: 'generator-url', kind: 'text', help: 'Where the alert comes from.' },
    { name: 'start', kind: 'text', help: `When it started, ${INSTANT}. Now by default.` },
    { name: 'end', kind: 'text', help: `When it ends, ${INSTANT}.` },
    { name: 'annotation', kind: 'texts', help: 'An annotation, as name=value.' },
  ],
  argument: {
    name: 'labels',
    kind: 'texts',
    help: 'Labels, as name=value. A first word that is none is the alertname.',
  },
  commands: [],
  run: async (given) => (await import('./alert-add.ts')).addAlert(given),
};

const silenceAdd: CommandSpec = {
  name: 'add',
  help: 'Silence alerts, and print the id of the silence.',
  examples: [
    "silence add DiskFull instance=a --duration=2h --comment='new disk ordered'",
    "silence add 'alertname=~Disk.*' --end=2030-01-01T00:00:00Z --comment=x --author=me",
  ],
  flags: [
    { name: 'author', short: 'a', kind: 'text', help: 'Who does it. You by default.', placeholder: 'USER' },
    { name: 'require-comment', kind: 'bool', default: 'true', hidden: true, help: 'Whether a comment must be given.' },
    { name: 'duration', short: 'd', kind: 'text', default: '1h', help: 'For how long.' },
    { name: 'start', kind: 'text', help: `From when, ${INSTANT}. Now by default.` },
    { name: 'end', kind: 'text', help: `Until when, ${INSTANT}; in place of a duration.` },
    { name: 'comment', short: 'c', kind: 'text', help: 'Why.' },
    { name: 'annotation', kind: 'texts', help: 'An annotation, as name=value.' },
  ],
  argument: MATCHERS,
  commands: [],
  run: async (given) => (await import('./silence-add.ts')).addSilence(given),
};

const silenceExpire: CommandSpec = {
  name: 'expire',
  help: 'End silences.',
  examples: ['silence expire $(tocsinctl silence query -q instance=a)'],
  flags: [],
  argument: { name: 'silence-ids', kind: 'texts', help: 'Their ids.' },
  commands: [],
  run: async (given) => (await import('./silence-expire.ts')).expireSilences(given),
};

const silenceImport: CommandSpec = {
  name: 'import',
  help: 'Add silences that "silence query -o json" has printed.',
  examples: ['silence import silences.json', 'silence import < silences.json'],
  flags: [
    { name: 'force', short: 'f', kind: 'bool', help: 'Add new silences even if they are there already.' },
    { name: 'worker', short: 'w', kind: 'integer', default: '8', help: 'How many are sent at once.' },
  ],
  argument: { name: 'input-file', kind: 'file', help: 'The file with them; standard input by default.' },
  commands: [],
  run: async (given) => (await import('./silence-import.ts')).importSilences(given),
};

const silenceQuery: CommandSpec = {
  name: 'query',
  isDefault: true,
  help: 'Print the silences that have not expired.',
  examples: [
    'silence query',
    'silence query -q instance=a',
    'silence query --within=2h',
    'silence query --expired --within=2h',
  ],
  flags: [
    { name: 'expired', kind: 'bool', help: 'Print expired silences instead.' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Print ids alone.' },
    { name: 'created-by', kind: 'text', help: 'Only those of that author.' },
    { name: 'id', kind: 'text', help: 'Only the one with that id.' },
    { name: 'within', kind: 'span', help: 'Only those that expire, or have expired, within that time.' },
  ],
  argument: MATCHERS,
  commands: [],
  run: async (given) => (await import('./silence-query.ts')).querySilences(given),
};

const silenceUpdate: CommandSpec = {
  name: 'update',
  help: 'Change the times or the comment of silences.',
  examples: ['silence update --duration=4h b3ede22e-ca14-4aa0-932c-ca2f3445f926'],
  flags: [
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Print ids alone.' },
    { name: 'duration', short: 'd', kind: 'text', help: 'For how long, from its start.' },
    { name: 'start', kind: 'text', help: `From when, ${INSTANT}.` },
    { name: 'end', kind: 'text', help: `Until when, ${INSTANT}; in place of a duration.` },
    { name: 'comment', short: 'c', kind: 'text', help: 'Why.' },
  ],
  argument: { name: 'update-ids', kind: 'texts', help: 'Their ids.' },
  commands: [],
  run: async (given) => (await import('./silence-update.ts')).updateSilences(given),
};

const checkConfig: CommandSpec = {
  name: 'check-config',
  help: 'Say what is wrong with configuration files and their templates.',
  examples: [
    'check-config alertmanager.yml',
    'check-config --lint alertmanager.yml',
    'check-config --lint-fatal --format=github alertmanager.yml',
    'check-config < alertmanager.yml',
  ],
  flags: [
    { name: 'lint', kind: 'bool', help: 'Say also what is accepted and hardly meant, or could be better.' },
    ...SOURCES,
    { name: 'lint-fatal', kind: 'bool', help: 'As --lint, and fail when there is anything to say.' },
    { name: 'data.retention', kind: 'span', default: '120h', help: 'As the server is told: what --lint goes by.' },
    {
      name: 'format',
      kind: ['text', 'json', 'github'],
      default: 'text',
      help: 'How to print it: text as amtool prints it, a list in JSON, or annotations for GitHub.',
    },
  ],
  argument: { name: 'check-files', kind: 'files', help: 'The files; standard input by default.' },
  commands: [],
  run: async (given) => (await import('./check-config.ts')).checkConfig(given),
};

const configShow: CommandSpec = {
  name: 'show',
  isDefault: true,
  help: 'Print the configuration that is in force; with -o extended also what the server is.',
  examples: ['config show', 'config show -o extended'],
  flags: [],
  commands: [],
  run: async (given) => (await import('./config-show.ts')).showConfig(given),
};

const routesShow: CommandSpec = {
  name: 'show',
  isDefault: true,
  help: 'Print the tree of routes.',
  examples: ['config routes', 'config routes show --config.file=alertmanager.yml'],
  flags: [],
  commands: [],
  run: async (given) => (await import('./routes.ts')).showRoutes(given),
};

const routesTest: CommandSpec = {
  name: 'test',
  help: 'Print the receivers that an alert with these labels goes to.',
  examples: [
    'config routes test --config.file=alertmanager.yml --tree service=db severity=critical',
    'config routes test --config.file=alertmanager.yml --verify.receivers=team-db,pager service=db',
    'config routes test --config.file=alertmanager.yml --explain --time=2030-01-01T00:00:00Z service=db',
  ],
  flags: [
    {
      name: 'verify.receivers',
      kind: 'text',
      help: 'Fail unless it goes to exactly these receivers, separated by commas.',
    },
    { name: 'tree', kind: 'bool', help: 'Print the routes that match, too.' },
    { name: 'explain', kind: 'bool', help: 'Print what each route says to the labels, too.' },
    { name: 'time', kind: 'text', help: `Print whether the receivers are muted at that time, ${INSTANT}.` },
  ],
  argument: { name: 'labels', kind: 'texts', help: 'Labels, as name=value.' },
  commands: [],
  run: async (given) => (await import('./routes.ts')).testRoutes(given),
};

const configConvert: CommandSpec = {
  name: 'convert',
  help: 'Print a configuration file without what is deprecated: matchers in place of match and match_re.',
  notes: [
    'Everything else stays as it is, comments, references to the environment and included files too. Groups of alerts are named after the matchers of their route: those of a match_re are notified once more when the new file is loaded.',
  ],
  examples: ['config convert alertmanager.yml', 'config convert --write alertmanager.yml'],
  flags: [{ name: 'write', short: 'w', kind: 'bool', help: 'Replace the file, rather than print it.' }, ...SOURCES],
  argument: { name: 'convert-file', kind: 'file', help: 'The file; standard input by default.' },
  commands: [],
  run: async (given) => (await import('./config-convert.ts')).convertConfig(given),
};

const templateRender: CommandSpec = {
  name: 'render',
  help: 'Print what a template yields.',
  examples: [
    `template render --template.glob='templates/*.tmpl' --template.text='{{ template "slack.default.title" . }}'`,
  ],
  flags: [
    {
      name: 'template.glob',
      kind: 'texts',
      required: true,
      help: 'Template files to read: a path that may have * in it.',
    },
    { name: 'template.text', kind: 'text', required: true, help: 'The text that is rendered.' },
    { name: 'template.type', kind: ['html', 'text'], help: 'Whether it is text, as by default, or html.' },
    {
      name: 'template.data',
      kind: 'readable',
      help: 'A file with the data to render it with: JSON as in the body of a webhook. An example by default.',
    },
  ],
  commands: [],
  run: async (given) => (await import('./template-render.ts')).renderTemplate(given),
};

function group(
  name: string,
  help: string,
  commands: readonly CommandSpec[],
  flags: readonly FlagSpec[] = [],
): CommandSpec {
  return { name, help, flags, commands };
}

/** The program itself. */
export const PROGRAM: CommandSpec = {
  name: 'tocsinctl',
  help: 'Look at and change what Tocsin, or an Alertmanager, has: its alerts, silences and configuration.',
  notes: [
    'It takes the command lines of amtool. What stands behind a command and a star is meant where no command is given.',
    'Flags that are always the same go into $HOME/.config/tocsinctl/config.yml or /etc/tocsinctl/config.yml, one on each line as in "alertmanager.url: http://alerts:9093", "author: me", "require-comment: false", "output: extended". Those of amtool are read as well.',
  ],
  flags: [
    { name: 'help', short: 'h', kind: 'bool', help: 'Print this text.' },
    { name: 'help-long', kind: 'bool', hidden: true, help: 'Print the help of all commands.' },
    { name: 'help-man', kind: 'bool', hidden: true, help: 'The same.' },
    { name: 'completion-script-bash', kind: 'bool', hidden: true, help: 'As "completion bash".' },
    { name: 'completion-script-zsh', kind: 'bool', hidden: true, help: 'As "completion zsh".' },
    {
      name: 'date.format',
      kind: 'text',
      default: '2006-01-02 15:04:05 MST',
      help: 'How to print times: the way Go would write 3:04:05 PM on 2 January 2006.',
    },
    { name: 'verbose', short: 'v', kind: 'bool', help: 'Print requests as they are made, on standard error.' },
    { name: 'alertmanager.url', kind: 'url', default: 'http://localhost:9093/', help: 'The server to talk to.' },
    {
      name: 'output',
      short: 'o',
      kind: ['simple', 'extended', 'json'],
      default: 'simple',
      help: 'How to print: simple, extended or json.',
    },
    { name: 'timeout', kind: 'span', default: '30s', help: 'How long the command may take.' },
    {
      name: 'http.config.file',
      kind: 'file',
      placeholder: '<filename>',
      help: 'A file with an http_config: how to authorize, TLS, proxies.',
    },
    {
      name: 'version-check',
      kind: 'bool',
      default: 'true',
      help: 'Accepted for the sake of amtool: versions are never compared.',
    },
    {
      name: 'enable-feature',
      kind: 'text',
      default: '',
      help: `Features to switch on, separated by commas: ${FEATURES.join(', ')}. Those of matchers count here.`,
    },
    { name: 'version', kind: 'bool', help: 'Print the version.' },
  ],
  commands: [
    {
      name: 'help',
      help: 'Print the help of a command.',
      examples: ['help silence add'],
      flags: [],
      argument: { name: 'command', kind: 'texts', help: 'The command.' },
      commands: [],
    },
    group('alert', 'Report alerts, and look at them.', [alertQuery, alertAdd]),
    group('silence', 'Add, change and end silences, and look at them.', [
      silenceAdd,
      silenceExpire,
      silenceImport,
      silenceQuery,
      silenceUpdate,
    ]),
    checkConfig,
    group('cluster', 'Look at the cluster.', [
      {
        name: 'show',
        isDefault: true,
        help: 'Print the state of the cluster; with -o extended also its members.',
        examples: ['cluster show', 'cluster show -o extended'],
        flags: [],
        commands: [],
        run: async (given) => (await import('./cluster-show.ts')).showCluster(given),
      },
    ]),
    group('config', "Look at the server's configuration.", [
      configShow,
      group(
        'routes',
        'Look at routes, of a file or of the server.',
        [routesShow, routesTest],
        [
          { name: 'config.file', kind: 'file', help: 'A configuration file, in place of what the server has.' },
          ...SOURCES,
        ],
      ),
      configConvert,
    ]),
    group('template', 'Try out templates.', [templateRender]),
    ...OWN_COMMANDS,
  ],
};
