-- The journal of the engine's state, and the history of what happened.
--
-- The dialect is what SQLite and PostgreSQL share. Instants are milliseconds since 1970 and come from the program, as do
-- all ids: nothing here asks a clock or counts by itself. Ids of episodes, contents and configurations are from one
-- counter, so that event.ref is unambiguous. What people wrote is kept as JSON, in which every text can be said.

-- One row per commit. The last row tells the instant of the last commit and the counters. `times` is what was refreshed:
-- small appended text, because rewriting a row for each alert that Prometheus sends again would rewrite the file each
-- minute. Older rows are folded into newer ones; an alert's times are those of its last mention, else its episode's.
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  at BIGINT NOT NULL,
  next_seq BIGINT NOT NULL,
  next_id BIGINT NOT NULL,
  times TEXT
);

-- What an alert was when it was first reported, from then until it is gone. `body` holds the labels, the annotations and
-- the generator's URL. Its entries in `event` are from `first_seq` on; `gone_seq` is set when the entry of its end is
-- forgotten while others are not, which happens when the clock was set back.
CREATE TABLE episode (
  id INTEGER PRIMARY KEY,
  first_seq BIGINT NOT NULL,
  gone_seq BIGINT,
  fingerprint TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  timeout INTEGER NOT NULL,
  body TEXT NOT NULL
);

-- The episodes that are not over. `patch` is what differs by now from the episode's body.
CREATE TABLE alert (
  episode INTEGER PRIMARY KEY REFERENCES episode (id),
  patch TEXT
);

CREATE TABLE silence (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL
);

CREATE TABLE alert_group (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL
);

-- What each target was last told.
CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL
);

-- What happened, in order. There is no index on `ref`: alerts end in any order, and each would rewrite a page of it.
-- `ref` is the episode, the target (a content) or the configuration that it is about.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  ref INTEGER,
  body TEXT
);
CREATE INDEX event_at ON event (at);

-- What many events name: targets, and long lists of alerts. Named by new events for a limited time only, so that its age
-- tells when it can be forgotten.
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  at BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX content_at ON content (at);

-- Each configuration once; `uses` counts the entries of `event` that name it.
CREATE TABLE config (
  id INTEGER PRIMARY KEY,
  uses INTEGER NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  original TEXT NOT NULL
);
