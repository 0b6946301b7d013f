// Time intervals as the file has them: which keys there are, and how the ranges are read and printed.

import {
  type Field,
  list,
  map as _map,
  maybeList,
  parsed,
  type Schema,
  text,
} from '../model/schema.ts';
