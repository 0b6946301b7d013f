// What is wrong in a file, or could be better: for people, and for what shows it beside the file.

import { relative } from 'node:path';
import { describeProblem, type Problem } from '../model/problem.ts';

/** All errors, one a line. */
export function describeErrors(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').map(describeProblem);
  return errors.length === 1 ? errors[0]! : `there are ${errors.length} problems:\n${errors.join('\n')}`;
}

/** `WARNING: file:line:column: path: message (code)`. */
export function describeAdvice(problem: Problem): string {
  const code = problem.code === undefined ? '' : ` (${problem.code})`;
  return `${problem.severity.toUpperCase()}: ${describeProblem(problem)}${code}`;
}

/** A workflow command of GitHub Actions; files below the folder are named from there, as the repository knows them. */
export function githubAnnotation(problem: Problem, folder: string): string {
  const below = relative(folder, problem.file);
  const file = below.startsWith('..') ? problem.file : below;
  const level = problem.severity === 'hint' ? 'notice' : problem.severity;
  const place = problem.line > 0 ? [`line=${problem.line}`, `col=${problem.column}`] : [];
  const title = problem.code === undefined ? [] : [`title=${escapedProperty(problem.code)}`];
  const properties = [`file=${escapedProperty(file)}`, ...place, ...title].join(',');
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `::${level} ${properties}::${escaped(path + problem.message)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
