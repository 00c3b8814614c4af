-- SPDX-License-Identifier: Apache-2.0
--
-- The eight facts of ./bench engine in SQL, with window functions. Reads the table acts(seq, day, kind, party, x, value) and the table
-- treaties(treaty, threshold, months); makes one table a fact, a row for each maximal interval [a, b). Days since 1970-01-01; 1000000
-- stands for an open end.

-- The last decision of a day counts; what repeats the status there is changes nothing.
CREATE TABLE status AS
WITH last AS (
  SELECT party, x, day, value, max(seq) AS seq FROM acts WHERE kind = 'S' GROUP BY party, x, day
), turns AS (
  SELECT party, x, day, value, lag(value, 1, 0) OVER (PARTITION BY party, x ORDER BY day) AS before FROM last
), spans AS (
  SELECT party, x, value, day AS a, lead(day, 1, 1000000) OVER (PARTITION BY party, x ORDER BY day) AS b
  FROM turns WHERE value <> before
)
SELECT party, x AS org, value, a, b FROM spans WHERE value > 0;

CREATE TABLE ratified AS
WITH last AS (
  SELECT x, party, day, kind = 'R' AS value, max(seq) AS seq FROM acts WHERE kind IN ('R', 'W') GROUP BY x, party, day
), turns AS (
  SELECT x, party, day, value, lag(value, 1, 0) OVER (PARTITION BY x, party ORDER BY day) AS before FROM last
), spans AS (
  SELECT x, party, value, day AS a, lead(day, 1, 1000000) OVER (PARTITION BY x, party ORDER BY day) AS b
  FROM turns WHERE value <> before
)
SELECT party, x AS treaty, a, b FROM spans WHERE value = 1;

-- The first day at whose end the number is reached; then the first day of the month after so many months.
CREATE TABLE in_force AS
WITH steps AS (
  SELECT treaty, a AS day, 1 AS step FROM ratified
  UNION ALL SELECT treaty, b, -1 FROM ratified WHERE b < 1000000
), days AS (
  SELECT treaty, day, sum(step) AS step FROM steps GROUP BY treaty, day
), counts AS (
  SELECT treaty, day, sum(step) OVER (PARTITION BY treaty ORDER BY day) AS n FROM days
), reached AS (
  SELECT c.treaty, min(c.day) AS day, t.months FROM counts c JOIN treaties t USING (treaty) WHERE c.n >= t.threshold GROUP BY c.treaty
)
SELECT treaty, 1000000 AS b,
  CAST(strftime('%s', day * 86400, 'unixepoch', 'start of month', '+' || (months + 1) || ' months') AS INTEGER) / 86400 AS a
FROM reached;
CREATE UNIQUE INDEX in_force_treaty ON in_force (treaty, a);

CREATE TABLE party AS
SELECT r.party, r.treaty, max(r.a, f.a) AS a, r.b FROM ratified r JOIN in_force f USING (treaty) WHERE r.b > f.a;

-- Obligations, each with the day it was fulfilled: an act of another party, or before it arose, fulfils nothing.
CREATE TABLE done (obligation INTEGER PRIMARY KEY, party, day, seq);
INSERT INTO done SELECT x, party, day, seq FROM acts WHERE kind = 'F';
CREATE TABLE duties AS
SELECT c.party, c.x AS obligation, c.day AS a, c.value AS due,
  CASE WHEN (d.day, d.seq) > (c.day, c.seq) THEN d.day ELSE 1000000 END AS f
FROM acts c LEFT JOIN done d ON d.obligation = c.x AND d.party = c.party WHERE c.kind = 'C';
CREATE TABLE pending AS SELECT party, obligation, a, min(due, f) AS b FROM duties WHERE a < min(due, f);
CREATE TABLE overdue AS SELECT party, obligation, max(a, due) AS a, f AS b FROM duties WHERE max(a, due) < f;
CREATE TABLE fulfilled AS SELECT party, obligation, f AS a, 1000000 AS b FROM duties WHERE f < 1000000;

-- When each party is free of anything overdue: the gaps between its overdue intervals.
CREATE TABLE free AS
WITH edges AS (
  SELECT party, a, coalesce(max(b) OVER (PARTITION BY party ORDER BY a, b ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), -1000000)
    AS ended
  FROM (SELECT party, a, b FROM overdue UNION ALL SELECT DISTINCT party, 1000000, 1000000 FROM status)
)
SELECT party, ended AS a, a AS b FROM edges WHERE a > ended;
CREATE INDEX free_party ON free (party, a, b);

-- When each has a status that may attend: partner and then member is one interval.
CREATE TABLE standing AS
WITH edges AS (
  SELECT party, org, a, b, lag(b, 1, -1) OVER (PARTITION BY party, org ORDER BY a) <> a AS opens FROM status WHERE value >= 2
), runs AS (
  SELECT party, org, a, b, sum(opens) OVER (PARTITION BY party, org ORDER BY a) AS run FROM edges
)
SELECT party, org, min(a) AS a, max(b) AS b FROM runs GROUP BY party, org, run;

CREATE TABLE may_attend AS
SELECT s.party, s.org, max(s.a, f.a) AS a, min(s.b, f.b) AS b
FROM standing s JOIN free f ON f.party = s.party AND f.a < s.b AND f.b > s.a;
