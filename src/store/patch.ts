// What differs in an alert's text (annotations and generator's URL) from what it was when first reported. Annotations
// often carry a value that changes with each evaluation; the rest is not stored again.

import { hasLabel, type LabelSet, sameLabels } from '../model/labels.ts';

/** The part of an alert that can change and is not an instant. */
export interface Text {
  readonly annotations: LabelSet;
  readonly generatorURL: string;
}

export interface Patch {
  /** Annotations that are new or have another value. */
  readonly set?: LabelSet;
  /** Names of annotations that are no longer there. */
  readonly drop?: readonly string[];
  readonly generatorURL?: string;
}

export function sameText(a: Text, b: Text): boolean {
  return a.generatorURL === b.generatorURL && sameLabels(a.annotations, b.annotations);
}

/** JSON of what leads from `first` to `text`; `null` when they are the same. */
export function diffText(first: Text, text: Text): string | null {
  if (sameText(first, text)) return null;
  const before = first.annotations;
  const after = text.annotations;
  const set = Object.entries(after).filter(([name, value]) => !hasLabel(before, name) || before[name] !== value);
  const drop = Object.keys(before).filter((name) => !hasLabel(after, name));
  const patch: Patch = {
    // Names such as `__proto__` become properties like all others.
    ...(set.length > 0 ? { set: Object.fromEntries(set) } : {}),
    ...(drop.length > 0 ? { drop } : {}),
    ...(text.generatorURL !== first.generatorURL ? { generatorURL: text.generatorURL } : {}),
  };
  return JSON.stringify(patch);
}

/** The text that a patch leads to. */
export function applyPatch(first: Text, { set = {}, drop = [], generatorURL = first.generatorURL }: Patch): Text {
  const kept = Object.entries(first.annotations).filter(([name]) => !drop.includes(name));
  return { annotations: Object.fromEntries([...kept, ...Object.entries(set)]), generatorURL };
}
