import { describe, expect, it } from 'vitest';
import { parseTemplates, TemplateError } from '../../src/template/templates.ts';
import { caseFiles, data, readCases } from './cases.ts';

const templates = parseTemplates([]);

describe.each(caseFiles)('templates: %s', (file) => {
  const render = file === 'html' ? templates.html : templates.text;
  const cases = readCases(file);
  it.each(cases.filter((one) => !one.fails))('$topic: prints $template', ({ template, want }) => {
    expect(render(template, data)).toBe(want);
  });
  it.each(cases.filter((one) => one.fails))('$topic: refuses $template', ({ template, want }) => {
    expect(() => render(template, data)).toThrow(new TemplateError(want));
  });
});

it('has cases of every kind', () => {
  expect(caseFiles).toEqual(['functions', 'html', 'newer', 'printf', 'syntax', 'times', 'values']);
  const cases = caseFiles.flatMap(readCases);
  expect(cases.filter((one) => one.fails).length).toBeGreaterThan(200);
  expect(cases.filter((one) => !one.fails).length).toBeGreaterThan(200);
});
