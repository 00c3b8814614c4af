#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles translations (po/CODE.po, for each line of po/LINGUAS) to constant C tables: html/tr.h reads them.

    poc.py --source tongues.c [--depfile tongues.d] po/LINGUAS

A translation that lacks a slot of its message, or has another, is refused with file and line; a message marked fuzzy, or
without a translation, stays English.
"""
import argparse
import ast
import os
import re
import sys

FORMS = 6  # as struct tr_entry has
TEN = "0123456789"  # the message, in the context "digits", whose translation gives the digits of a language
SLOT = re.compile(r"\{(\w+)\}")
PLURAL = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([n0-9\s%=!<>&|?:()]+);")
WORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?)?\s*("(?:[^"\\]|\\.)*")$')


class Fault(Exception):
    pass


def read_po(path):
    """[(line, {"msgctxt", "msgid", "msgid_plural", 0: text, 1: ...})] without fuzzy ones."""
    entries, now, key, fuzzy, line_of = [], {}, None, False, 0

    def done():
        nonlocal now, key, fuzzy
        if "msgid" in now and not fuzzy:
            entries.append((line_of, now))
        now, key, fuzzy = {}, None, False

    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if line.startswith("#"):
                if 0 in now or "msgstr" in now:
                    done()
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
                continue
            if not line:
                done()
                continue
            m = WORD.match(line)
            if not m:
                raise Fault(f"{path}:{number}: this is no line of a catalogue: {line[:60]}")
            word = m[1]
            if word in ("msgctxt", "msgid") and 0 in now:
                done()
            if word:
                key = int(m[2] or 0) if word.startswith("msgstr") else word
                if key == "msgid":
                    line_of = number
                now[key] = ""
            if key is None:
                raise Fault(f"{path}:{number}: text that belongs to no message")
            now[key] += ast.literal_eval(m[3])
    done()
    return entries


def check(path, line, e, forms):
    """The texts of one entry, or None when it has none."""
    texts = [e.get(i, "") for i in range(forms if "msgid_plural" in e else 1)]
    if not all(texts):
        return None
    for text in texts:
        # "{n}" may be left out where the form says the number by itself ("one day"), and used where only the singular leaves it out.
        wanted, has = set(SLOT.findall(e["msgid"] + e.get("msgid_plural", ""))), set(SLOT.findall(text))
        if has - wanted or (wanted - has) - ({"n"} if "msgid_plural" in e else set()):
            raise Fault(f"{path}:{line}: the slots are {sorted(has)}, and in the message {sorted(wanted)}")
        if sorted(SLOT.findall(text)) != sorted(has):
            raise Fault(f"{path}:{line}: a slot stands twice")
    return texts


# Words that do not stand at the end of a line (Russian prepositions, conjunctions, "не"), and the dash, which does not stand at its beginning.
CLINGS = {"ru": (re.compile(r"(?i)(?<![^\s(«])(?:в|во|с|со|к|ко|о|об|у|и|а|но|на|по|за|от|до|из|для|при|без|не|ни|то) (?=\S)"), re.compile(r" (?=[—–] )"))}


def bound(text, code):
    """`text` with no-break spaces where its language does not break a line."""
    for clings in CLINGS.get(code, ()):
        text = clings.sub(lambda m: m[0][:-1] + "\u00a0", text)
    return text


def c_string(text):
    out = "".join(f"\\{b:03o}" if b < 32 or b > 126 or chr(b) in '"\\?' else chr(b) for b in text.encode())
    return f'"{out}"'


def compile_po(path, code):
    entries = read_po(path)
    head = next((e.get(0, "") for _, e in entries if e["msgid"] == ""), "")
    m = PLURAL.search(head)
    if not m or not 1 <= int(m[1]) <= FORMS:
        raise Fault(f"{path}:1: the header needs Plural-Forms with at most {FORMS} forms")
    rows = {}
    for line, e in entries:
        if e["msgid"] and (texts := check(path, line, e, int(m[1]))):
            rows[(e["msgctxt"] + "\x04" if "msgctxt" in e else "") + e["msgid"]] = texts
    out = [f"static unsigned plural_{code}(uint64_t n)\n{{\n\t(void)n;\n\treturn (unsigned)({m[2].strip()});\n}}\n",
           f"static const struct tr_entry entries_{code}[] = {{"]
    for key in sorted(rows, key=str.encode):
        out.append(f"\t{{{c_string(key)}, {{{', '.join(c_string(bound(text, code)) for text in rows[key])}}}}},")
    ten = rows.get("digits\x04" + TEN, [TEN])[0]
    if len(ten) != 10 or len({len(d.encode()) for d in ten}) != 1:
        raise Fault(f"{path}:1: “{ten}” are not ten digits, from zero to nine")
    return "\n".join(out) + "\n\t{NULL, {NULL}},\n};\n", len(rows), ten


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--source", required=True)
    ap.add_argument("--depfile", help="where to say, as make does, which files were read")
    ap.add_argument("linguas")
    a = ap.parse_args()
    tables, read, rows = [], [], ['\t{"en", "en", "ltr", "English", NULL, 0, NULL, NULL},']
    try:
        with open(a.linguas, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                m = re.fullmatch(r"([a-z]{2}(?:-[a-z]+)?)\s+([A-Za-z-]+)\s+(ltr|rtl)\s+(\S.*)", line.strip())
                if not m:
                    raise Fault(f"{a.linguas}:{number}: expected 'code tag ltr|rtl name'")
                code = m[1].replace("-", "_")
                read.append(os.path.join(os.path.dirname(a.linguas), f"{m[1]}.po"))
                table, n, ten = compile_po(read[-1], code)
                tables.append(table)
                rows.append(f'\t{{"{m[1]}", "{m[2]}", "{m[3]}", {c_string(m[4])}, entries_{code}, {n}, plural_{code}, {"NULL" if ten == TEN else c_string(ten)}}},')
    except (Fault, OSError, UnicodeDecodeError, ValueError, SyntaxError) as e:
        print(e, file=sys.stderr)
        return 1
    if a.depfile:
        with open(a.depfile, "w", encoding="utf-8") as f:
            f.write(f"{a.source}: {' '.join(x.replace(' ', chr(92) + ' ') for x in read)}\n")
    with open(a.source, "w", encoding="utf-8") as f:
        f.write("/* SPDX-License-Identifier: Apache-2.0\n * Made by poc.py. */\n#include \"html/tr.h\"\n\n"
                '#pragma GCC diagnostic ignored "-Wparentheses" /* plural rules come as translators write them */\n\n' + "\n".join(tables) +
                "\nconst struct tongue tongues[] = {\n" + "\n".join(rows) + "\n};\nconst size_t tongues_n = sizeof tongues / sizeof *tongues;\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
