// What is wrong in a file, for people.

import { describeProblem, type Problem } from '../model/problem.ts';

/** All errors, one a line. */
export function describeErrors(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').map(describeProblem);
  return errors.length === 1 ? errors[0]! : `there are ${errors.length} problems:\n${errors.join('\n')}`;
}
