// The Go types that templates can meet: a closed set, as data and functions are Alertmanager's own. Their names appear in
// error messages and in `%T`.

export type Kind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'string'
  | 'slice'
  | 'map'
  | 'struct'
  | 'pointer'
  | 'interface'
  /** The parameter of a builtin function that takes everything, missing values included (Go's reflect.Value). */
  | 'any value';

export interface Type {
  /** As `%T` prints it. */
  readonly name: string;
  readonly kind: Kind;
  /** Whether it has a name of its own, as opposed to `[]string`. */
  readonly defined: boolean;
  /** Of slices, maps and pointers. */
  readonly elem?: Type;
  /** Of structs: the fields' names and types in their order. */
  readonly fields?: readonly (readonly [name: string, type: Type])[];
}

function basic(name: string, kind: Kind): Type {
  return { name, kind, defined: true };
}

function sliceOf(elem: Type): Type {
  return { name: `[]${elem.name}`, kind: 'slice', defined: false, elem };
}

function pointerTo(elem: Type): Type {
  return { name: `*${elem.name}`, kind: 'pointer', defined: false, elem };
}

export const BOOL = basic('bool', 'bool');
export const INT = basic('int', 'int');
export const INT32 = basic('int32', 'int');
export const INT64 = basic('int64', 'int');
export const UINT8 = basic('uint8', 'uint');
export const UINT64 = basic('uint64', 'uint');
export const FLOAT64 = basic('float64', 'float');
export const COMPLEX128 = basic('complex128', 'complex');
export const STRING = basic('string', 'string');
export const ANY: Type = { name: 'interface {}', kind: 'interface', defined: false };
/** See `Kind`. */
export const ANY_VALUE: Type = { name: 'reflect.Value', kind: 'any value', defined: true };

export const BYTES = sliceOf(UINT8);
export const STRING_SLICE = sliceOf(STRING);
export const ANY_SLICE = sliceOf(ANY);
export const ANY_MAP: Type = { name: 'map[string]interface {}', kind: 'map', defined: false, elem: ANY };

export const DURATION = basic('time.Duration', 'int');
export const MONTH = basic('time.Month', 'int');
export const WEEKDAY = basic('time.Weekday', 'int');
/** A struct without exported fields. */
const LOCATION: Type = { name: 'time.Location', kind: 'struct', defined: true, fields: [] };
export const LOCATION_POINTER = pointerTo(LOCATION);
export const TIME: Type = {
  name: 'time.Time',
  kind: 'struct',
  defined: true,
  fields: [
    ['wall', UINT64],
    ['ext', INT64],
    ['loc', LOCATION_POINTER],
  ],
};

/** html/template's strings that are known to be safe in their place. */
export const HTML = basic('template.HTML', 'string');
export const URL = basic('template.URL', 'string');

export const KV: Type = { name: 'template.KV', kind: 'map', defined: true, elem: STRING };
export const PAIR: Type = {
  name: 'template.Pair',
  kind: 'struct',
  defined: true,
  fields: [
    ['Name', STRING],
    ['Value', STRING],
  ],
};
export const PAIRS: Type = { name: 'template.Pairs', kind: 'slice', defined: true, elem: PAIR };
export const STRINGS: Type = { name: 'template.Strings', kind: 'slice', defined: true, elem: STRING };
export const ALERT: Type = {
  name: 'template.Alert',
  kind: 'struct',
  defined: true,
  fields: [
    ['Status', STRING],
    ['Labels', KV],
    ['Annotations', KV],
    ['StartsAt', TIME],
    ['EndsAt', TIME],
    ['GeneratorURL', STRING],
    ['Fingerprint', STRING],
  ],
};
export const ALERT_SLICE = sliceOf(ALERT);
export const ALERTS: Type = { name: 'template.Alerts', kind: 'slice', defined: true, elem: ALERT };
export const DATA: Type = {
  name: 'template.Data',
  kind: 'struct',
  defined: true,
  fields: [
    ['Receiver', STRING],
    ['Status', STRING],
    ['Alerts', ALERTS],
    ['NotificationReason', STRING],
    ['GroupLabels', KV],
    ['CommonLabels', KV],
    ['CommonAnnotations', KV],
    ['RouteLabels', KV],
    ['ExternalURL', STRING],
    ['routeLabelsRendered', BOOL],
  ],
};
export const DATA_POINTER = pointerTo(DATA);

const fieldNames = new Map<Type, ReadonlySet<string>>();

/** Whether it is a struct that has a field of that name. */
export function hasField(type: Type, name: string): boolean {
  if (type.fields === undefined) return false;
  let names = fieldNames.get(type);
  if (names === undefined) {
    names = new Set(type.fields.map(([field]) => field));
    fieldNames.set(type, names);
  }
  return names.has(name);
}

/** Whether both have the same structure, names apart. */
function sameUnderlying(a: Type, b: Type): boolean {
  if (a.kind !== b.kind || a.elem !== b.elem) return false;
  return a.kind === 'slice' || a.kind === 'map';
}

/** Go's assignability: the same type, an empty interface, or the same structure where one of both has no name. */
export function assignable(from: Type, to: Type): boolean {
  if (from === to || to.kind === 'interface') return true;
  return (!from.defined || !to.defined) && sameUnderlying(from, to);
}

/** Whether nil is a value of the type. */
export function canBeNil(type: Type): boolean {
  return ['interface', 'map', 'pointer', 'slice', 'any value'].includes(type.kind);
}

/** Whether `==` is defined on it in Go. */
export function isComparable(type: Type): boolean {
  if (type.kind === 'slice' || type.kind === 'map') return false;
  return type.kind !== 'struct' || type.fields!.every(([, field]) => isComparable(field));
}
