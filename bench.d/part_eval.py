# SPDX-License-Identifier: Apache-2.0
"""The time to derive every fact from every act of the sample record, from nothing."""
import os
import statistics
import subprocess

import served
from bench import BUILD, Figure, quantile

RUNS, WARM = 500, 20


def measure(folder):
    data = os.path.join(folder, "eval")
    served.load(data)
    said = subprocess.run([os.path.join(BUILD, "bench.d", "comity-bench"), data, str(RUNS + WARM)],
                          check=True, capture_output=True, text=True).stdout
    times = [float(line) for line in said.split()][WARM:]
    return [Figure("full evaluation of the SCO record", times, "ms", 2, "< 10 ms", statistics.median(times) < 10),
            Figure("full evaluation, p99", [quantile(times, 0.99)], "ms", 2)], [
        f"eval: {RUNS} evaluations of all facts in one process, after {WARM} that are not counted."]
