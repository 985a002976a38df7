/** Zones, checks by perturbing the image, and how suspect each case is. */
export const sql = `
-- what image analysis found, as of a version of it; tone: grey values at fixed percentiles of the model's input, for a profile
CREATE TABLE case_zones (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
  zones TEXT NOT NULL,
  pixel_sha256 TEXT NOT NULL,
  detector INTEGER NOT NULL
) STRICT;
CREATE TABLE case_tones (
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  tone TEXT NOT NULL,
  PRIMARY KEY (model_id, case_id)
) WITHOUT ROWID, STRICT;

-- an outline that a reader put in the place of the detected one
CREATE TABLE zone_corrections (
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  outline TEXT NOT NULL,
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  time TEXT NOT NULL,
  PRIMARY KEY (case_id, name)
) WITHOUT ROWID, STRICT;

-- a reader's own zone over all cases, in fractions of its frame
CREATE TABLE zone_templates (
  name TEXT PRIMARY KEY,
  frame TEXT NOT NULL CHECK (frame IN ('image', 'body')),
  outline TEXT NOT NULL,
  cue INTEGER NOT NULL,
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  time TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE suspicions (
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  suspicion REAL NOT NULL,
  term TEXT NOT NULL,
  PRIMARY KEY (model_id, case_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX suspicions_suspicion ON suspicions (model_id, suspicion);

-- the wide part of a suspicion and its provenance
CREATE TABLE suspicion_details (
  model_id INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  terms TEXT NOT NULL,
  effects TEXT NOT NULL,
  pixel_sha256 TEXT NOT NULL,
  analysis INTEGER NOT NULL,
  version TEXT NOT NULL,
  computed_at TEXT NOT NULL,
  UNIQUE (model_id, case_id),
  FOREIGN KEY (model_id, case_id) REFERENCES suspicions (model_id, case_id) ON DELETE CASCADE
) STRICT;

-- the checks that readers made; never changed
CREATE TABLE causal_checks (
  id INTEGER PRIMARY KEY,
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  record TEXT NOT NULL,
  pixel_sha256 TEXT NOT NULL,
  version TEXT NOT NULL,
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  time TEXT NOT NULL
) STRICT;
CREATE INDEX causal_checks_case ON causal_checks (model_id, case_id);
`
