#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles HTML templates to C (docs/templates.md is the manual).

    pagec.py --header pages.h --source pages.c template.html ...

Every template becomes one C function that writes to a `struct out`. Values are C expressions, so a missing or
misspelt field is an error of the C compiler at the template's own line (#line). How a value is escaped follows from
where it stands; this program therefore reads the HTML around the tags, and refuses what the site's content security
policy would refuse (inline style and script) and elements that are not closed.
"""
import argparse
import os
import re
import sys

VOID = set("area base br col embed hr img input link meta source track wbr".split())
URL_ATTRS = {"href", "src", "action", "formaction", "cite", "poster", "data", "xlink:href"}
TAG = re.compile(r"\{\{(.*?)\}\}", re.S)
TOKEN = re.compile(
    r'\s+|[A-Za-z_]\w*|\d+|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|->|==|!=|<=|>=|&&|\|\||[-.<>!(),&*+\[\]?:]')
STRING = r'"(?:[^"\\]|\\.)*"'


class Fault(Exception):
    """What is wrong with a template, and where."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


class Html:
    """Where in the HTML we are: mode, the attribute whose value is being written, and the open elements.

    mode: text | name (of a tag) | tag (between attributes) | attr (name of one) | eq (after '=') | value | decl
    """

    def __init__(self, mode="text", word="", attr="", begun=False, stack=()):
        self.mode, self.word, self.attr, self.begun, self.stack = mode, word, attr, begun, stack

    def key(self):
        return (self.mode, self.word, self.attr, self.begun and self.attr in URL_ATTRS, tuple(n for n, _ in self.stack))

    def copy(self):
        return Html(self.mode, self.word, self.attr, self.begun, self.stack)

    def say(self):
        where = {"text": "in text", "value": f"in the value of {self.attr}"}.get(self.mode, "inside a tag")
        return where + (f", inside <{self.stack[-1][0]}>" if self.stack else "")

    def feed(self, text, line, fault):
        for c in text:
            self.step(c, line, fault)
            line += c == "\n"

    def step(self, c, line, fault):
        if self.mode == "text":
            if c == "<":
                self.mode, self.word = "name", ""
            elif self.stack and self.stack[-1][0] in ("script", "style") and not c.isspace():
                fault(line, f"<{self.stack[-1][0]}> with content: the site's policy forbids inline code and style")
        elif self.mode == "name":
            self.in_name(c, line, fault)
        elif self.mode == "decl":
            if c == ">":
                self.mode, self.word = "text", ""
        elif self.mode == "value":
            if c == '"':
                self.mode, self.attr, self.begun = "tag", "", False
            else:
                self.begun = True
        elif self.mode == "eq":
            if c != '"':
                fault(line, f"the value of {self.attr} must stand in double quotes")
            self.mode, self.begun = "value", False
        else:
            self.in_tag(c, line, fault)

    def in_name(self, c, line, fault):
        if c.isalnum() or c in "-:" or (c in "/!" and not self.word):
            self.word += c
            if self.word == "!-":
                fault(line, "an HTML comment would reach the reader: use {{! ... }}")
        elif not self.word.strip("/!"):
            fault(line, "a '<' that opens no tag: write &lt;")
        else:
            self.mode = "decl" if self.word[0] == "!" else "tag"
            self.step(c, line, fault)

    def in_tag(self, c, line, fault):
        if self.mode == "attr" and (c.isspace() or c in ">/="):
            self.attr_name(line, fault)
            self.mode = "eq" if c == "=" else "tag"
            if c == "=":
                return
        if self.mode == "attr":
            self.attr += c.lower()
        elif c == ">":
            self.close_tag(line, fault)
        elif c == "/":
            self.word += "/"
        elif not c.isspace():
            self.mode, self.attr = "attr", c.lower()

    def settle(self, line, fault):
        """A tag of ours ends the name of an element or attribute that stands before it."""
        if self.mode == "attr":
            self.attr_name(line, fault)
        if self.mode == "attr" or (self.mode == "name" and self.word.strip("/!")):
            self.mode, self.attr = "tag", ""

    def attr_name(self, line, fault):
        if self.attr.startswith("on") or self.attr in ("style", "srcset", "srcdoc"):
            fault(line, f"attribute {self.attr}: the site's policy forbids it")

    def close_tag(self, line, fault):
        word, self.mode, self.attr, self.word = self.word, "text", "", ""
        name = word.strip("/").lower()
        if word.startswith("/"):
            if not self.stack or self.stack[-1][0] != name:
                opened = f"<{self.stack[-1][0]}> of line {self.stack[-1][1]} is open" if self.stack else "nothing is open"
                fault(line, f"</{name}> closes nothing here: {opened}")
            self.stack = self.stack[:-1]
        elif name not in VOID and not word.endswith("/"):
            self.stack = self.stack + ((name, line),)


class Template:
    """Reads one file; `code` holds the C of its functions, `protos` their prototypes, `includes` what they need."""

    def __init__(self, path, shown):
        self.path, self.shown = path, shown
        with open(path, encoding="utf-8") as f:
            self.items = self.cut(f.read())
        self.at = 0
        self.line = 1
        self.html = Html()
        self.body = []        # lines of C of the current function
        self.vars = {}        # name -> True if it is a pointer
        self.loops = []       # names of the loop variables in scope
        self.last = None      # in a loop: the C condition "there is another element"
        self.depth = 0        # 1: outside every block
        self.serial = 0
        self.includes = []
        self.name = self.params = self.kind = None
        self.hole = False
        self.code = self.protos = ""

    def fault(self, line, text):
        raise Fault(self.shown, line, text)

    # Cutting into literals and tags. A block tag alone on its line takes the line with it.
    def cut(self, text):
        items, pos, line = [], 0, 1
        for m in TAG.finditer(text):
            before, tag = text[pos:m.start()], m.group(1)
            start, end = m.start(), m.end()
            if tag[:1] in "#/@!:" or re.match(r"else\b", tag.strip()):
                bol = text.rfind("\n", 0, start) + 1
                eol = text.find("\n", end)
                eol = len(text) if eol < 0 else eol
                if bol >= pos and not text[bol:start].strip(" \t") and not text[end:eol].strip(" \t"):
                    before, end = text[pos:bol], min(eol + 1, len(text))
            items.append(("lit", before, line))
            line += text.count("\n", pos, m.start())
            items.append(("tag", tag.strip(), line))
            line += text.count("\n", m.start(), end)
            pos = end
        items.append(("lit", text[pos:], line))
        for kind, body, ln in items:
            if kind == "lit" and ("{{" in body or "}}" in body):
                raise Fault(self.shown, ln, "a tag that is not closed: '{{' and '}}' come in pairs on one line")
        return items

    # Output of C
    def c(self, text, line=None):
        if line:
            self.body.append(f'#line {line} "{self.shown}"')
        self.body.append(text)

    def literal(self, text, line):
        if not text:
            return
        if self.name is None:
            if text.strip():
                self.fault(line, "text before {{@page name(...)}} or {{@part name(...)}}")
            return
        self.html.feed(text, line, self.fault)
        quoted = "".join({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "?": "\\?"}.get(ch, ch) for ch in text)
        parts = [p for p in re.split(r"(?<=\\n)", quoted) if p]
        self.c("HTML(o, " + "\n\t".join(f'"{p}"' for p in parts) + ");")

    # Expressions
    def expr(self, text, line):
        """C, with two liberties: `.` after a pointer that the template declares, and _("words") for a translation."""
        out, pos, prev = "", 0, ["", ""]
        while pos < len(text):
            m = TOKEN.match(text, pos)
            if not m:
                self.fault(line, f"'{text[pos:]}' cannot stand in an expression")
            t, pos = m[0], m.end()
            if t == "." and self.vars.get(prev[1]) and prev[0] not in (".", "->"):
                t = "->"
            out += "tr" if t == "_" else "(o, " if t == "(" and prev[1] == "_" else t
            prev = [prev[1], t] if t.strip() else prev
        return out.strip()

    def value(self, text, line):
        """An expression whose value is wanted: a bare loop variable stands for the element itself."""
        parts = re.split(r"(?<!\|)\|(?!\|)", text)
        e = parts[0].strip()
        e = f"(*{e})" if e in self.loops else self.expr(e, line)
        if not e:
            self.fault(line, "an empty tag")
        for f in parts[1:]:
            if not re.fullmatch(r"\s*[a-z]\w*\s*", f):
                self.fault(line, f"'{f.strip()}' is no name of a formatter")
            e = f"show_{f.strip()}(o, {e})"
        return e

    def condition(self, text, line):
        def one(piece):
            p = piece.strip()
            no = p.startswith("!") and not p.startswith("!=")
            return ("!" if no else "") + f"html_true({self.value(p[1:] if no else p, line)})"
        either = [" && ".join(one(p) for p in both.split("&&")) for both in text.split("||")]
        return either[0] if len(either) == 1 else " || ".join(f"({e})" for e in either)

    # The tags
    def emit_value(self, text, line):
        how = self.context(line)
        self.c(f"{how}(o, {self.value(text, line)});", line)
        if self.html.mode == "value":
            self.html.begun = True

    def context(self, line):
        h = self.html
        if h.mode == "text":
            if h.stack and h.stack[-1][0] in ("script", "style"):
                self.fault(line, f"a value inside <{h.stack[-1][0]}>")
            return "html_text"
        if h.mode != "value":
            self.fault(line, "a value may stand in text or inside a quoted attribute, nowhere else")
        if h.attr in URL_ATTRS:
            return "html_url_part" if h.begun else "html_url"
        return "html_attr"

    def message(self, text, line):
        """{{_ "text"}} and {{_ "context" "text"}}: fixed words, translated, escaped like a value."""
        m = re.fullmatch(rf"({STRING})(?:\s+({STRING}))?", text)
        if not m:
            self.fault(line, 'write {{_ "words"}} or {{_ "context" "words"}}')
        if "{" in text:
            self.fault(line, 'a message with {slots} is a block: {{#_ "..."}}{{:slot}}...{{/_}}')
        call = f"trc(o, {m[1]}, {m[2]})" if m[2] else f"tr(o, {m[1]})"
        self.c(f"{self.context(line)}(o, {call});", line)

    def block_message(self, text, line):
        m = re.fullmatch(rf"(.*?)({STRING})(?:\s+({STRING}))?", text)
        if not m or (bool(m[1].strip()) != bool(m[3])):
            self.fault(line, 'write {{#_ "words with {slots}"}} or {{#_ number "one {n}" "many {n}"}}')
        how = self.context(line)
        if how not in ("html_text", "html_attr"):
            self.fault(line, "words cannot be part of an address")
        slots = set(re.findall(r"\{(\w+)\}", m[2] + (m[3] or "")))
        self.serial += 1
        w = f"w{self.serial}"
        start = f"tr_start_n(o, (uint64_t)({self.value(m[1], line)}), {m[2]}, {m[3]})" if m[3] else f"tr_start(o, {m[2]})"
        self.c(f"for (struct tr_walk {w} = {start}; tr_step(&{w});) {{", line)
        self.c(f"{how}(o, {w}.text);")
        before, seen = self.html.copy(), set()
        end = self.until({":", "/_"})
        while end[0] == ":":
            slot = end[1][1:].strip()
            if slot not in slots or slot in seen:
                self.fault(end[2], f"slot {slot}: the message has {', '.join(sorted(slots - seen)) or 'no (other) slot'}")
            seen.add(slot)
            self.c(f'if (tr_at(&{w}, "{slot}")) {{', end[2])
            end = self.until({":", "/_"})
            self.same(before, end[2], f"slot {slot}")
            self.c("}")
        if slots - seen:
            self.fault(line, f"slot {', '.join(sorted(slots - seen))} of the message is not filled")
        self.c("}")

    def block_if(self, text, line):
        before, ends = self.html.copy(), []
        self.c(f"if ({self.condition(text, line)}) {{", line)
        has_else = False
        while True:
            kind, tag, at = self.until({"else", "/if"})
            ends.append(self.html.copy())
            if kind == "/if":
                break
            if has_else:
                self.fault(at, "{{else}} after {{else}}")
            self.html = before.copy()
            m = re.fullmatch(r"else\s+if\s+(.+)", tag)
            has_else = not m
            if not m and tag != "else":
                self.fault(at, "write {{else}} or {{else if ...}}")
            self.c("} else " + (f"if ({self.condition(m[1], at)}) {{" if m else "{"))
        if not has_else:
            ends.append(before)
        for e in ends:
            if e.key() != ends[0].key():
                self.fault(line, f"the branches of this if end differently: one {ends[0].say()}, another {e.say()}")
        self.html = ends[0]
        self.c("}")

    def block_each(self, text, line):
        m = re.fullmatch(r"(.+?)\s+as\s+([a-z]\w*)", text)
        if not m or m[2] in self.vars or m[2] == "o":
            self.fault(line, "write {{#each list as name}}, with a new name")
        self.serial += 1
        i, lst, before = f"i{self.serial}", self.expr(m[1], line), self.html.copy()
        self.c(f"for (size_t {i} = 0; {i} < ({lst}).n; {i}++) {{", line)
        self.c(f"const __typeof__(*({lst}).v) *{m[2]} = &({lst}).v[{i}];")
        self.vars[m[2]] = True
        self.loops.append(m[2])
        last, self.last = self.last, f"{i} + 1 < ({lst}).n"
        kind, _, at = self.until({"else", "/each"})
        self.same(before, at, "each")
        self.c("}")
        self.last = last
        self.loops.pop()
        del self.vars[m[2]]
        if kind == "else":
            self.c(f"if (({lst}).n == 0) {{", at)
            _, _, at = self.until({"/each"})
            self.same(before, at, "each")
            self.c("}")

    def block_sep(self, text, line):
        if text or not self.last:
            self.fault(line, "{{#sep}} stands inside {{#each}}, at its end: what comes between two elements")
        before = self.html.copy()
        self.c(f"if ({self.last}) {{", line)
        _, _, at = self.until({"/sep"})
        self.same(before, at, "sep")
        self.c("}")

    def call(self, text, line, suffix=""):
        m = re.fullmatch(r"([a-z]\w*)(?:\s+(.+))?", text, re.S)
        if not m:
            self.fault(line, "write {{> part}} or {{> part arguments}}")
        if self.html.mode != "text":
            self.fault(line, "a part writes elements and may stand only in text")
        args = self.expr(m[2], line) if m[2] else ""
        return f"part_{m[1]}{suffix}(o{', ' + args if args else ''});", m[1]

    def block_in(self, text, line):
        code, name = self.call(text, line, "_open")
        before = self.html.copy()
        self.c(code, line)
        _, _, at = self.until({"/in"})
        self.same(before, at, f"in {name}")
        self.c(self.call(text, line, "_close")[0], at)

    def same(self, before, line, what):
        if self.html.key() != before.key():
            self.fault(line, f"{what} begins {before.say()} and ends {self.html.say()}")

    def declare(self, kind, text, line):
        m = re.fullmatch(r"([a-z]\w*)\s*\((.*)\)", text, re.S)
        if self.name or not m:
            self.fault(line, "one {{@page name(parameters)}} or {{@part name(parameters)}} for a file")
        self.kind, self.name, self.params = kind, m[1], m[2].strip()
        for p in filter(None, (p.strip() for p in self.params.split(","))):
            ident = re.search(r"([A-Za-z_]\w*)$", p)
            if not ident or ident[1] == "o":
                self.fault(line, f"parameter '{p}' has no name")
            self.vars[ident[1]] = "*" in p

    def function(self, suffix):
        return f"void {self.kind}_{self.name}{suffix}(struct out *o{', ' + self.params if self.params else ''})"

    def finish(self, suffix):
        unused = "".join(f"(void){v};\n" for v in self.vars)
        self.protos += self.function(suffix) + ";\n"
        self.code += self.function(suffix) + "\n{\n" + unused + "\n".join(self.body) + "\n}\n\n"
        self.body = []

    def directive(self, text, line):
        word, _, rest = text.partition(" ")
        if word == "include":
            if not re.fullmatch(r'"[\w/.-]+"', rest.strip()):
                self.fault(line, 'write {{@include "web/file.h"}}')
            self.includes.append(rest.strip())
        elif word in ("page", "part"):
            self.declare(word, rest.strip(), line)
        elif word == "body" and self.name and self.depth == 1 and not self.hole and self.html.mode == "text":
            self.hole = True
            self.finish("_open")
        else:
            self.fault(line, "expected @include, @page, @part, or one @body in text outside every block")

    # The reader: runs until one of the wanted tags; returns (kind, tag, line).
    def until(self, wanted):
        self.depth += 1
        blocks = {"if": self.block_if, "each": self.block_each, "sep": self.block_sep, "in": self.block_in,
                  "_": self.block_message}
        start = self.line
        while self.at < len(self.items):
            kind, text, self.line = self.items[self.at]
            line = self.line
            self.at += 1
            if kind == "lit":
                self.literal(text, line)
                continue
            self.html.settle(line, self.fault)
            word = text.split()[0] if text.split() else ""
            end = ":" if text.startswith(":") else "else" if word == "else" else text if text.startswith("/") else None
            if end:
                if end not in wanted:
                    self.fault(line, "{{" + text + "}} closes nothing: expected " + " or ".join(
                        "{{" + ("end of file" if w == "" else w) + "}}" for w in sorted(wanted)))
                self.depth -= 1
                return end, text, line
            if text.startswith("!"):
                continue
            if text.startswith("@"):
                self.directive(text[1:], line)
                continue
            if self.name is None:
                self.fault(line, "a tag before {{@page ...}} or {{@part ...}}")
            if text.startswith("#"):
                name, _, rest = text[1:].partition(" ")
                if name not in blocks:
                    self.fault(line, f"unknown block #{name}: there are {', '.join(sorted(blocks))}")
                blocks[name](rest.strip(), line)
            elif text.startswith(">"):
                self.c(self.call(text[1:].strip(), line)[0], line)
            elif text.startswith("_ "):
                self.message(text[2:].strip(), line)
            else:
                self.emit_value(text, line)
        if "" in wanted:
            self.depth -= 1
            return "", "", self.line
        self.fault(start, "a block that is not closed: expected " + " or ".join("{{" + w + "}}" for w in sorted(wanted)))

    def compile(self):
        self.until({""})
        if self.name is None:
            self.fault(1, "no {{@page name(...)}} or {{@part name(...)}}")
        if self.html.mode != "text":
            self.fault(self.line, "the file ends inside a tag")
        if self.html.stack:
            name, line = self.html.stack[-1]
            self.fault(line, f"<{name}> is not closed")
        self.finish("_close" if self.hole else "")
        return self


def write(done, header, source):
    """The header and the C file of the compiled templates `done`."""
    note = "/* SPDX-License-Identifier: Apache-2.0\n * Made by pagec.py from the templates named below: change those. */\n"
    includes = "".join(f"#include {i}\n" for i in dict.fromkeys(i for t in done for i in t.includes))
    guard = "MADE_" + re.sub(r"\W", "_", os.path.basename(header)).upper()
    with open(header, "w", encoding="utf-8") as f:
        f.write(f'{note}#ifndef {guard}\n#define {guard}\n\n#include "html/html.h"\n{includes}\n')
        for t in done:
            f.write(f"/* {os.path.basename(t.shown)} */\n{t.protos}")
        f.write("\n#endif\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write(f'{note}#include "{os.path.basename(header)}"\n\n')
        f.write("\n".join(t.code for t in done))


def main():
    ap = argparse.ArgumentParser(description="Compiles HTML templates to C.")
    ap.add_argument("--header", required=True)
    ap.add_argument("--source", required=True)
    ap.add_argument("templates", nargs="+")
    a = ap.parse_args()
    try:
        write([Template(t, os.path.relpath(t)).compile() for t in a.templates], a.header, a.source)
    except (Fault, OSError, UnicodeDecodeError) as e:
        print(e, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
