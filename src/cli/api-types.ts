// The parts of the API's answers that tocsinctl prints. Answers come from servers of any version: fields that older
// ones lack are optional.

export interface ApiAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: { readonly state: string };
}

export interface ApiMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual?: boolean;
}

export interface ApiSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly ApiMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

export interface ApiPeer {
  readonly address: string;
  readonly name: string;
}

export interface ApiStatus {
  readonly cluster: { readonly status: string; readonly name?: string; readonly peers?: readonly ApiPeer[] };
  readonly config: { readonly original: string };
  readonly uptime: string;
  readonly versionInfo: Readonly<Record<string, string>>;
}
