// The functions of HTML templates: those of every template, and the escapers that are appended to their pipelines.

import { type Env, type Func, type FuncMap, variadic } from '../func/func.ts';
import { FUNCTIONS } from '../func/functions.ts';
import { ANY } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import {
  cssEscaper,
  cssValueFilter,
  jsRegexpEscaper,
  jsStrEscaper,
  jsTemplateEscaper,
  jsValEscaper,
} from './codeescapers.ts';
import { type Content, contentOf, printAll } from './content.ts';
import { attrEscaper, commentEscaper, htmlEscaper, htmlNameFilter, nospaceEscaper, rcdataEscaper } from './escapers.ts';
import { srcsetEscaper, urlEscaper, urlFilter, urlNormalizer } from './urlescapers.ts';

function escaper(name: string, make: (content: Content) => string): [string, Func] {
  const call = (args: readonly Value[], env: Env): Value => {
    const content = contentOf(args, env);
    env.budget.spendText(content.text.length * 2);
    return make(content);
  };
  return [`_html_template_${name}`, variadic([], ANY, call)];
}

export const HTML_FUNCTIONS: FuncMap = new Map([
  ...FUNCTIONS,
  ['_eval_args_', variadic([], ANY, printAll)],
  ['_html_template_jsvalescaper', variadic([], ANY, jsValEscaper)],
  escaper('attrescaper', attrEscaper),
  escaper('commentescaper', commentEscaper),
  escaper('cssescaper', cssEscaper),
  escaper('cssvaluefilter', cssValueFilter),
  escaper('htmlescaper', htmlEscaper),
  escaper('htmlnamefilter', htmlNameFilter),
  escaper('jsregexpescaper', jsRegexpEscaper),
  escaper('jsstrescaper', jsStrEscaper),
  escaper('jstmpllitescaper', jsTemplateEscaper),
  escaper('nospaceescaper', nospaceEscaper),
  escaper('rcdataescaper', rcdataEscaper),
  escaper('srcsetescaper', srcsetEscaper),
  escaper('urlescaper', urlEscaper),
  escaper('urlfilter', urlFilter),
  escaper('urlnormalizer', urlNormalizer),
]);
