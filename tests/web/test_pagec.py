#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the template compiler refuses, and where; and what the C compiler refuses in what it made.

    test_pagec.py CC INCLUDE...
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "tools"))
sys.dont_write_bytecode = True
import pagec  # noqa: E402

CC, INCLUDES = sys.argv[1], sys.argv[2:]
HEAD = '{{@include "escape.h"}}\n{{@page t(const struct escape *p)}}\n'


def compile_page(folder, text):
    """What pagec.py says of this template; "" when it is content and has written t.h and t.c."""
    path = os.path.join(folder, "t.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        pagec.write([pagec.Template(path, "t.html").compile()], os.path.join(folder, "t.h"), os.path.join(folder, "t.c"))
    except pagec.Fault as fault:
        return str(fault)
    return ""


def refused(name, body, line, words, head=HEAD):
    """The compiler refuses HEAD + body, naming the line (counted in the body when there is a head) and saying the words."""
    with tempfile.TemporaryDirectory() as folder:
        says = compile_page(folder, head + body)
        want = f"t.html:{line + head.count(chr(10))}: "
        tap.ok(says.startswith(want) and words in says, f"pagec refuses {name}", f"want {want}... {words}\ngot {says}")


def c_refuses(name, body, line, words):
    with tempfile.TemporaryDirectory() as folder:
        says = compile_page(folder, HEAD + body)
        done = subprocess.run([CC, "-std=gnu17", "-Werror", "-fsyntax-only", *INCLUDES, "-I" + folder, os.path.join(folder, "t.c")],
                              capture_output=True, text=True)
        want = f"t.html:{line + 2}:"
        good = not says and done.returncode != 0 and want in done.stderr and words in done.stderr
        tap.ok(good, f"C refuses {name}", f"want {want} ... {words}\ngot {says}{done.stderr}")


with tempfile.TemporaryDirectory() as work:
    says = compile_page(work, HEAD + "<p>{{p.text}}</p>\n")
    built = subprocess.run([CC, "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *INCLUDES, "-I" + work, os.path.join(work, "t.c")],
                           capture_output=True, text=True)
    tap.ok(not says and built.returncode == 0, "a good template compiles", says + built.stderr)

c_refuses("a missing field", "<p>\n{{p.txt}}</p>", 2, "txt")
c_refuses("a misspelt variable", "<p>{{q.text}}</p>", 1, "undeclared")
c_refuses("plain text as a whole address", '<a href="{{p.text}}">x</a>', 1, "_Generic")
c_refuses("markup in an attribute", '<p title="{{p.markup}}"></p>', 1, "_Generic")
c_refuses("an address in text", "<p>{{p.address}}</p>", 1, "_Generic")
c_refuses("a bool in text", "<p>{{p.yes}}</p>", 1, "_Generic")
c_refuses("a struct as a condition", "{{#if p.in}}<p>x</p>{{/if}}", 1, "incompatible type")
c_refuses("a field that is no list", "{{#each p.in as x}}<p>x</p>{{/each}}", 1, "'n'" if "clang" in CC else "n")
c_refuses("a part that does not exist", "{{> nothing p}}", 1, "part_nothing")

refused("an element that is not closed", "<div>\n<p>x</p>\n", 1, "<div> is not closed")
refused("elements closed in the wrong order", "<div>\n<p></div></p>", 2, "</div> closes nothing here: <p> of line 4 is open")
refused("an end without a beginning", "x</p>", 1, "nothing is open")
refused("a block that is not closed", "\n{{#if p.n}}x", 2, "a block that is not closed: expected {{/if}} or {{else}}")
refused("an end of another block", "{{#if p.n}}x{{/each}}", 1, "{{/each}} closes nothing: expected {{/if}} or {{else}}")
refused("an end of no block", "<p>{{/if}}</p>", 1, "closes nothing")
refused("else twice", "{{#if p.n}}a{{else}}b{{else}}c{{/if}}", 1, "{{else}} after {{else}}")
refused("branches that end differently", "{{#if p.n}}<p>{{else}}x{{/if}}", 1, "end differently")
refused("a condition around half an element", "{{#if p.n}}<p>{{/if}}</p>", 1, "end differently")
refused("a loop around half an element", "{{#each p.rows as r}}<p>{{/each}}", 1, "each begins in text and ends in text, inside <p>")
refused("a loop variable that is taken", "{{#each p.rows as p}}x{{/each}}", 1, "a new name")
refused("a separator outside a loop", "{{#sep}}, {{/sep}}", 1, "stands inside {{#each}}")
refused("an unknown block", "{{#with p}}x{{/with}}", 1, "unknown block #with")
refused("a value in a tag", "<p {{p.text}}>x</p>", 1, "nowhere else")
refused("a value without quotes", "<p title={{p.text}}>x</p>", 1, "nowhere else")
refused("an attribute in single quotes", "<p title='x'>x</p>", 1, "must stand in double quotes")
refused("a style attribute", '<p style="color: red">x</p>', 1, "attribute style: the site's policy forbids it")
refused("an event attribute", '<p onclick="x()">x</p>', 1, "attribute onclick")
refused("an event attribute in capitals", '<p ONCLICK="x()">x</p>', 1, "attribute onclick")
refused("an inline script", "<script>alert(1)</script>", 1, "forbids inline code")
refused("an inline style", "<style>\np { }</style>", 2, "forbids inline code and style")
refused("a value in a script", '<script src="/x.js">{{p.text}}</script>', 1, "a value inside <script>")
refused("an HTML comment", "<!-- x -->", 1, "use {{! ... }}")
refused("a bare <", "1 < 2", 1, "write &lt;")
refused("a tag that does not end", "<p>{{p.text</p>", 1, "not closed")
refused("an assignment", "{{p.n = 1}}", 1, "cannot stand in an expression")
refused("a second statement", "{{p.n; p.n}}", 1, "cannot stand in an expression")
refused("a C comment", "{{p.n /* x }}", 1, "cannot stand in an expression")
refused("an empty tag", "<p>{{}}</p>", 1, "an empty tag")
refused("a slot that the message does not have", '{{#_ "a {x}"}}{{:x}}1{{:y}}2{{/_}}', 1, "slot y")
refused("a slot that is not filled", '{{#_ "a {x} {y}"}}{{:x}}1{{/_}}', 1, "slot y of the message is not filled")
refused("a slot filled twice", '{{#_ "a {x}"}}{{:x}}1{{:x}}2{{/_}}', 1, "slot x")
refused("slots in a plain message", '{{_ "a {x}"}}', 1, "a message with {slots} is a block")
refused("a part in an attribute", '<p title="{{> day p.n}}"></p>', 1, "only in text")
refused("a file without a declaration", "<p>x</p>", 1, "text before", head="")
refused("two declarations", "{{@page u(int n)}}", 1, "one {{@page")
refused("two holes", "{{@body}}\n{{@body}}", 2, "one @body")
refused("a hole in a block", "{{#if p.n}}{{@body}}{{/if}}", 1, "outside every block")
refused("a file that ends in a tag", "<p class", 1, "ends inside a tag")
tap.done()
