# SPDX-License-Identifier: Apache-2.0
"""Evaluations that grow, under rulebooks drawn at random: draws them (tests/oracle/generate.py), then runs test_late.c on them.

    test_late.py PROGRAM               $SEED, $N: which, and how many rulebooks
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import write_cases  # noqa: E402

with tempfile.TemporaryDirectory(prefix="late.") as folder:
    write_cases.write(folder, 0, int(os.environ.get("N", "250")))
    sys.exit(subprocess.run([sys.argv[1]], env={**os.environ, "LATE_BOOKS": folder, "N": "1"}).returncode)
