// The text of --help: what there is to say of each flag, folded to the width of a terminal.

import { FLAG_GROUPS, type FlagSpec } from './flags-table.ts';

const WIDTH = 100;
const INDENT = 8;

export function helpText(): string {
  const lines = [
    'usage: tocsin [<flags>]',
    '',
    'An alert router for Prometheus: a drop-in for Alertmanager that remembers everything.',
    'A flag and its value may be separated by a space or by =; flags without a value have a --no- form.',
    '',
    'Flags:',
    '  -h, --[no-]help',
    ...fold('Show this text.'),
    '  --[no-]version',
    ...fold('Show the version.'),
  ];
  for (const group of FLAG_GROUPS) {
    lines.push('', `${group.title}:`);
    for (const flag of group.flags) lines.push(`  ${usage(flag)}`, ...fold(flag.help));
  }
  return `${lines.join('\n')}\n`;
}

function usage(flag: FlagSpec): string {
  if (flag.kind === 'bool') return `--[no-]${flag.name}`;
  const value = flag.initial === undefined || flag.initial === '' ? '...' : flag.initial;
  return `--${flag.name}=${value}${flag.repeatable ? ' (repeatable)' : ''}`;
}

function fold(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each) => ' '.repeat(INDENT) + each);
}
