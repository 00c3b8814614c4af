#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/addresses.md says what the route table says."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

printed = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
with open(os.path.join(HERE, "..", "..", "docs", "addresses.md"), encoding="utf-8") as file:
    written = file.read()
tap.ok(written == printed, "addresses: docs/addresses.md is current", "print it anew: build/tests/web/addresses > docs/addresses.md")
tap.done()
