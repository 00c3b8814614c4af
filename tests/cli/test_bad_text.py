# SPDX-License-Identifier: Apache-2.0
"""Rulebooks and records that nobody wrote in good faith: too long, too deep, too many, cut off. `comity check` ends, within bounded memory, and
says which limit was passed; it never dies.

    test_bad_text.py COMITY
"""
import os
import re
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

COMITY = os.path.abspath(sys.argv[1])
MEMORY = 512 << 20  # address space; sanitizers reserve far more, so that there only the CPU time is bounded
CPU = 120  # seconds: an end to what would never end, not a goal

WORLD = 'source C "c" type State act a(S: State), b(S: State) fact p(S: State), q(S: State), n(S: State): Int, v(S: State): x | y\n'
RULE = "rule R [C]: p(S) begins on a(S)\n"
IF = WORLD + "rule X [C]: p(S) begins on a(S) if "
MB = 1 << 20


def each(n, text, between=""):
    return between.join(text.replace("@", str(i)).replace("#", str(i + 1)) for i in range(n))


# name, text, what is said. "" : nothing but warnings.
CASES = [
    ("10 MB of comments", WORLD + RULE + "-- fifteen bytes\n" * (10 * MB // 16), r"it is longer than 4194304 bytes"),
    ("10 MB of rules", WORLD + each(250000, "rule R@ [C]: p(S) begins on a(S) if q(S)\n"), r"it is longer than 4194304 bytes"),
    ("10 MB in one line", (WORLD + RULE).replace("\n", " ") + each(500000, "fact f@(S: State) "), r"it is longer than 4194304 bytes"),
    ("4 MB in one line", (WORLD + RULE).replace("\n", " ") + each(15000, "fact f@(S: State) ") + " " * (3 * MB), ""),
    ("4 MB of prose", "# H\n" + "word " * 800000 + "\n```rules\n" + WORLD + RULE + "```\n", ""),
    ("250,000 headings", "".join(f"# Head {i}\n" for i in range(250000)) + "```rules\n" + WORLD + RULE + "```\n", ""),
    ("900,000 equal headings", "# H\n" * 900000 + "```rules\n" + WORLD + RULE + "```\n", ""),
    ("10,000 brackets", IF + "(" * 10000 + "q(S)" + ")" * 10000, r"nested too deeply: more than 256 steps"),
    ("3,000,000 brackets", IF + "(" * 3000000, r"nested too deeply: more than 256 steps"),
    ("10,000 brackets in a sum", IF + "n(S) >= " + "(" * 10000 + "1" + ")" * 10000, r"nested too deeply: more than 256 steps"),
    ("not not not", IF + "not " * 10000 + "q(S)", r"nested too deeply: more than 256 steps"),
    ("every in every", WORLD + "rule X [C]: p(S) holds while " + "every T with q(T) has (" * 3000 + "q(S)" + ")" * 3000, r"nested too deeply"),
    ("first of month after first of month", WORLD + "rule X [C]: p(S) begins on a(S) with effect from " + "first of month after " * 10000 + "that day regardless",
     r"nested too deeply"),
    ("a sum of 300,000", IF + "n(S) > 1" + "+1" * 300000, r"more than 64 steps in one expression"),
    ("300,000 conditions", IF + "q(S)" + " and q(S)" * 300000, r"more than 4096 members in one list"),
    ("50,000 variables", IF + "q(S)" + each(50000, " and n(V@) > 1"), r"more than 4096 members in one list"),
    ("1,000 variables", IF + "q(S)" + each(1000, " and n(V@) > 1"), r"rule X has more than 64 variables"),
    ("10,001 rules", WORLD + each(10001, "rule R@ [C]: p(S) begins on a(S)\n"), r"^bad:10002: \[C\] more than 10000 rules"),
    ("10,000 rules of one fact", WORLD + each(9990, "rule R@ [C]: p(S) begins on a(S) if q(S)\n"), ""),
    ("10,000 rules that wait for themselves", WORLD + each(9990, "rule R@ [C]: p(S) begins on a(S) if p(S)\n"), ""),
    ("5,000 pairs that wait for each other", WORLD + "fact " + each(9990, "f@(S: State)", ", ") + "\n"
     + "".join(f"rule R{i} [C]: f{i}(S) begins once f{i ^ 1}(S)\n" for i in range(9990)), ""),
    ("a chain of 9,990 definitions", WORLD + "fact " + each(9991, "f@(S: State)", ", ") + "\n" + each(9990, "rule R@ [C]: f@(S) holds while f#(S)\n"), ""),
    ("360,000 overrides", WORLD + each(9000, "rule R@ [C] overrides " + ",".join(f"R{k}" for k in range(40)) + ": p(S) begins on a(S)\n"), ""),
    ("1,000,000 kinds of act", WORLD + "act " + each(1000000, "k@()", ", "), r"it is longer than 4194304 bytes"),
    ("350,000 kinds of act", WORLD + "act " + each(350000, "k@()", ", "), r"more than 20000 declarations of types, acts, facts, sets and tables"),
    ("400,000 types", "type " + each(400000, "T@", ", "), r"more than 20000 declarations"),
    ("unions in unions", "type A, " + each(10000, "U@ = U# | A", ", ") + ", U10000 = A", r"more than 16 unions inside each other"),
    ("400,000 words", "type E = " + each(400000, "w@", " | "), ""),
    ("4,000 of 100,000 words", WORLD + "fact e(S: State): " + each(100000, "w@", " | ") + "\nrule X [C]: p(S) begins on a(S) if e(S) is "
     + each(4000, "w@", " or "), ""),
    ("a set of 300,000", WORLD + "set s of State [C] {" + each(300000, '"e@"', ", ") + "}", ""),
    ("a table of 200,000", WORLD + "table t(S: State): Int [C] {" + each(200000, '"e@" @', ", ") + "}", ""),
    ("200,000 rows for one", WORLD + "table t(S: State): Int [C] {" + each(200000, '"e" @', ", ") + "}", r'table t has two rows for "e"'),
    ("100,000 arguments", WORLD + "fact g(" + each(100000, "A@: State", ", ") + ")", r"g has 100000 arguments; at most 16 are allowed"),
    ("100,000 stages", WORLD + "procedure P [C]: w(S) " + each(100000, "stage s@ on a(S) "), r"more than 500 stages"),
    ("100,000 ballots", WORLD + "decision D [C]: d(S) opens on a(S) closes on b(S) voters V with p(V) " + each(100000, "ballot b@ on a(V) ")
     + "adopted if b1 >= 1", r"more than 500 ballots"),
    ("stages from all the others", WORLD + "procedure P [C]: w(S) stage s0 on a(S) " + " ".join(
        f"stage s{i} from " + " or ".join(f"s{k}" for k in range(i)) + " after 3 days" for i in range(1, 400)), r"more than 10000 rules"),
    ("a name of 64 KB", WORLD + "fact " + "f" * 65536 + "(S: State)\n", r"a name has more than 64 bytes"),
    ("a string of 64 KB", WORLD + 'set s of State [C] {"' + "s" * 65536 + '"}', r"a string has more than 4,096 bytes"),
    ("a citation of 64 KB", WORLD + "rule X [" + "c" * 65536 + "]: p(S) begins on a(S)", r"^bad:2: "),
    ("a number of 100,000 digits", IF + "n(S) >= " + "9" * 100000, r"integers stay below 2\^62"),
    ("a string not closed", WORLD + 'set s of State [C] {"abc', r"a string is not closed on its line"),
    ("1,000,000 strings not closed", WORLD + '"\n' * 1000000, r"a string is not closed on its line"),
    ("a citation not closed", WORLD + "rule X [C " + "x\n" * 1000000, r"a citation is not closed: \] is missing"),
    ("a block not closed", "# C\n```rules\n" + WORLD + RULE, r"^bad:2: \[C\] this block of rules is not closed: a line ``` is missing"),
    ("400,000 blocks not closed", "# C\n" + "```rules\n" * 400000, r"this block of rules is not closed"),
    ("250,000 empty blocks", "# C\n" + "```rules\n```\n" * 250000, ""),
    ("100,000 errors", each(100000, "rule X@\n"), r"^bad: more than 100 errors"),
    ("9,000 unknown names", WORLD + each(9000, "rule X@ [C]: p(S) begins on zz@(S)\n"), r"^bad: more than 100 errors"),
    ("4,000,000 signs", "$" * 4000000, r'"\$" has no place here'),
    ("1,000,000 bytes 0", "\0" * 1000000, r"a control character \(byte 0\) has no place here"),
    ("200,000 includes of what is not there", "include nowhere\n" * 200000, r"cannot find nowhere\.md or nowhere\.rules"),
    ("300,000 includes of a long text", "include long\n" * 300000, r"larger than 4 MB"),
    ("300,000 includes of itself", "include bad\n" * 300000, r"cannot find bad\.md"),
    ("300 includes inside each other", "include i1", r"too many includes: at most 256 files, at most 32 inside each other"),
    ("no rules at all", "", ""),
]


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    if not sanitized:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(folder, *words):
    return subprocess.run([COMITY, *words], cwd=folder, capture_output=True, preexec_fn=limits, check=False)


def fault_of(ran, said):
    out, err = ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace")
    if ran.returncode not in (0, 1, 2):
        return f"it died: {ran.returncode}"
    if err.count("\n") > 1100 or len(err) > MB:
        return f"{err.count(chr(10))} lines of errors"
    if (ran.returncode == 0) != (said == "") or not re.search(said, out + err, re.M):
        return f"exit status {ran.returncode}; wanted: {said}"
    return ""


sanitized = False
with tempfile.TemporaryDirectory(prefix="comity-bad-") as work:
    sanitized = run(work, "version").returncode != 0
    print(f"# memory is {'not bounded: this build cannot start in so little' if sanitized else f'bounded: {MEMORY // MB} MB'}")
    with open(os.path.join(work, "long.rules"), "w", encoding="utf-8") as file:
        file.write(WORLD + "-- fifteen bytes\n" * (MB // 17 * 3))
    for k in range(300):
        with open(os.path.join(work, f"i{k}.rules"), "w", encoding="utf-8") as file:
            file.write(f"include i{k + 1}\ninclude i{k - 1}\n")
    for name, text, said in CASES:
        with open(os.path.join(work, "bad"), "w", encoding="utf-8", newline="") as file:
            file.write(text)
        done = run(work, "check", "bad")
        fault = fault_of(done, said)
        tap.ok(not fault, f"bad text: {name}", fault + "\n" + (done.stdout[-300:] + done.stderr[:600]).decode(errors="replace"))
tap.done()
