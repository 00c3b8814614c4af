# SPDX-License-Identifier: Apache-2.0
"""What Node prints about a few small test files, made flat: every test once, under whichever Node is here."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from nested import flatten  # noqa: E402

FILES = {
    "a.test.mjs": """
import { test, describe, it } from 'node:test';
import assert from 'node:assert';
test('top', () => {});
test('fails', () => { assert.equal(1, 2, 'one is not two\\nok 7 - not a point'); });
test('skipped', { skip: 'why not' }, () => {});
describe('suite', () => { it('one', () => {}); it('two', () => { assert(false) }); });
test('parent', async (t) => { await t.test('child', () => {}); });
test('itself', async (t) => { await t.test('child', () => {}); throw new Error('own'); });
test('after', (t) => { t.after(() => { throw new Error('late'); }); });
""",
    "b.test.mjs": "import nothing from './nothing.mjs'",
    "c.test.mjs": "1",
}
WANT = [
    "ok - top",
    "not ok - fails",
    "ok - skipped # SKIP why not",
    "ok - suite > one",
    "not ok - suite > two",
    "ok - parent > child",
    "ok - itself > child",
    "not ok - itself",
    "not ok - after",
    "not ok - b.test.mjs",
    "not ok - c.test.mjs (no test in this file)",
]

if not shutil.which("node"):
    tap.skip("there is no node", "nested")
    tap.done()
with tempfile.TemporaryDirectory() as folder:
    for name, text in FILES.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    said = subprocess.run(["node", "--test", "--test-reporter=tap", *FILES], cwd=folder, capture_output=True, text=True)
got = list(flatten(said.stdout.splitlines()))
points = [line for line in got if not line.startswith("#")]
for want in WANT:
    # The name of the file stands before it where Node nests by file.
    tap.ok(any(point.replace("a.test.mjs > ", "") == want for point in points), f"nested: {want.split('#')[0]}")
tap.same(len(points), len(WANT), "nested: nothing else is a point")
tap.ok(any("one is not two" in line for line in got), "nested: the words of a failure are kept", "\n".join(got))
tap.done()
