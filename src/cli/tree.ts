// Trees as text, drawn with lines.

export interface Branch {
  readonly text: string;
  readonly branches: readonly Branch[];
}

/** A dot for the root, then a line for each branch. */
export function branchesToString(branches: readonly Branch[]): string {
  return `.\n${drawn(branches, '')}`;
}

function drawn(branches: readonly Branch[], before: string): string {
  return branches
    .map(({ text, branches: below }, i) => {
      const isLast = i === branches.length - 1;
      return `${before}${isLast ? '└──' : '├──'} ${text}\n${drawn(below, `${before}${isLast ? '    ' : '│   '}`)}`;
    })
    .join('');
}
