# SPDX-License-Identifier: Apache-2.0
"""Includes point down, and each library stays in its room: allowed.txt against every #include of src/."""
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402
from layers import faults, read_table  # noqa: E402

table = read_table(os.path.join(HERE, "allowed.txt"))
rooms = table["rooms"]

# The tree itself.
found = list(faults(table, os.path.join(ROOT, "src")))
for room in sorted(os.listdir(os.path.join(ROOT, "src"))):
    bad = [text for where, text in found if where == room]
    tap.ok(not bad, f"layers: {room}", "\n".join(bad))

# The table: arrows go down only, so nothing can reach itself; and the two engines stay strangers.
order = list(rooms)
tap.ok(all(order.index(below) <= order.index(room) for room in rooms for below in rooms[room]),
       "layers: every arrow of the table points to a room further up in it (further down in the house)")
tap.ok("rules" not in rooms["log"] and "log" not in rooms["rules"], "layers: log and rules do not know each other")

# Each of these lines, planted in this file, must be caught.
PLANTED = [
    ("base/a.c", '#include "log/log.h"', "base may not know log"),
    ("log/a.c", '#include "rules/eval.h"', "log may not know rules"),
    ("rules/a.h", '  #  include "log/entry.h"', "rules may not know log"),
    ("register/a.c", '#include "web/page.h"', "register may not know web"),
    ("press/a.c", '#include "web/page.h"', "press may not know web"),
    ("web/pages/a.c", '#include "cli/main.h"', "web may not know cli"),
    ("web/a.c", '#include "page.h"', "write include paths from src/"),
    ("web/a.c", '#include "web/../cli/main.h"', "write include paths from src/"),
    ("web/a.c", '#include "tests/test.h"', "no room tests"),
    ("web/page.c", "#include <microhttpd.h>", "only http/http.c"),
    ("web/page.c", "#include <sqlite3.h>", "only desk, log, press/database.c, register"),
    ("rules/a.c", "#include <sodium.h>", "only"),
    ("rules/a.c", "#include <time.h>", "only"),
    ("log/a.c", "#include <sys/socket.h>", "only cli, http"),
    ("log/a.c", "#include <curl/curl.h>", "only mirror/fetch.c"),
    ("mirror/a.c", "#include <curl/curl.h>", "only mirror/fetch.c"),
    ("mirror/a.c", "#include <sys/socket.h>", "only cli, http"),
    ("log/a.c", "#include <microhttpd/none.h>", "not in tests/layers/allowed.txt"),
    ("shed/a.c", "#include <stdio.h>", "the room shed"),
]
for path, line, words in PLANTED:
    with tempfile.TemporaryDirectory() as src:
        os.makedirs(os.path.join(src, os.path.dirname(path)))
        with open(os.path.join(src, path), "w") as file:
            file.write(f"/* a comment */\n#include <string.h>\n{line}\n")
        said = [text for _, text in faults(table, src) if words in text and f"{path}:3:" in text]
    tap.ok(said, f"layers: catches {line.strip()} in {path}")
tap.done()
