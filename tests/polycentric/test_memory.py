# SPDX-License-Identifier: Apache-2.0
"""A mirror that follows a register keeps one copy of what follows from it, however often the log grows."""
import polycentric as p
import tap

ACTS, STEPS, MOST = 6000, 10, 16  # MB; a view of so many acts takes about 5


def resident(mirror):
    """MB."""
    with open(f"/proc/{mirror.process.pid}/status", encoding="utf-8") as file:
        return int(p.re.search(r"VmRSS:\s+(\d+) kB", file.read())[1]) / 1024


with p.Park() as park:
    register = park.register(ACTS)
    mirror = park.mirror(register.url, "copy", register.vkey)
    grown = []
    for i in range(STEPS):
        size = register.file(p.listed(f"MORE{i}")) + 1
        if not mirror.in_step_with(size):
            break
        grown.append(resident(mirror))
    tap.same(len(grown), STEPS, "it follows each step")
    tap.ok(grown[-1] - grown[0] < MOST, f"from the first to the last of {STEPS} steps it grows by less than {MOST} MB: {grown[0]:.0f} to {grown[-1]:.0f}", grown)
tap.done()
