// HTML that cannot be injected into: everything that is put into a template is text unless it is HTML already.

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Html | readonly Html[];

/** A template whose parts are escaped, in text as well as in quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0]!;
  parts.forEach((part, i) => {
    text += written(part) + strings[i + 1]!;
  });
  return new Html(text);
}

/** A link to a page of the web, or the text alone when it is anything else. */
export function link(url: string, text: string = url): Html {
  if (!isWebPage(url)) return html`${text}`;
  return html`<a href="${url}" rel="noopener noreferrer nofollow" target="_blank">${text}</a>`;
}

export function isWebPage(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text);
}

function written(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map((item) => item.text).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c]!);
}
