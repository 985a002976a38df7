/**
 * The first schema. Facts stand once: the outcome of a case is derived from its label and the score of the model in use.
 * `models` holds one row for each pair of model file and profile, since a score belongs to both.
 */
export const sql = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE folders (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, added_at TEXT NOT NULL) STRICT;

CREATE TABLE cases (
  id INTEGER PRIMARY KEY,
  folder_id INTEGER NOT NULL REFERENCES folders (id),
  file TEXT NOT NULL,
  label TEXT,
  label_class INTEGER,
  status TEXT NOT NULL CHECK (status IN ('ready', 'unreadable')),
  modality TEXT NOT NULL,
  sex TEXT NOT NULL,
  age_years REAL,
  manufacturer TEXT NOT NULL,
  model_name TEXT NOT NULL,
  station TEXT NOT NULL,
  institution TEXT NOT NULL,
  view TEXT NOT NULL,
  body_part TEXT NOT NULL,
  rows INTEGER,
  columns INTEGER,
  frames INTEGER NOT NULL,
  patient_id TEXT NOT NULL,
  accession TEXT NOT NULL,
  sop_instance_uid TEXT NOT NULL,
  study_instance_uid TEXT NOT NULL,
  series_instance_uid TEXT NOT NULL,
  transfer_syntax TEXT NOT NULL,
  photometric TEXT NOT NULL,
  notices TEXT NOT NULL,
  error TEXT,
  UNIQUE (folder_id, file)
) STRICT;
CREATE UNIQUE INDEX cases_sop_instance_uid ON cases (sop_instance_uid) WHERE sop_instance_uid <> '';
CREATE INDEX cases_file ON cases (file);
CREATE INDEX cases_patient_id ON cases (patient_id);
CREATE INDEX cases_accession ON cases (accession);
CREATE INDEX cases_label ON cases (label);
CREATE INDEX cases_label_class ON cases (label_class);
CREATE INDEX cases_status ON cases (status);

-- what the work list's text search looks through, folded
CREATE TABLE case_texts (case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE, text TEXT NOT NULL) STRICT;

-- every file that an import has looked at; case_id is null where it is not DICOM
CREATE TABLE files (
  folder_id INTEGER NOT NULL REFERENCES folders (id),
  file TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ms REAL NOT NULL,
  case_id INTEGER REFERENCES cases (id) ON DELETE CASCADE,
  PRIMARY KEY (folder_id, file)
) WITHOUT ROWID, STRICT;
CREATE INDEX files_case ON files (case_id);

CREATE TABLE group_columns (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE group_values (
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  column_id INTEGER NOT NULL REFERENCES group_columns (id) ON DELETE CASCADE,
  value TEXT NOT NULL,
  PRIMARY KEY (case_id, column_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX group_values_value ON group_values (column_id, value, case_id);

CREATE TABLE models (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  profile TEXT NOT NULL,
  profile_sha256 TEXT NOT NULL,
  classes TEXT NOT NULL,
  layers TEXT NOT NULL,
  default_layer TEXT,
  steps_over TEXT,
  used_at TEXT NOT NULL,
  UNIQUE (sha256, profile_sha256)
) STRICT;

CREATE TABLE scores (
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  predicted INTEGER NOT NULL,
  confidence REAL,
  PRIMARY KEY (model_id, case_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX scores_predicted ON scores (model_id, predicted);
CREATE INDEX scores_confidence ON scores (model_id, confidence);

-- the wide part of a score and its provenance: float32 little endian, in the order of the classes
CREATE TABLE score_details (
  model_id INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  logits BLOB NOT NULL,
  probabilities BLOB NOT NULL,
  pixel_sha256 TEXT NOT NULL,
  provider TEXT NOT NULL,
  version TEXT NOT NULL,
  elapsed_ms REAL NOT NULL,
  computed_at TEXT NOT NULL,
  UNIQUE (model_id, case_id),
  FOREIGN KEY (model_id, case_id) REFERENCES scores (model_id, case_id) ON DELETE CASCADE
) STRICT;

-- the last run of a case that failed, and how often the compute process ended meanwhile
CREATE TABLE run_problems (
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  error TEXT,
  crashes INTEGER NOT NULL,
  PRIMARY KEY (model_id, case_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE attributions (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  -- what was asked for: method, layer and parameters as canonical JSON
  spec TEXT NOT NULL,
  class_index INTEGER NOT NULL,
  method TEXT NOT NULL,
  layer TEXT,
  parameters TEXT NOT NULL,
  grid_height INTEGER NOT NULL,
  grid_width INTEGER NOT NULL,
  signed INTEGER NOT NULL,
  min REAL NOT NULL,
  max REAL NOT NULL,
  input_width INTEGER NOT NULL,
  input_height INTEGER NOT NULL,
  affine TEXT NOT NULL,
  diagnostics TEXT NOT NULL,
  pixel_sha256 TEXT NOT NULL,
  provider TEXT NOT NULL,
  version TEXT NOT NULL,
  elapsed_ms REAL NOT NULL,
  computed_at TEXT NOT NULL,
  UNIQUE (case_id, model_id, spec, class_index)
) STRICT;
CREATE INDEX attributions_range ON attributions (model_id, spec, min, max, case_id, class_index);

-- float32 little endian, row-major [grid_height, grid_width], un-normalised
CREATE TABLE attribution_values (attribution_id INTEGER PRIMARY KEY REFERENCES attributions (id) ON DELETE CASCADE, data BLOB NOT NULL) STRICT;

CREATE TABLE readers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE flags (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
  verdict TEXT NOT NULL,
  reasons TEXT NOT NULL,
  note TEXT NOT NULL,
  region TEXT,
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  time TEXT NOT NULL
) STRICT;
CREATE INDEX flags_verdict ON flags (verdict);

-- every change of a flag; undone: 0 holds, 1 can be done again, 2 was undone and is out of reach
CREATE TABLE flag_history (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  time TEXT NOT NULL,
  before TEXT,
  after TEXT,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX flag_history_undone ON flag_history (undone, id);

CREATE TABLE samples (id INTEGER PRIMARY KEY, name TEXT NOT NULL, seed INTEGER NOT NULL, size INTEGER NOT NULL, drawn_at TEXT NOT NULL, stratify_by TEXT, filter TEXT NOT NULL) STRICT;
CREATE TABLE sample_cases (
  sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  PRIMARY KEY (sample_id, case_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE saved_filters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, filter TEXT NOT NULL, sort TEXT) STRICT;

CREATE TABLE audit (id INTEGER PRIMARY KEY, time TEXT NOT NULL, reader TEXT NOT NULL, action TEXT NOT NULL, details TEXT NOT NULL) STRICT;
`
