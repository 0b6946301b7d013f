// The commands that amtool does not have: what Tocsin remembers on disk, and test sends.

import type { CommandSpec, FlagSpec } from './spec.ts';
import { CommandError } from './terminal.ts';

const STORAGE: FlagSpec = {
  name: 'storage.path',
  kind: 'text',
  default: 'data/',
  help: "The folder of the server's database.",
};

const importCommand: CommandSpec = {
  name: 'import',
  help: 'Take over what an Alertmanager left on disk: its silences and its notification log.',
  notes: [
    'Stop both: Alertmanager writes them when it stops, and Tocsin reads them when it starts. What is known already is left alone, so that it may be run again.',
    'Silences alone can be taken over while both run: "silence query -o json" of the one, into "silence import" of the other.',
  ],
  examples: [
    'import --storage.path=data /var/lib/alertmanager',
    'import --storage.path=data /var/lib/alertmanager/silences /var/lib/alertmanager/nflog',
  ],
  flags: [STORAGE],
  argument: { name: 'files', kind: 'texts', help: 'Its storage path, or the files "silences" and "nflog" of it.' },
  commands: [],
  run: async (given) => {
    const files = given.texts('files');
    if (files.length === 0)
      throw new CommandError('name the files to take over', 'As in "import /var/lib/alertmanager".');
    await (await import('./import.ts')).importSnapshots(given.session, files, given.text('storage.path'));
  },
};

const backup: CommandSpec = {
  name: 'backup',
  help: 'Write a copy of all that Tocsin remembers, also while the server runs.',
  notes: [
    'The file gets its name when the copy is whole and has been looked through. One that was interrupted leaves a file that ends in .partial, which the next one to the same file replaces.',
  ],
  examples: ['backup --storage.path=data tocsin-backup.db'],
  flags: [STORAGE, { name: 'force', short: 'f', kind: 'bool', help: 'Replace the file if it is there.' }],
  argument: { name: 'file', kind: 'text', help: 'Where to write it.', required: true },
  commands: [],
  run: async (given) => {
    const [file, directory] = [given.text('file'), given.text('storage.path')];
    (await import('./backup.ts')).backUpStore(given.session, file, directory, given.flag('force'));
  },
};

const restore: CommandSpec = {
  name: 'restore',
  help: 'Put a copy in the place of what Tocsin remembers; a server takes it over when it starts next.',
  notes: ['The copy is looked through first. What was there before is kept beside it, as tocsin.db.before-restore.'],
  examples: ['restore --storage.path=data tocsin-backup.db'],
  flags: [STORAGE],
  argument: { name: 'file', kind: 'text', help: 'The copy.', required: true },
  commands: [],
  run: async (given) => {
    const [file, directory] = [given.text('file'), given.text('storage.path')];
    (await import('./backup.ts')).restoreStore(given.session, file, directory);
  },
};

const watch: CommandSpec = {
  name: 'watch',
  help: 'Show what fires, live; without a screen, a line for each alert that begins or ends.',
  notes: [
    'Keys: q quits, arrows or j and k scroll, g and G go to the beginning and the end, s shows suppressed alerts, space pauses.',
  ],
  examples: ['watch', 'watch severity=critical', 'watch --all --interval=1s'],
  flags: [
    { name: 'interval', kind: 'span', default: '5s', help: 'How often to ask the server.' },
    { name: 'all', kind: 'bool', help: 'Show suppressed alerts, too.' },
  ],
  argument: {
    name: 'matcher-groups',
    kind: 'texts',
    help: 'Matchers, all of which must match. A first word that is no matcher is an alertname.',
  },
  commands: [],
  run: async (given) => {
    const [{ watch: show }, { looksLikeMatcher, readMatcher, withAlertname }] = await Promise.all([
      import('./watch.ts'),
      import('./arguments.ts'),
    ]);
    const intervalMs = given.number('interval');
    if (intervalMs < 100) throw new CommandError('--interval must be 100ms or more');
    // A misspelt matcher would show a quiet screen for as long as it is watched.
    for (const word of given.texts('matcher-groups').filter(looksLikeMatcher)) readMatcher(given.session, word);
    const matchers = withAlertname(given.session, given.texts('matcher-groups'));
    await show(given.session, { matchers, intervalMs, all: given.flag('all') });
  },
};

const receiversTest: CommandSpec = {
  name: 'test',
  help: 'Send a sample alert through a receiver of the server, and print what the other side answers.',
  examples: ['receivers test team-db', "receivers test team-db --integration='slack[0]' --label=severity=critical"],
  flags: [
    { name: 'integration', kind: 'text', help: 'Only this one, such as slack[0]; all by default.' },
    { name: 'label', kind: 'texts', help: 'A label of the sample, as name=value.' },
    { name: 'annotation', kind: 'texts', help: 'An annotation of the sample, as name=value.' },
    { name: 'send-timeout', kind: 'span', help: "How long each attempt may take; the server's own limit by default." },
  ],
  argument: { name: 'receiver', kind: 'text', help: 'Its name.', required: true },
  commands: [],
  run: async (given) => {
    const [integration, sendTimeout] = [given.text('integration'), given.number('send-timeout')];
    await (await import('./receivers-test.ts')).testReceiver(given.session, given.text('receiver'), {
      label: given.texts('label'),
      annotation: given.texts('annotation'),
      ...(integration === '' ? {} : { integration }),
      ...(sendTimeout > 0 ? { sendTimeout } : {}),
    });
  },
};

const completion: CommandSpec = {
  name: 'completion',
  help: 'Print a script by which a shell completes words of this program.',
  examples: [
    'completion bash >> ~/.bashrc',
    'completion zsh > ~/.zfunc/_tocsinctl',
    'completion fish > ~/.config/fish/completions/tocsinctl.fish',
  ],
  notes: ['For zsh the folder must be one of $fpath, before compinit runs.'],
  flags: [],
  argument: { name: 'shell', kind: ['bash', 'zsh', 'fish'], help: 'bash, zsh or fish.', required: true },
  commands: [],
  // Printed where the program is known: in main.ts.
};

export const OWN_COMMANDS: readonly CommandSpec[] = [
  watch,
  { name: 'receivers', help: 'Try out receivers.', flags: [], commands: [receiversTest] },
  importCommand,
  backup,
  restore,
  completion,
];
