/* SPDX-License-Identifier: Apache-2.0
 *
 * Small records for evaluations that grow, each made for one thing that an act out of order can do. They share a beginning.
 */
#ifndef TESTS_RULES_LATE_CASES_H
#define TESTS_RULES_LATE_CASES_H

#define LATE_BEGINNING "source C \"c\"\ntype S\n"

#define OF(kind, date, x) "{\"kind\":\"" kind "\",\"date\":\"" date "\",\"args\":{\"X\":\"" x "\"}}\n"
#define ONE(kind, date) OF(kind, date, "y")
#define BARE(kind, date) "{\"kind\":\"" kind "\",\"date\":\"" date "\",\"args\":{}}\n"
#define NUMBER(kind, date, n) "{\"kind\":\"" kind "\",\"date\":\"" date "\",\"args\":{\"N\":" n "}}\n"
#define TO(kind, date, v) "{\"kind\":\"" kind "\",\"date\":\"" date "\",\"args\":{\"X\":\"y\",\"V\":\"" v "\"}}\n"
#define ANNUL(n) "{\"corrects\":" n ",\"annul\":true}\n"

static const struct late_case {
	const char *what, *rules, *acts;
} LATE_CASES[] = {
	/* One act makes two come to count, one of them later: when the number turns, seen at the first, is not when it turns at last. */
	{"numbers are seen anew",
		"act a(X: S), b(X: S)\nfact p(X: S), q()\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\n"
		"rule D [C 1]: p(\"z\") begins after 10 days of p(\"x\")\n"
		"rule E [C 1]: q() holds while count of X with p(X) >= 3\n",
		ONE("a", "2020-01-20") ONE("b", "2020-01-30") OF("a", "2020-01-01", "x") ANNUL("3")},

	/* A definition that comes to have had a value, and then agrees again: an ending sees it at its next change. */
	{"endings of definitions",
		"act a(X: S), b(X: S)\nfact p(X: S), h(X: S), gone(X: S)\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\nrule D [C 1]: h(X) holds while p(X)\n"
		"rule E [C 1]: gone(X) begins once not h(X)\n",
		ONE("a", "2020-01-20") ONE("b", "2020-01-10") ONE("a", "2020-01-01") ONE("b", "2020-01-05") "{\"corrects\":3,\"kind\":\"a\",\"date\":\"2020-01-12\",\"args\":{\"X\":\"y\"}}\n"},

	/* Two definitions of one fact: where one holds no longer, the other tells when it begins and ends. */
	{"definitions of one fact",
		"act a(X: S), b(X: S), c(X: S), d(X: S)\nfact p(X: S), q(X: S), h(X: S), later(X: S)\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\n"
		"rule D [C 1]: q(X) begins on c(X)\nrule E [C 1]: q(X) ends on d(X)\n"
		"rule F [C 1]: h(X) holds while p(X)\nrule G [C 1] until 2020-01-15: h(X) holds while q(X)\n"
		"rule H [C 1]: later(X) begins once h(X) with effect from that day + 3 days if still so\n",
		ONE("a", "2020-01-01") ONE("b", "2020-02-01") ONE("c", "2020-01-07") ONE("d", "2020-01-09") ONE("c", "2020-01-12") "{\"corrects\":2,\"kind\":\"b\",\"date\":\"2020-01-05\",\"args\":{\"X\":\"y\"}}\n" ANNUL("6")},

	/* A delayed change that is new is dropped when what held it up ceases, though that is no news. */
	{"delayed and new",
		"act tick(X: S), tock(X: S), go(X: S)\nfact z(X: S), h(X: S), y(X: S)\n"
		"rule A [C 1]: z(X) begins on tick(X)\nrule B [C 1]: z(X) ends on tock(X)\nrule D [C 1]: h(X) holds while z(X)\n"
		"rule E [C 1]: y(X) begins on go(X) if h(X) with effect from that day + 45 days if still so\n",
		ONE("go", "2020-10-27") ONE("tock", "2020-11-28") ONE("tick", "2020-05-30")},

	/* Of two that differ the first agrees again before its next change, which the second has to be looked at for. */
	{"one agrees before the other",
		"act tick(X: S), tock(X: S)\nfact a(X: S), b(X: S), q(X: S)\n"
		"rule A [C 1]: a(X) begins on tick(X)\nrule B [C 1]: a(X) ends on tock(X)\nrule D [C 1]: b(X) begins after 2 days of a(X)\n"
		"rule E [C 1]: q(X) holds while a(X) or b(X)\n",
		ONE("tick", "2020-01-10") ONE("tock", "2020-01-05") ONE("tick", "2020-01-01")},

	/* What a definition newly says in a round that was there drops a delayed change, also one due before 1970. */
	{"delayed long ago",
		"act tick(X: S), tock(X: S), go(X: S)\nfact z(X: S), w(X: S), h(X: S), y(X: S)\n"
		"rule A [C 1]: z(X) begins on tick(X)\nrule B [C 1]: w(X) begins on tock(X)\nrule D [C 1]: h(X) holds while z(X) and w(X)\n"
		"rule E [C 1]: y(X) begins on go(X) if not h(X) with effect from that day + 45 days if still so\n",
		ONE("go", "1950-10-27") ONE("tock", "1950-11-10") ONE("tick", "1950-05-30")},

	/* What is asked to change in one step again and again fires once. */
	{"once in a step",
		"act zero(X: S), go(X: S)\nfact x(X: S), y(X: S), n(X: S): Int\n"
		"rule Z [C 1]: n(X) becomes 0 on zero(X)\nrule A [C 1]: x(X) begins on go(X)\nrule B [C 1]: n(X) becomes n(X) + 1 once x(X)\n"
		"rule D [C 1]: y(X) begins once x(X)\nrule E [C 1]: x(X) ends once y(X)\nrule F [C 1]: x(X) begins once y(X) and not x(X)\n",
		ONE("go", "2020-01-10") ONE("zero", "2020-01-05") ONE("go", "2020-01-07") ANNUL("1")},

	/* What a count is compared with changes while the count differs. */
	{"thresholds change",
		"act join(X: S), leave(X: S), set(N: Int)\nfact p(X: S), t(): Int, q()\n"
		"rule A [C 1]: p(X) begins on join(X)\nrule B [C 1]: p(X) ends on leave(X)\nrule T [C 1]: t() becomes N on set(N)\n"
		"rule D [C 1]: q() holds while count of X with p(X) >= t()\n",
		NUMBER("set", "2020-01-01", "1") NUMBER("set", "2020-01-10", "3") NUMBER("set", "2020-01-20", "2") OF("join", "2020-01-02", "z") ONE("join", "2020-01-05") ONE("leave", "2020-01-25")
		"{\"corrects\":1,\"kind\":\"set\",\"date\":\"2020-01-01\",\"args\":{\"N\":2}}\n"},

	/* A timer that no longer fires leaves it to a delayed change due at the same instant. */
	{"timers before delayed",
		"act go(X: S), a(X: S), stop(X: S)\nfact k(X: S), x(X: S)\n"
		"rule A [C 1]: k(X) begins on go(X)\nrule B [C 1]: k(X) ends on stop(X)\nrule D [C 1]: x(X) begins after 45 days of k(X)\n"
		"rule E [C 1]: x(X) begins on a(X) with effect from that day + 45 days regardless\n",
		ONE("go", "2020-01-31") ONE("a", "2020-01-31") ONE("stop", "2020-02-10") ONE("go", "2020-02-20")},

	/* What would drop a delayed change is read by its `if` itself. */
	{"delayed, read directly",
		"act tick(X: S), tock(X: S), go(X: S)\nfact z(X: S), w(X: S), y(X: S)\n"
		"rule A [C 1]: z(X) begins on tick(X)\nrule B [C 1]: w(X) begins on tock(X)\n"
		"rule E [C 1]: y(X) begins on go(X) if not (z(X) and w(X)) with effect from that day + 45 days if still so\n",
		ONE("go", "1950-10-27") ONE("tock", "1950-11-10") ONE("tick", "1950-05-30")},

	/* A delayed change that is no longer dropped may be dropped later. */
	{"delayed, dropped later",
		"act tick(X: S), tock(X: S), w(X: S), go(X: S)\nfact z(X: S), u(X: S), y(X: S)\n"
		"rule A [C 1]: z(X) begins on tick(X)\nrule B [C 1]: z(X) ends on tock(X)\nrule D [C 1]: u(X) begins on w(X)\n"
		"rule E [C 1]: y(X) begins on go(X) if not z(X) and not u(X) with effect from that day + 45 days if still so\n",
		ONE("go", "2020-01-01") ONE("tick", "2020-01-10") ONE("tock", "2020-01-12") ONE("w", "2020-01-20") ANNUL("2")},

	/* The `if` of a delayed change waits for a date, which is put off, and brought forward. */
	{"delayed until a date",
		"act plan(X: S, V: Date), go(X: S)\nfact d(X: S): Date, y(X: S)\n"
		"rule A [C 1]: d(X) becomes V on plan(X, V)\n"
		"rule E [C 1]: y(X) begins on go(X) if not reached d(X) with effect from that day + 45 days if still so\n",
		TO("plan", "2020-01-01", "2020-01-20") ONE("go", "2020-01-10") TO("plan", "2020-01-05", "2020-06-01") TO("plan", "2020-01-06", "2020-02-01")
		ANNUL("4") ANNUL("3")},

	/* "that day" in an `if` that is looked at again is the day of the firing. */
	{"delayed, that day",
		"act plan(X: S, V: Date), go(X: S)\nfact d(X: S): Date, y(X: S)\n"
		"rule A [C 1]: d(X) becomes V on plan(X, V)\n"
		"rule E [C 1]: y(X) begins on go(X) if that day < d(X) with effect from that day + 45 days if still so\n",
		TO("plan", "2020-01-01", "2020-01-15") ONE("go", "2020-01-10") TO("plan", "2020-01-20", "2020-01-16") TO("plan", "2020-01-22", "2020-01-09")},

	/* Two are counted for a while, one of them shorter: when the number turns is seen anew when that one ceases to count. */
	{"counted for a while",
		"act a(X: S), k()\nfact p(X: S), q()\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(\"x\") begins on k()\nrule D [C 1]: p(\"z\") begins on k()\n"
		"rule E [C 1]: p(\"x\") ends after 10 days of p(\"x\")\nrule F [C 1]: q() holds while count of X with p(X) >= 3\n",
		OF("a", "2020-02-10", "u") OF("a", "2020-02-20", "w") BARE("k", "2020-01-10")},

	/* One begins to count for a while, another ceases: that the number is less than it was shows when the first is over. */
	{"counted for a while, and less then",
		"act a(X: S), b(X: S), k()\nfact p(X: S), q()\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\nrule D [C 1]: p(\"x\") begins on k()\n"
		"rule E [C 1]: p(\"x\") ends after 10 days of p(\"x\")\nrule F [C 1]: p(\"y\") ends after 1 day of p(\"x\")\n"
		"rule G [C 1]: q() holds while count of X with p(X) >= 3\n",
		ONE("a", "2020-01-01") OF("a", "2020-01-01", "u") OF("a", "2020-01-01", "v") OF("a", "2020-01-01", "w") OF("b", "2020-02-10", "u")
		OF("b", "2020-02-20", "w") BARE("k", "2020-01-10")},

	{"counted for a while, by a delayed change",
		"act a(X: S), b(X: S), k(), go(X: S)\nfact p(X: S), q(X: S)\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\nrule D [C 1]: p(\"x\") begins on k()\n"
		"rule E [C 1]: p(\"x\") ends after 10 days of p(\"x\")\nrule F [C 1]: p(\"y\") ends after 1 day of p(\"x\")\n"
		"rule G [C 1]: q(X) begins on go(X) if count of Z with p(Z) >= 3 with effect from that day + 90 days if still so\n",
		ONE("a", "2020-01-01") OF("a", "2020-01-01", "u") OF("a", "2020-01-01", "v") OF("a", "2020-01-01", "w") OF("b", "2020-02-10", "u")
		OF("b", "2020-02-20", "w") ONE("go", "2020-01-05") BARE("k", "2020-01-10")},

	/* A count that binds is of something: of nothing it is not even 0. */
	{"counts of something",
		"act a(X: S), k(X: S)\nfact p(X: S, Y: S), z(X: S), h(X: S)\n"
		"rule A [C 1]: p(\"s\", X) begins on a(X)\nrule B [C 1]: z(X) begins on k(X)\n"
		"rule D [C 1]: h(X) holds while count of Y with p(Y, X) >= 0 and not z(X)\n",
		ONE("k", "2020-01-01") ONE("a", "2020-01-20") ANNUL("1")},

	/* Nor is one within another count: it binds X just so. */
	{"counts of something within counts",
		"act a(X: S), b(X: S)\nfact p(X: S, Y: S), h(X: S)\n"
		"rule A [C 1]: p(\"s\", X) begins on a(X)\nrule B [C 1]: p(\"s\", X) ends on b(X)\n"
		"rule D [C 1]: h(X) holds while count of Y with (p(Y, Z) and count of W with p(W, X) >= 0) >= 0\n",
		OF("a", "2020-01-01", "x") ONE("a", "2020-01-10") ANNUL("2") ONE("a", "2020-01-12") ONE("b", "2020-01-20")},

	/* Counts of the same arguments, but of other values. */
	{"counts of values",
		"type Level = low | high\nact a(X: S, V: Level)\nfact v(X: S): Level, l(), h()\n"
		"rule A [C 1]: v(X) becomes V on a(X, V)\nrule L [C 1]: l() holds while count of X with v(X) is low >= 1\n"
		"rule H [C 1]: h() holds while count of X with v(X) is high >= 1\n",
		TO("a", "2020-01-10", "low") TO("a", "2020-01-20", "high") TO("a", "2020-01-05", "high") TO("a", "2020-01-07", "low") ANNUL("4")},

	/* One begins and another ceases to count in the same round. */
	{"counted in turn",
		"act join(X: S), leave(X: S), swap(X: S, V: S)\nfact p(X: S), q()\n"
		"rule A [C 1]: p(X) begins on join(X)\nrule B [C 1]: p(X) ends on leave(X)\nrule D [C 1]: p(X) begins on swap(X, _)\n"
		"rule E [C 1]: p(Y) ends on swap(_, Y)\nrule F [C 1]: q() holds while count of X with p(X) >= 2\n",
		OF("join", "2020-01-01", "u") TO("swap", "2020-01-10", "u") OF("join", "2020-01-20", "w") ONE("join", "2020-01-08")
		OF("leave", "2020-01-05", "u") OF("join", "2020-01-15", "v") OF("leave", "2020-01-16", "w") OF("join", "2020-01-18", "t")},

	/* A fact that never was has been, for a while: an ending knows it ever after. */
	{"endings of what was not",
		"act a(X: S), b(X: S), g()\nfact p(X: S), now(), gone(X: S)\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\nrule D [C 1]: now() begins on g()\n"
		"rule E [C 1]: gone(X) begins once not p(X) and now()\n",
		BARE("g", "2020-01-10") ONE("b", "2020-01-05") ONE("a", "2020-01-01") ANNUL("3")},

	/* Where one of two definitions that many things share holds no longer, the other tells which of them hold. */
	{"definitions of many",
		"act a(X: S), b(X: S), g(), d()\nfact p(X: S), q(X: S), open(), h(X: S)\n"
		"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: q(X) begins on b(X)\nrule D [C 1]: open() begins on g()\nrule E [C 1]: open() ends on d()\n"
		"rule F [C 1]: h(X) holds while p(X) and open()\nrule G [C 1]: h(X) holds while q(X)\n",
		ONE("a", "2020-01-01") ONE("b", "2020-01-10") BARE("g", "2020-01-05") BARE("d", "2020-02-01") ANNUL("3") BARE("g", "2020-01-03")},

	/* The period of a timer is a fact: what it is when the timer begins counts, and 0 days fire at once. */
	{"periods change",
		"act wait(X: S, V: Span), go(X: S)\nfact w(X: S): Span, k(X: S), x(X: S)\n"
		"rule A [C 1]: w(X) becomes V on wait(X, V)\nrule B [C 1]: k(X) begins on go(X)\nrule D [C 1]: x(X) begins after w(X) of k(X)\n",
		ONE("go", "2020-01-05") TO("wait", "2020-01-01", "10 days") TO("wait", "2020-01-10", "5 days") TO("wait", "2020-01-03", "3 days")
		TO("wait", "2020-01-04", "0 days") TO("wait", "2020-01-04", "20 days") ANNUL("6") ANNUL("5")},

	/* What fired by its timer does not fire at once in the same step. */
	{"timers once in a step",
		"act wait(X: S, V: Span), go(X: S), zero(X: S)\nfact w(X: S): Span, k(X: S), n(X: S): Int\n"
		"rule A [C 1]: w(X) becomes V on wait(X, V)\nrule B [C 1]: k(X) begins on go(X)\nrule Z [C 1]: n(X) becomes 0 on zero(X)\n"
		"rule D [C 1]: n(X) becomes n(X) + 1 after w(X) of k(X)\nrule E [C 1]: w(X) becomes 0 days after 5 days of k(X)\n"
		"rule F [C 1]: k(X) ends after 5 days of k(X)\nrule G [C 1]: k(X) begins once not k(X) and n(X) < 4\n",
		TO("wait", "2020-01-01", "5 days") ONE("zero", "2020-01-02") ONE("go", "2020-01-20") ONE("go", "2020-01-05") ANNUL("4")},

	/* A condition that turns twice in a step fires after the first time only, whichever that is. */
	{"the first time in a step",
		"act go(X: S), tick(X: S)\nfact u(X: S), w(X: S), x(X: S), t(X: S), s(X: S)\n"
		"rule W [C 1]: w(X) begins on tick(X)\nrule A [C 1]: u(X) begins on go(X)\n"
		"rule B [C 1]: x(X) begins on go(X) if w(X)\nrule D [C 1]: x(X) ends once u(X)\nrule E [C 1]: t(X) begins once u(X)\n"
		"rule F [C 1]: x(X) begins once t(X)\nrule G [C 1]: s(X) begins once x(X)\n",
		ONE("go", "2020-01-10") ONE("tick", "2020-01-05") ANNUL("2")},

	/* The last round of all is followed by one of a cascade; rounds that are added later stand elsewhere. */
	{"a cascade at the end",
		"act block(X: S), a(X: S), set(N: Int)\nfact blocked(X: S), p(X: S), c(): Int, n(X: S): Int\n"
		"rule A [C 1]: blocked(X) begins on block(X)\nrule B [C 1]: p(X) begins on a(X)\nrule D [C 1]: c() becomes N on set(N)\n"
		"rule E [C 1]: n(X) becomes c() once p(X) and not blocked(X)\n",
		NUMBER("set", "2020-01-01", "3") ONE("block", "2020-01-05") ONE("a", "2020-01-10") ANNUL("2") NUMBER("set", "2020-01-20", "5")
		ONE("block", "2020-01-07") ANNUL("6")},
};

#endif
