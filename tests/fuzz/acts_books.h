/* SPDX-License-Identifier: Apache-2.0
 *
 * The rulebooks under which fuzz_acts.c reads its acts: together they use every construct of the language. Each is picked by its letter.
 * Adding one at the end changes no corpus file; changing one changes what the files that name it mean.
 */
#ifndef TESTS_FUZZ_ACTS_BOOKS_H
#define TESTS_FUZZ_ACTS_BOOKS_H

static const char *const acts_books[] = {
	/* a: statuses with windows, versions, overrides, delays of both kinds, timers, endings */
	"source C \"c\" type State "
	"act give(S: State, v: low | mid | high), take(S: State), note(S: State), undo(S: State), bar(S: State), free(S: State) "
	"fact v(S: State): low | mid | high, leaving(S: State), barred(S: State), may(S: State), was(S: State), since(S: State): Date "
	"rule GIVE [C 1] until 2024-07-01: v(S) becomes V on give(S, V) if not barred(S) "
	"rule GIVE [C 1] from 2024-07-01: v(S) becomes V on give(S, V) if not barred(S) with effect from first of month after that day + 1 month if still so "
	"rule MERGE [C 2] from 2024-07-01: v(S) becomes mid on 2024-07-01 if v(S) is low "
	"rule TAKE [C 3] overrides GIVE, MERGE: v(S) becomes none on take(S) "
	"rule NOTE [C 4]: leaving(S) begins on note(S) if v(S) is mid or high "
	"rule UNDO [C 4]: leaving(S) ends on undo(S) "
	"rule LEFT [C 4]: v(S) becomes none after 3 months of leaving(S) "
	"rule OFF [C 4]: leaving(S) ends once v(S) is none "
	"rule WAS [C 5]: was(S) begins once v(S) is none and not barred(S) "
	"rule BAR [C 6]: barred(S) begins on bar(S) with effect from that day + 10 days regardless "
	"rule FREE [C 6] retroactive: barred(S) ends on free(S) "
	"rule UNBAR [C 6]: barred(S) ends after 36 hours of barred(S) if v(S) is not high "
	"rule SINCE [C 7]: since(S) becomes that day once v(S) is high or mid "
	"rule MAY [C 8] from 2024-03-01 until 2024-12-01: may(S) holds while v(S) is high and not leaving(S) "
	"rule MAY2 [C 8]: may(S) holds while passed since(S) and was(S)",

	/* b: obligation, procedure, decision, what is forbidden */
	"source C \"c\" type State, Paper "
	"act meet(S: State), pay(S: State), spare(S: State), ask(S: State), hear(S: State), join(S: State), part(S: State), "
	"table_(D: Paper, L: Date), yes(S: State, D: Paper), no(S: State, D: Paper), back(S: State, D: Paper), shut(D: Paper), call(D: Paper) "
	"fact in_(S: State), later_(S: State) "
	"rule IN [C 1]: in_(S) begins on join(S) rule OUT [C 1]: in_(S) ends on part(S) "
	"obligation DUE [C 2]: owes(S) arises on meet(S) if in_(S) due that day + 2 months fulfilled on pay(S) waived on spare(S) lapses once not in_(S) "
	"rule MORE [C 2]: owes_due(S) becomes that day + 10 days on ask(S) if owes(S) is pending "
	"procedure WAY [C 3]: way(S) stage asked on ask(S) if not in_(S) stage heard from asked on hear(S) stage done from asked or heard once in_(S) "
	"  stage lost from asked or heard after 3 months stage asked from lost on ask(S) "
	"decision SIL [C 4]: silence(D) opens on table_(D, L) if some S with in_(S) closes after L voters S with in_(S) ballot against on no(S, D) "
	"  ballot none on back(S, D) adopted if against = 0 and voters >= 1 "
	"decision VOTE [C 5]: vote(D) opens on call(D) closes on shut(D) voters S with (in_(S) and not owes(S) is overdue) ballot for on yes(S, D) "
	"  ballot against on no(S, D) adopted if for >= 2/3 of (for + against) and 3 * (for + against) >= voters and voters >= 1 "
	"decision QUICK [C 6]: quick(D) opens once vote(D) is rejected closes after that day + 5 days voters T with in_(T) "
	"  ballot for on yes(T, D) adopted if for > 50 percent of voters "
	"rule NO [C 7]: hear(S) is forbidden while in_(S) or owes(S) is overdue "
	"rule LATER [C 8]: later_(S) begins on owes_due(S) + 3 days if in_(S)",

	/* c: counts, sums, shares, sets, tables, quantifiers, roundings, treaty clauses as data */
	"source C \"c\" type State, Thing "
	"act open_(I: Thing, n: optional Int, w: optional Span, r: optional Rounding, f: optional Date, parent: optional Thing), "
	"join(S: State, I: Thing), quit(S: State, I: Thing), size(S: State, n: Int), region(S: State, T: State) "
	"fact need(I: Thing): Int, wait(I: Thing): Span, round(I: Thing): Rounding, floor_(I: Thing): Date, parent(I: Thing): Thing, "
	"k(S: State, I: Thing), force(I: Thing), party(S: State, I: Thing), w(S: State): Int, within(S: State, T: State), all_(I: Thing), big(I: Thing), "
	"top(I: Thing): Int, shares(I: Thing) "
	"set two of State [C 1] {\"e0\", \"e1\"} table share(S: State): Int [C 1] {\"e0\" 30, \"e1\" 25, \"e2\" 45} "
	"rule N [C 1]: need(I) becomes N on open_(I, n: N) rule W [C 1]: wait(I) becomes W on open_(I, w: W) "
	"rule R [C 1]: round(I) becomes R on open_(I, r: R) rule F [C 1]: floor_(I) becomes F on open_(I, f: F) "
	"rule P [C 1]: parent(I) becomes J on open_(I, parent: J) "
	"rule K [C 2]: k(S, I) begins on join(S, I) rule U [C 2]: k(S, I) ends on quit(S, I) "
	"rule Z [C 2]: w(S) becomes N on size(S, N) rule G [C 2]: within(S, T) begins on region(S, T) "
	"rule EIF [C 3]: force(I) begins once count of S with (k(S, I) and not (some T with (within(S, T) and k(T, I)))) >= need(I) "
	"  and (parent(I) is none or parent(I) is J and force(J)) "
	"  with effect from later of floor_(I) and (that day + 2 months rounded by month_after) if still so "
	"rule PARTY [C 4]: party(S, I) begins once k(S, I) and force(I) with effect from that day + 30 days regardless "
	"rule UNPARTY [C 4]: party(S, I) ends once not k(S, I) "
	"rule ALL [C 5]: all_(I) holds while every S in two has k(S, I) and some S in two with party(S, I) "
	"rule BIG [C 6]: big(I) holds while sum of share of S with k(S, I) >= 55 percent of sum of share(S) of S "
	"rule TOP [C 6]: top(I) becomes top(I) * 7 + sum of w of T with k(T, I) on join(S, I) if top(I) > 0 "
	"rule TOP0 [C 6]: top(I) becomes 1 on open_(I) "
	"rule SHARES [C 7]: shares(I) holds while 3 * sum of w(S) of S with k(S, I) > 2/3 of sum of w(S) of S and reached floor_(I)",

	/* d: facts of every type that feed each other in cascades; dates and spans held in facts; readings */
	"source C \"c\" reading A \"a\" reading B \"b\" type State, Org, Party = State | Org "
	"act set_(P: Party, d: Date), span(P: Party, s: Span), pair(P: Party, Q: optional Party), word(P: Party, x: Word), inc(P: Party), on_(P: Party) "
	"fact d(P: Party): Date, s(P: Party): Span, mate(P: Party): Party, x(P: Party): Word, n(P: Party): Int, a(P: Party), b(P: Party), c(P: Party), "
	"e(P: Party), m(P: Party), f(P: Party): odd | even, z() "
	"rule D [C 1]: d(P) becomes D on set_(P, D) rule S [C 1]: s(P) becomes S on span(P, S) "
	"rule M [C 1] in reading A: mate(P) becomes Q on pair(P, Q) rule M [C 1] in reading B: mate(Q) becomes P on pair(P, Q) if not P is Q "
	"rule X [C 1]: x(P) becomes X on word(P, X) "
	"rule N0 [C 2]: n(P) becomes 1 on inc(P) if n(P) is none rule N [C 2]: n(P) becomes n(P) * 3 - 1 on inc(P) "
	"rule ON [C 3]: a(P) begins on on_(P) rule AB [C 3]: b(P) begins once a(P) rule BC [C 3]: c(P) begins once b(P) and mate(P) is Q and a(Q) "
	"rule CA [C 3]: a(P) ends once c(P) rule AB0 [C 3]: b(P) ends once not a(P) rule BC0 [C 3]: c(P) ends once not b(P) "
	"rule E [C 4]: e(P) begins on d(P) + s(P) if x(P) is not none rule E0 [C 4] until 2026-01-01: e(P) ends after s(P) of e(P) "
	"rule E1 [C 4]: e(P) ends after end of month of d(P) - 3 days "
	"rule TICK [C 5] from 2024-01-01 until 2024-06-01: f(P) becomes odd after 20 days of f(P) is even rule TOCK [C 5] from 2024-01-01 until 2024-06-01: f(P) becomes even after 20 days of f(P) is odd "
	"rule START [C 5]: f(P) becomes odd once a(P) and not b(P) "
	"rule M6 [C 6]: m(P) holds while mate(P) is Q and (a(Q) or x(Q) is X and x(P) is X) rule Z [C 6]: z() holds while some P with m(P) and not every P with a(P) has b(P)",
};

#endif
