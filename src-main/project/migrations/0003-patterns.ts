/**
 * Patterns across the whole set: what was worked out, with its arrays; what the images are like by themselves; the model's penultimate features, where a run stored them.
 */
export const sql = `
CREATE TABLE pattern_reports (
  id INTEGER PRIMARY KEY,
  -- SHA-256 over the kind, the request and all numbers that went in
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  request TEXT NOT NULL,
  report TEXT NOT NULL,
  computed_at TEXT NOT NULL
) STRICT;
CREATE TABLE pattern_arrays (
  report_id INTEGER NOT NULL REFERENCES pattern_reports (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (report_id, name)
) STRICT;

-- of the first frame as it is displayed; docs/patterns.md says what each is
CREATE TABLE image_statistics (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
  mean REAL NOT NULL,
  contrast REAL NOT NULL,
  border_darkness REAL NOT NULL,
  sharpness REAL NOT NULL,
  aspect REAL NOT NULL
) STRICT;

-- float32 little endian: what goes into the model's last linear layer
CREATE TABLE features (
  model_id INTEGER NOT NULL,
  case_id INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (model_id, case_id),
  FOREIGN KEY (model_id, case_id) REFERENCES scores (model_id, case_id) ON DELETE CASCADE
) STRICT;
`
