// Time intervals: when a route is muted or active.

export interface TimeInterval {
  readonly times: readonly { readonly startMinute: number; readonly endMinute: number }[];
  readonly weekdays: readonly { readonly begin: number; readonly end: number }[];
  readonly daysOfMonth: readonly { readonly begin: number; readonly end: number }[];
  readonly months: readonly { readonly begin: number; readonly end: number }[];
  readonly years: readonly { readonly begin: number; readonly end: number }[];
  /** An IANA zone name; UTC when the file names none. */
  readonly location: string;
}
