// How a section of the configuration is described: its keys, their kinds and defaults. Data for the decoder in config/.
export interface Schema<T> {
  readonly __type?: T;
}
