// `tocsinctl template render`: a template text with the operator's template files, over data of a file or of an example.

import { readFileSync } from 'node:fs';
import { ConfigurationError, loadTemplates } from '../runtime/configuration.ts';
import type { TemplateAlert, TemplateData } from '../template/data.ts';
import { parseData } from '../template/datafile.ts';
import { TemplateError } from '../template/templates.ts';
import { CommandError } from './terminal.ts';
import type { Values } from './values.ts';

export async function renderTemplate(given: Values): Promise<void> {
  const now = Date.now();
  const file = given.text('template.data');
  try {
    const templates = await loadTemplates({ templates: given.texts('template.glob') });
    const data = file === '' ? example(now) : readData(file, now);
    const text = given.text('template.text');
    const rendered = given.text('template.type') === 'html' ? templates.html(text, data) : templates.text(text, data);
    given.session.terminal.out(rendered);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(error.message);
    // The server hands templates a pointer to their data and says so in its errors; amtool hands them the data itself.
    if (error instanceof TemplateError) {
      throw new CommandError(error.message.replaceAll('type *template.Data', 'type template.Data'));
    }
    throw error;
  }
}

function readData(file: string, now: number): TemplateData {
  try {
    return parseData(readFileSync(file, 'utf8'), now);
  } catch (error) {
    throw new CommandError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const MINUTE = 60_000;

/** amtool's example: one alert that fires, one that has ended. */
function example(now: number): TemplateData {
  const commonLabels = { commonlabelkey1: 'commonlabelvalue1', commonlabelkey2: 'commonlabelvalue2' };
  const commonAnnotations = {
    commonannotationkey1: 'commonannotationvalue1',
    commonannotationkey2: 'commonannotationvalue2',
  };
  const alert = (status: string, minutes: number, nth: number, labels: object, annotations: object): TemplateAlert => ({
    status,
    labels: { ...labels, ...commonLabels },
    annotations: { ...annotations, ...commonAnnotations },
    startsAt: now - minutes * MINUTE,
    endsAt: now,
    generatorURL: 'https://generatorurl.com',
    fingerprint: `fingerprint${nth}`,
  });
  return {
    receiver: 'receiver',
    status: 'alertstatus',
    alerts: [
      alert(
        'firing',
        5,
        1,
        { label1: 'value1', label2: 'value2', instance: 'foo.bar:1234' },
        { annotation1: 'value1', annotation2: 'value2' },
      ),
      alert('resolved', 10, 2, { foo: 'bar', baz: 'qux' }, { aaa: 'bbb', ccc: 'ddd' }),
    ],
    notificationReason: '',
    groupLabels: { grouplabelkey1: 'grouplabelvalue1', grouplabelkey2: 'grouplabelvalue2' },
    commonLabels,
    commonAnnotations,
    routeLabels: {},
    externalURL: 'https://example.com',
    at: now,
    routeLabelsRendered: false,
  };
}
