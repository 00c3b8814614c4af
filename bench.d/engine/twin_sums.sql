-- SPDX-License-Identifier: Apache-2.0
-- What ./bench engine compares: of each fact the number of intervals, and the sums of the days on which they begin and end.
.mode list
.separator " " "\n"
SELECT 'fact status', count(*), sum(a), sum(b) FROM status;
SELECT 'fact ratified', count(*), sum(a), sum(b) FROM ratified;
SELECT 'fact in_force', count(*), sum(a), sum(b) FROM in_force;
SELECT 'fact party', count(*), sum(a), sum(b) FROM party;
SELECT 'fact pending', count(*), sum(a), sum(b) FROM pending;
SELECT 'fact overdue', count(*), sum(a), sum(b) FROM overdue;
SELECT 'fact fulfilled', count(*), sum(a), sum(b) FROM fulfilled;
SELECT 'fact may_attend', count(*), sum(a), sum(b) FROM may_attend;
