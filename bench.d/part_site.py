# SPDX-License-Identifier: Apache-2.0
"""The public site, piece by piece (bench.d/pages/): each has measure(folder), as a part has."""
import importlib

PIECES = ("beside", "uncached", "searching", "publishing", "memory")


def measure(folder):
    figures, notes = [], []
    for piece in PIECES:
        more, said = importlib.import_module(f"pages.{piece}").measure(folder)
        figures += more
        notes += said
    return figures, notes
