# SPDX-License-Identifier: Apache-2.0
"""The house rules of tree.py against every file of the checkout, and each rule against a text that breaks it."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402
import tree  # noqa: E402

texts = [(path, tree.read(ROOT, path)) for path in tree.files(ROOT)]
texts = [(path, text) for path, text in texts if text is not None]
tap.ok(len(texts) > 20, "tree: there are files to look at", f"{len(texts)} below {ROOT}")
for rule in tree.RULES:
    found = [fault for path, text in texts for fault in rule(path, text)]
    tap.ok(not found, f"tree: {rule.__name__}", "\n".join(found))

heavy = [f"{path}: {size:,} bytes" for path in tree.files(ROOT) if (size := os.path.getsize(os.path.join(ROOT, path))) > tree.HEAVIEST]
tap.ok(not heavy, f"tree: no file has more than {tree.HEAVIEST:,} bytes", "\n".join(heavy))

rooms = {path.split("/")[1] for path, _ in texts if path.startswith("src/") and path.endswith(".c")}
bare = [room for room in sorted(rooms) if not os.path.isfile(os.path.join(ROOT, "src", room, "README.md"))]
tap.ok(rooms and not bare, "tree: every room with code has a README.md", f"without one: {bare}")

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"
BREAKS = [
    (tree.spdx, "src/base/a.c", "int a;\n"),
    (tree.spdx, "src/base/a.c", "\n\n\n\n" + SPDX),
    (tree.spdx, "run", "#!/bin/sh\n"),
    (tree.spdx, "docs/a.md", "# A\n"),
    (tree.spdx, "src/web/assets/a.svg", "<svg/>\n"),
    (tree.machine, "docs/a.md", "see /wo" + "rk/shared\n"),
    (tree.machine, "a.json", '{"at": "/ho' + 'me/me/x"}\n'),
    (tree.registry, "tests/browser/package-lock.json", '"reso' + 'lved": "https://x.example/"\n'),
    (tree.registry, "docs/a.md", "https://registry.npm" + "js.org/\n"),
    (tree.long, "src/base/a.c", SPDX + "\n" * 700),
    (tree.banned, "src/base/a.c", "\tstrcpy(a, b);\n"),
    (tree.banned, "src/base/a.h", "x = atoi (s);\n"),
    (tree.talks, "src/log/a.c", 'if (x) printf("%d", 1);\n'),
    (tree.talks, "src/log/a.c", "exit(1);\n"),
    (tree.links, "docs/a.md", "see [it](nowhere.md)\n"),
    (tree.links, "README.md", "![a picture](docs/images/nowhere.png)\n"),
]
KEEPS = [
    (tree.spdx, "src/base/a.c", SPDX),
    (tree.spdx, "src/web/assets/a.svg", '<?xml version="1.0"?>\n<!-- SPDX-License-Identifier: Apache-2.0 -->\n<svg/>\n'),
    (tree.spdx, "run", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"),
    (tree.spdx, "orgs/sco/record.jsonl", "{}\n"),
    (tree.machine, "docs/a.md", "the address /act/1, https://example.org/home/x and ./work/x\n"),
    (tree.long, "src/base/a.c", SPDX + "\n" * 699),
    (tree.banned, "src/base/a.c", '/* not strcpy() */ x = "gets("; my_atoi(s); p->gets(1); fgets(a, 1, f);\n'),
    (tree.banned, "src/base/a.c", "// strcat(\nsnprintf(a, 1, b);\n"),
    (tree.links, "docs/a.md", "[up](../README.md) [part](hacking.md#add-) [out](https://example.org/x) [top](#x)\n"),
    (tree.talks, "src/cli/a.c", "exit(1);\n"),
    (tree.talks, "src/log/a.c", "vfprintf(f, a, b); snprintf(a, 1, b); atexit(f);\n"),
]
for rule, path, text in BREAKS:
    tap.ok(list(rule(path, text)), f"tree: {rule.__name__} catches {text.strip()[:40]!r} in {path}")
for rule, path, text in KEEPS:
    tap.same(list(rule(path, text)), [], f"tree: {rule.__name__} lets {text.strip()[:40]!r} pass in {path}")
tap.done()
