-- SPDX-License-Identifier: Apache-2.0
-- The tables that twin.sql reads. The caller imports the rows.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -500000;
CREATE TABLE acts (seq INTEGER PRIMARY KEY, day INTEGER, kind TEXT, party INTEGER, x INTEGER, value INTEGER);
CREATE TABLE treaties (treaty INTEGER PRIMARY KEY, threshold INTEGER, months INTEGER);
