-- A review, version 1. docs/triage.md tells what it all means.
--
-- Types are held by CHECK: STRICT tables cannot be read by SQLite before 3.37,
-- which long-lived systems still have.

-- All that happened, in any order; `seq`, then `id`, is the order that counts.
CREATE TABLE event (
    id       TEXT PRIMARY KEY NOT NULL CHECK (typeof(id) = 'text'),
    seq      INTEGER NOT NULL CHECK (typeof(seq) = 'integer'),
    at       TEXT NOT NULL CHECK (typeof(at) = 'text'),
    reviewer TEXT NOT NULL CHECK (typeof(reviewer) = 'text'),
    body     TEXT NOT NULL CHECK (typeof(body) = 'text'),
    kind     TEXT GENERATED ALWAYS AS (json_extract(body, '$.kind')) VIRTUAL,
    nct      TEXT GENERATED ALWAYS AS (json_extract(body, '$.nct')) VIRTUAL
);

-- The records that were there to be read: JSON of the registry's API v2,
-- compressed with Zstandard.
CREATE TABLE record (
    fingerprint TEXT PRIMARY KEY NOT NULL CHECK (typeof(fingerprint) = 'text'),
    nct         TEXT NOT NULL CHECK (typeof(nct) = 'text'),
    title       TEXT NOT NULL CHECK (typeof(title) = 'text'),
    study       BLOB NOT NULL CHECK (typeof(study) = 'blob')
);

CREATE TRIGGER event_is_kept BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events stay as they are: undo is an event of its own'); END;
CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events stay as they are: undo is an event of its own'); END;
CREATE TRIGGER record_is_kept BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'records stay as they were read'); END;
CREATE TRIGGER record_is_not_removed BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'records stay as they were read'); END;

-- Every decision there ever was, and whether it was taken back.
CREATE VIEW decision AS
SELECT seq, at, reviewer, kind, nct,
       json_extract(body, '$.verdict') AS verdict,
       json_extract(body, '$.reason')  AS reason,
       json_extract(body, '$.note')    AS note,
       json_extract(body, '$.rank')    AS rank,
       json_extract(body, '$.model')   AS model,
       json_extract(body, '$.via')     AS via,
       json_extract(body, '$.record')  AS record,
       EXISTS (SELECT 1 FROM event AS undo
               WHERE undo.kind = 'undo' AND json_extract(undo.body, '$.event') = event.id) AS undone,
       id
FROM event WHERE kind IN ('decide', 'settle');

-- What each reviewer says of each study.
CREATE VIEW verdict AS
SELECT nct, reviewer, verdict, reason, at FROM (
    SELECT *, row_number() OVER (PARTITION BY nct, reviewer ORDER BY seq DESC, id DESC) AS place
    FROM decision WHERE kind = 'decide' AND NOT undone
) WHERE place = 1;
