// What is wrong in an operator's input, said so that it can be found and mended.

export interface Place {
  readonly file: string;
  /** From 1; 0 when it is the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** Such as `receivers[2].slack_configs[0].channel`; empty for the file as a whole. */
  readonly path: string;
}

export interface Problem extends Place {
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Neither a warning nor a hint refuses anything. A warning is for the log, a hint for who asks for advice. */
  readonly severity: 'error' | 'warning' | 'hint';
  /** A warning's or a hint's kind, such as `unreachable-route`: the same from version to version. */
  readonly code?: string;
}

/** `file:line:column: path: message`, the form that editors and CI systems know. */
export function describeProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  return [place, problem.path, problem.message].filter((part) => part !== '').join(': ');
}
