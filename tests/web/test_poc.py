#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Translations as C tables: what is read, what is left out, what is refused; and that all fixed words reach the template.

    test_poc.py CC INCLUDE...
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

CC, INCLUDES = sys.argv[1], sys.argv[2:]
POC = os.path.join(ROOT, "tools", "poc.py")
HEAD = '''msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

'''
GOOD = '''# A comment
#: src/web/pages/x.html:1
msgid "On {day}, at {entry}"
msgstr "Запись {entry}, "
"{day}"

msgctxt "verb"
msgid "Open"
msgstr "Открыть \\"\\\\?"

msgid "{n} fact"
msgid_plural "{n} facts"
msgstr[0] "{n} факт"
msgstr[1] "{n} факта"
msgstr[2] "{n} фактов"

msgid "One key, at {entry}"
msgid_plural "{n} keys, at {entry}"
msgstr[0] "{n} ключ, {entry}"
msgstr[1] "{n} ключа, {entry}"
msgstr[2] "{n} ключей, {entry}"

msgid "Not before {day} or in it: a dash"
msgstr "И не до {day} – и не в нём"

msgid "Not translated"
msgstr ""

#, fuzzy
msgid "Doubtful"
msgstr "Сомнительно"
'''
MAIN = '''#include "tongues.c"
#include <stdio.h>
int main(void)
{
	printf("%zu %s %s %s %s\\n", tongues_n, tongues[1].code, tongues[1].lang, tongues[1].dir, tongues[1].name);
	for (size_t i = 0; i < tongues[1].n; i++)
		printf("%s=%s|%s|%s\\n", tongues[1].entries[i].id, tongues[1].entries[i].text[0],
			tongues[1].entries[i].text[1] ? tongues[1].entries[i].text[1] : "", tongues[1].entries[i].text[2] ? tongues[1].entries[i].text[2] : "");
	for (unsigned n = 0; n < 25; n++)
		printf("%u", tongues[1].plural(n));
	return 0;
}
'''


def poc(folder, po, linguas="ru ru ltr Русский\n"):
    for name, text in (("ru.po", po), ("LINGUAS", linguas), ("main.c", MAIN)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)
    return subprocess.run([sys.executable, POC, "--source", os.path.join(folder, "tongues.c"), os.path.join(folder, "LINGUAS")],
                          capture_output=True, text=True)


with tempfile.TemporaryDirectory() as work:
    done = poc(work, HEAD + GOOD)
    program = os.path.join(work, "main")
    built = subprocess.run([CC, "-std=gnu17", "-Wall", "-Wextra", "-Werror", *INCLUDES, "-I" + work, os.path.join(work, "main.c"), "-o", program],
                           capture_output=True, text=True)
    said = subprocess.run([program], capture_output=True, text=True).stdout if built.returncode == 0 else done.stderr + built.stderr
    tap.same(said, "2 ru ru ltr Русский\n"
                   "Not before {day} or in it: a dash=И\u00a0не\u00a0до\u00a0{day}\u00a0– и\u00a0не\u00a0в\u00a0нём||\n"
                   "On {day}, at {entry}=Запись {entry}, {day}||\n"
                   "One key, at {entry}={n} ключ, {entry}|{n} ключа, {entry}|{n} ключей, {entry}\n"
                   'verb\x04Open=Открыть "\\?||\n'
                   "{n} fact={n} факт|{n} факта|{n} фактов\n"
                   "2011122222222222222220111", "poc: a catalogue becomes a table, its short words bound to the next")


def refused(name, po, where, words, linguas="ru ru ltr Русский\n"):
    with tempfile.TemporaryDirectory() as folder:
        done = poc(folder, po, linguas)
        tap.ok(done.returncode == 1 and where in done.stderr and words in done.stderr, f"poc refuses {name}",
               f"want {where} ... {words}\ngot {done.returncode}: {done.stderr}")


refused("a slot that is missing", HEAD + 'msgid "a {x}"\nmsgstr "b"\n', "ru.po:6:", "the slots are []")
refused("a slot that is new", HEAD + 'msgid "a {x}"\nmsgstr "b {x} {y}"\n', "ru.po:6:", "'y'")
refused("a slot twice", HEAD + 'msgid "a {x}"\nmsgstr "b {x} {x}"\n', "ru.po:6:", "twice")
refused("a slot missing in one plural form", HEAD + 'msgid "{n} of {x}"\nmsgid_plural "{n} of {x}s"\nmsgstr[0] "{n} {x}"\nmsgstr[1] "{n}"\nmsgstr[2] "{n} {x}"\n',
        "ru.po:6:", "the slots are ['n']")
refused("no plural rule", 'msgid ""\nmsgstr ""\n', "ru.po:1:", "Plural-Forms")
refused("code in a plural rule", HEAD.replace("plural=(", "plural=(exit(1),"), "ru.po:1:", "Plural-Forms")
refused("a line that is none", HEAD + "hello\n", "ru.po:6:", "no line of a catalogue")
refused("a language without a file", HEAD, "xx.po", "", "xx xx ltr Xx\n")
refused("a bad line of languages", HEAD, "LINGUAS:1:", "expected", "Russian\n")

with tempfile.TemporaryDirectory() as work:
    pot = os.path.join(work, "comity.pot")
    done = subprocess.run([os.path.join(ROOT, "po", "extract"), pot], capture_output=True, text=True)
    text = open(pot, encoding="utf-8").read() if done.returncode == 0 else ""
    for words in ('msgid "Skip to the text"', 'msgid "On {day}{today}, as known at entry {entry}"', 'msgid_plural "{n} facts on this page differ today."',
                  "src/web/pages/datebar.html:", 'msgid_plural "{n} facts on {day}."', 'msgid "{day}\u00a0{month} {year}"', 'msgid "Why"',
                  'msgctxt "month beside a day"'):
        tap.ok(words in text, f"extract finds {words}", done.stderr or "not there")
tap.done()
