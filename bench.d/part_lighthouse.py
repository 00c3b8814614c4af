# SPDX-License-Identifier: Apache-2.0
"""What Lighthouse says of the pages that everybody looks at, in two languages, on a phone and on a desk."""
import json
import os
import subprocess

import served
from bench import HERE, ROOT, Figure

PAGES = ("", "participants", "participants/BY", "instruments", "meetings/CHS-2024", "search?q=council")
LANGUAGES = ("en", "ru")
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def looks(addresses):
    """[{address, device, scores, speed, lost}]"""
    folder = os.path.join(HERE, "lighthouse")
    subprocess.run([os.path.join(ROOT, "scripts", "npm-ci"), folder], check=True, stdout=subprocess.DEVNULL)
    said = subprocess.run(["node", os.path.join(folder, "lighthouse.mjs"), *addresses], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def measure(folder):
    data = os.path.join(folder, "lighthouse")
    served.load(data)
    with served.serve(data) as site:
        seen = looks([f"{site.url}/{lang}/{page}" for lang in LANGUAGES for page in PAGES])
    figures, notes = [], []
    for device in ("mobile", "desktop"):
        for category in CATEGORIES:
            scores = [look["scores"][category] for look in seen if look["device"] == device]
            figures.append(Figure(f"Lighthouse, {device}: {category}", scores, "of 100", goal=f">= {LEAST}", met=min(scores) >= LEAST))
    for look in seen:
        if min(look["scores"].values()) < 100:
            path = look["address"][len(site.url):]
            notes.append(f"lighthouse: {path}, {look['device']}: {', '.join(f'{k} {v}' for k, v in look['scores'].items() if v < 100)}; {'; '.join(look['lost'])}")
    slowest = min(look["speed"] for look in seen)
    return figures, notes + [f"lighthouse: {len(PAGES)} pages in {' and '.join(LANGUAGES)}, each loaded once into an empty cache; each page must reach the goal, "
                             f"not their median. The machine's speed by Lighthouse (benchmarkIndex) was {slowest:.0f} or more; beside other work, a phone's "
                             "performance is what the other work leaves."]
