// What each receiver tells in each situation, with its default templates, as it goes out: to be read in the diff when it changes.

import { describe, expect, it } from 'vitest';
import { prepare, receivers } from '../../src/receivers/index.ts';
import { TemplateError, type Templates } from '../../src/template/templates.ts';
import { testConfig } from '../support/config.ts';
import { type Stands, table } from '../support/receiver-table.ts';
import { huge, situations } from '../support/rendering.ts';
import { defaultTemplates } from '../support/templates.ts';

const templates = defaultTemplates();
const stands: Stands = { url: (path) => `http://provider.example${path}`, smarthost: 'mail.example:25', detour: {} };

const fail = (): never => {
  throw new TemplateError('template: :1:3: executing "" at <.Nonsense>: can\'t evaluate field Nonsense');
};
const broken: Templates = { ...templates, text: fail, html: fail, routeLabels: () => ({}) };

describe.each(receivers.map(({ type }) => type))('%s', (type) => {
  const entry = table[type]!.entries(stands)[0];
  const receiver = { name: 'r', [`${type}_configs`]: [entry] };
  const [integration] = testConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [receiver] })).receivers[0]!
    .integrations;

  it.each([...Object.entries(situations), ['of thousands', huge] as const])(
    'tells of what is %s',
    (_, notification) => {
      const { preview, renderError } = prepare(integration!, notification, templates);
      expect(renderError).toBeUndefined();
      expect(shortened(preview)).toMatchSnapshot();
    },
  );

  it('tells plainly of what its templates fail with', () => {
    const { preview, renderError } = prepare(integration!, situations['mixed']!, broken);
    expect({ renderError, preview: shortened(preview) }).toMatchSnapshot();
  });
});

/** Long texts by their beginning, end and length; long lists by their first items and how many there are. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length <= 600 ? value : `${value.slice(0, 200)} … ${value.length} … ${value.slice(-200)}`;
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, 3).map(shortened);
    return value.length <= 3 ? items : [...items, `… ${value.length}`];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}
