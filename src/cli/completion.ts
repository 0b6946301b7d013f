// What may come next on a command line, for shells that complete words, and the scripts that make them ask. The scripts
// ask the program itself, so that they never know less than it does.

import { parseCommandLine } from './parse.ts';
import type { CommandSpec, FlagSpec } from './spec.ts';

/** The flag by which the scripts ask; kingpin's, so that scripts made for amtool work as well. */
export const ASKING_FLAG = '--completion-bash';

/** What the last word may become; none where it is a file or anything else that the shell knows better. */
export function candidates(program: CommandSpec, words: readonly string[]): string[] {
  const { before, current, joined } = split(words);
  const options = { expand: (): string[] => [] };
  const line = parseCommandLine(program, before, options);
  const pending = pendingFlag(line.flags, before);
  if (pending !== undefined) {
    const values = typeof pending.kind === 'string' ? [] : pending.kind;
    return matching(values, current).map((value) => joined + value);
  }
  if (current.startsWith('-') && !before.includes('--'))
    return matching(
      line.flags.flatMap((flag) => spellings(flag, current)),
      current,
    );
  const named = parseCommandLine(program, before, { ...options, ignoreDefaults: true });
  const selected = named.commands[named.commands.length - 1] ?? program;
  if (named.error !== undefined) return [];
  const { argument } = selected;
  const choices = argument !== undefined && typeof argument.kind !== 'string' ? argument.kind : [];
  return matching([...selected.commands.map(({ name }) => name), ...choices], current);
}

/**
 * The word that is being typed and those before it. Bash makes words of `--output=js` at the equals sign; for other
 * shells `joined` is what of it comes before the value.
 */
function split(words: readonly string[]): { before: readonly string[]; current: string; joined: string } {
  const whole = joinedAtColons(words);
  const before = whole.filter((word, i) => word !== '=' || i === 0);
  const current = whole[whole.length - 1] === '=' ? '' : (before.pop() ?? '');
  const equals = current.startsWith('--') ? current.indexOf('=') : -1;
  if (equals < 0) return { before, current, joined: '' };
  const flag = current.slice(0, equals);
  return { before: [...before, flag], current: current.slice(equals + 1), joined: `${flag}=` };
}

/** Bash makes three words of `http://alerts`, too. */
function joinedAtColons(words: readonly string[]): readonly string[] {
  const whole: string[] = [];
  words.forEach((word, i) => {
    if (whole.length > 0 && (word === ':' || words[i - 1] === ':')) whole[whole.length - 1] += word;
    else whole.push(word);
  });
  return whole;
}

/** The flag that waits for its value. */
function pendingFlag(flags: readonly FlagSpec[], before: readonly string[]): FlagSpec | undefined {
  const last = before[before.length - 1] ?? '';
  if (before.includes('--')) return undefined;
  return flags.find(({ name, short, kind }) => kind !== 'bool' && (last === `--${name}` || last === `-${short}`));
}

function spellings({ name, kind, hidden }: FlagSpec, current: string): string[] {
  if (hidden === true) return [];
  return kind === 'bool' && current.startsWith('--no-') ? [`--no-${name}`] : [`--${name}`];
}

function matching(words: readonly string[], current: string): string[] {
  return words.filter((word) => word.startsWith(current));
}

/** A script for that shell: bash, zsh or fish. */
export function completionScript(program: CommandSpec, shell: string): string {
  const { name } = program;
  const ask = `${name} ${ASKING_FLAG}`;
  if (shell === 'fish') {
    return `# Completion of ${name} for fish: ${name} completion fish > ~/.config/fish/completions/${name}.fish
function __${name}_candidates
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l word (commandline --current-token --cut-at-cursor)
    set -l found (${ask} $words[2..] "$word" 2>/dev/null)
    if set --query found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path $word
    end
end
complete --command ${name} --no-files --arguments '(__${name}_candidates)'
`;
  }
  if (shell === 'zsh') {
    return `#compdef ${name}
# Completion of ${name} for zsh: ${name} completion zsh > a folder of $fpath/_${name}
_${name}() {
    local -a found
    found=(\${(f)"$(${ask} "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( \${#found} )); then compadd -a found; else _files; fi
}
if [[ "\${funcstack[1]}" == "_${name}" ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
  }
  return `# Completion of ${name} for bash: source <(${name} completion bash)
_${name}() {
    local IFS=$'\\n'
    COMPREPLY=($(${ask} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _${name} ${name}
[[ \${BASH_ALIASES[amtool]} != ${name}* ]] || complete -o default -F _${name} amtool
`;
}
