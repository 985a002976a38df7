/**
 * Reviews by plan, and several readers of the same cases. What a reader said stands in `readings`, one row a change, never altered; `parents` are the rows that a
 * change replaced, so that the union of two copies' rows is their merge. `flags` becomes what is worked out of them: the one that stands for a case.
 * The history of flags so far goes to the audit log; every flag becomes the first reading of its reader, named so that two copies of one project name it alike.
 */
export const sql = `
CREATE TABLE plans (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- a PlanRequest without its name
  definition TEXT NOT NULL,
  population INTEGER NOT NULL,
  -- sha256 and profile_sha256 with a space between; null: planned without a model
  model TEXT,
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT;
CREATE TABLE plan_strata (
  plan_id INTEGER NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
  stratum INTEGER NOT NULL,
  name TEXT NOT NULL,
  population INTEGER NOT NULL,
  PRIMARY KEY (plan_id, stratum)
) WITHOUT ROWID, STRICT;
CREATE TABLE plan_cases (
  plan_id INTEGER NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
  pass TEXT NOT NULL CHECK (pass IN ('first', 'second')),
  position INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  stratum INTEGER NOT NULL,
  PRIMARY KEY (plan_id, pass, position),
  UNIQUE (plan_id, pass, case_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE readings (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  -- null: outside any plan
  plan_id INTEGER REFERENCES plans (id),
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  pass TEXT NOT NULL CHECK (pass IN ('first', 'second', 'adjudication')),
  kind TEXT NOT NULL CHECK (kind IN ('flag', 'clear', 'undo', 'redo')),
  -- of undo and redo: the uid of the change
  target TEXT,
  -- JSON list of uids
  parents TEXT NOT NULL,
  time TEXT NOT NULL,
  -- the model in use, as in plans
  model TEXT,
  -- JSON: verdict, reasons, note, region, seen, elapsedMs; null: no flag
  value TEXT
) STRICT;
CREATE INDEX readings_case ON readings (case_id);
CREATE INDEX readings_plan ON readings (plan_id);
CREATE INDEX readings_reader ON readings (reader_id, id);

-- what readers saw in the image before anything else was shown
CREATE TABLE answers (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  plan_id INTEGER NOT NULL REFERENCES plans (id),
  case_id INTEGER NOT NULL REFERENCES cases (id),
  reader_id INTEGER NOT NULL REFERENCES readers (id),
  pass TEXT NOT NULL,
  time TEXT NOT NULL,
  class_index INTEGER,
  seen TEXT NOT NULL
) STRICT;
CREATE INDEX answers_place ON answers (plan_id, case_id, reader_id, pass);

INSERT INTO readings (uid, case_id, reader_id, pass, kind, parents, time, model, value)
  SELECT 'v1 ' || coalesce(nullif(c.sop_instance_uid, ''), c.file) || ' ' || f.time, f.case_id, f.reader_id, 'first', 'flag', '[]', f.time,
    (SELECT m.sha256 || ' ' || m.profile_sha256 FROM models m JOIN meta ON meta.key = 'model-in-use' AND m.id = CAST(meta.value AS INTEGER)),
    json_object('verdict', f.verdict, 'reasons', json(iif(f.reasons = '', '[]', '["' || replace(f.reasons, ',', '","') || '"]')), 'note', f.note, 'region', json(f.region), 'seen', json('[]'), 'elapsedMs', NULL)
  FROM flags f JOIN cases c ON c.id = f.case_id;

CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  time TEXT NOT NULL,
  reader TEXT NOT NULL,
  action TEXT NOT NULL,
  case_id INTEGER REFERENCES cases (id),
  details TEXT NOT NULL
) STRICT;
INSERT INTO audit_log (uid, time, reader, action, details) SELECT 'v1 ' || id || ' ' || time || ' ' || action, time, reader, action, details FROM audit ORDER BY id;
INSERT INTO audit_log (uid, time, reader, action, case_id, details)
  SELECT 'v1 flag ' || h.id || ' ' || h.time, h.time, r.name, 'flag', h.case_id, json_object('before', json(h.before), 'after', json(h.after), 'undone', json(iif(h.undone = 0, 'false', 'true')))
  FROM flag_history h JOIN readers r ON r.id = h.reader_id ORDER BY h.id;
DROP TABLE flag_history;
DROP TABLE audit;
ALTER TABLE audit_log RENAME TO audit;

CREATE TRIGGER readings_stay BEFORE UPDATE ON readings BEGIN SELECT raise(ABORT, 'readings are only added to'); END;
CREATE TRIGGER readings_are_kept BEFORE DELETE ON readings BEGIN SELECT raise(ABORT, 'readings are only added to'); END;
CREATE TRIGGER answers_stay BEFORE UPDATE ON answers BEGIN SELECT raise(ABORT, 'answers are only added to'); END;
CREATE TRIGGER answers_are_kept BEFORE DELETE ON answers BEGIN SELECT raise(ABORT, 'answers are only added to'); END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
`
