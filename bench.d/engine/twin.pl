% SPDX-License-Identifier: Apache-2.0
%
% The eight facts of ./bench engine in Prolog: every fact is a list of Key-Intervals, an interval iv(From, To, Value), half open, in days
% since 1970-01-01; day 1000000 stands for an open end. Keys are whole numbers, so that sorting compares numbers.
%
%   swipl -O --stack-limit=4g twin.pl sums ROWS.csv TREATIES.csv     times, and what the bench compares
%   swipl -O --stack-limit=4g twin.pl lines ROWS.csv TREATIES.csv    every interval: fact,first,second,value,from,to

:- initialization(main, main).

main :-
    current_prolog_flag(argv, [What, RowsFile, TreatiesFile]),
    statistics(walltime, [T0, _]), statistics(process_cputime, P0),
    load(RowsFile, Rows), load_treaties(TreatiesFile, Treaties),
    statistics(walltime, [T1, _]),
    derive(Rows, Treaties, Facts),
    statistics(walltime, [T2, _]), statistics(process_cputime, P1),
    ( What == sums -> Load is (T1 - T0) / 1000, Derive is (T2 - T1) / 1000, Spent is P1 - P0,
        format("load ~4f~nderive ~4f~nspent ~4f~n", [Load, Derive, Spent]), forall(member(F, Facts), sums(F))
    ; forall(member(F, Facts), lines(F)) ).

% ---- rows -----------------------------------------------------------------------------------------------------------------

% rows(Decisions, Ratifications, Obligations, Fulfilments): the first two as Key-Value, a key of what is touched and the day.
load(File, rows(S, R, C, F)) :-
    open(File, read, In, [encoding(octet)]),
    read_line_to_string(In, _),
    load_rows(In, S, R, C, F),
    close(In).

load_rows(In, S, R, C, F) :-
    read_line_to_string(In, Line),
    ( Line == end_of_file -> S = [], R = [], C = [], F = []
    ; split_string(Line, ",", "", [Seq0, Day0, Kind, Party0, X0, Value0]),
      number_string(Day, Day0), number_string(Party, Party0), number_string(X, X0),
      ( Kind = "S" -> number_string(V, Value0), Key is (Party << 20 \/ X) << 16 \/ Day, S = [Key-V|S1], load_rows(In, S1, R, C, F)
      ; Kind = "R" -> Key is (X << 20 \/ Party) << 16 \/ Day, R = [Key-1|R1], load_rows(In, S, R1, C, F)
      ; Kind = "W" -> Key is (X << 20 \/ Party) << 16 \/ Day, R = [Key-0|R1], load_rows(In, S, R1, C, F)
      ; Kind = "C" -> number_string(Seq, Seq0), number_string(Due, Value0), C = [X-c(Party, Day, Seq, Due)|C1],
        load_rows(In, S, R, C1, F)
      ; number_string(Seq, Seq0), F = [X-f(Party, Day, Seq)|F1], load_rows(In, S, R, C, F1) ) ).

load_treaties(File, Treaties) :-
    open(File, read, In, [encoding(octet)]),
    read_line_to_string(In, _),
    read_string(In, _, Text),
    close(In),
    split_string(Text, "\n", "", Lines),
    findall(T-(N-M), ( member(Line, Lines), split_string(Line, ",", "", [T0, N0, M0]),
                       number_string(T, T0), number_string(N, N0), number_string(M, M0) ), Treaties).

% ---- facts ----------------------------------------------------------------------------------------------------------------

derive(rows(S, R, C, F), Treaties,
       [status-Status, ratified-Ratified, in_force-InForce, party-Party, pending-Pending, overdue-Overdue, fulfilled-Fulfilled,
        may_attend-MayAttend]) :-
    changes(S, Status),
    changes(R, Ratified),
    treaties(Ratified, Treaties, InForce, Party),
    keysort(C, Cs), keysort(F, Fs),
    duties(Cs, Fs, Pending, Overdue, Fulfilled),
    free(Overdue, Free),
    attend(Status, Free, MayAttend).

% What acts change: the last of a day counts, and what repeats the value there is changes nothing.
changes(Acts, Keyed) :- keysort(Acts, Sorted), by_key(Sorted, Keyed).

by_key([], []).
by_key([K-V|T], Keyed) :-
    Key is K >> 16,
    turns(T, K, V, Key, 0, 0, Intervals, Rest),
    ( Intervals == [] -> Keyed = Keyed1 ; Keyed = [Key-Intervals|Keyed1] ),
    by_key(Rest, Keyed1).

% turns(Acts, K, V, ...): K-V is the last act read; Since and Now the value before its day.
turns([K-V|T], K, _, Key, Since, Now, Is, Rest) :- !, turns(T, K, V, Key, Since, Now, Is, Rest).
turns(T, K, V, Key, Since, Now, Is, Rest) :-
    ( V =:= Now -> Since1 = Since, Is1 = Is
    ; Since1 is K /\ 0xffff, interval(Now, Since, Since1, Is, Is1) ),
    ( T = [K1-V1|T1], Key =:= K1 >> 16 -> turns(T1, K1, V1, Key, Since1, V, Is1, Rest)
    ; interval(V, Since1, 1000000, Is1, []), Rest = T ).

interval(0, _, _, Is, Is) :- !.
interval(V, A, B, [iv(A, B, V)|Is], Is).

% One treaty after the other: its count, its entry into force, its parties.
treaties([], _, [], []).
treaties([K-Is|T], Treaties, InForce, Party) :-
    Treaty is K >> 20,
    of_treaty([K-Is|T], Treaty, Of, Rest),
    of_number(Treaties, Treaty, Threshold, Months, Treaties1),
    steps(Of, Steps), keysort(Steps, Sorted),
    ( reached(Sorted, 0, Threshold, Day) ->
        first_of_month_after(Day, Months, From),
        InForce = [Treaty-[iv(From, 1000000, 1)]|InForce1],
        since(Of, From, Party, Party1)
    ; InForce = InForce1, Party = Party1 ),
    treaties(Rest, Treaties1, InForce1, Party1).

of_treaty([K-Is|T], Treaty, [K-Is|Of], Rest) :- Treaty =:= K >> 20, !, of_treaty(T, Treaty, Of, Rest).
of_treaty(Rest, _, [], Rest).

of_number([T-(N-M)|Treaties], T, N, M, Treaties) :- !.
of_number([_|Treaties], T, N, M, Rest) :- of_number(Treaties, T, N, M, Rest).

steps([], []).
steps([_-Is|T], Steps) :- steps_of(Is, Steps, Steps1), steps(T, Steps1).

steps_of([], Steps, Steps).
steps_of([iv(A, B, _)|Is], [A-1|Steps], Steps2) :-
    ( B =:= 1000000 -> Steps = Steps1 ; Steps = [B-(-1)|Steps1] ),
    steps_of(Is, Steps1, Steps2).

% The first day at whose end the count is reached.
reached([Day-Step|T], N, Threshold, Reached) :-
    N1 is N + Step,
    ( N1 >= Threshold, \+ T = [Day-_|_] -> Reached = Day ; reached(T, N1, Threshold, Reached) ).

since([], _, Party, Party).
since([K-Is|T], From, Party, Party2) :-
    intersection(Is, [iv(From, 1000000, 1)], Is1),
    ( Is1 == [] -> Party = Party1 ; Party = [K-Is1|Party1] ),
    since(T, From, Party1, Party2).

first_of_month_after(Day, Months, First) :-
    Stamp is Day * 86400,
    stamp_date_time(Stamp, date(Y, M, _, _, _, _, _, _, _), 'UTC'),
    Month is M + Months,
    Y1 is Y + Month // 12, M1 is Month mod 12 + 1,
    date_time_stamp(date(Y1, M1, 1, 0, 0, 0, 0, -, -), Then),
    First is truncate(Then) // 86400.

% An obligation and its fulfilment, if it came after and from the same party.
duties([], _, [], [], []).
duties([O-c(Party, Day, Seq, Due)|T], Fs, Pending, Overdue, Fulfilled) :-
    done(Fs, O, Party, Day, Seq, F, Fs1),
    Key is Party << 40 \/ O,
    End is min(Due, F), Late is max(Day, Due),
    ( F =:= 1000000 -> Fulfilled = Fulfilled1 ; Fulfilled = [Key-[iv(F, 1000000, 1)]|Fulfilled1] ),
    ( Day < End -> Pending = [Key-[iv(Day, End, 1)]|Pending1] ; Pending = Pending1 ),
    ( Late < F -> Overdue = [Key-[iv(Late, F, 1)]|Overdue1] ; Overdue = Overdue1 ),
    duties(T, Fs1, Pending1, Overdue1, Fulfilled1).

done([O1-_|Fs], O, Party, Day, Seq, F, Rest) :- O1 < O, !, done(Fs, O, Party, Day, Seq, F, Rest).
done([O-f(Party, F, Later)|Fs], O, Party, Day, Seq, F, Fs) :- ( F > Day ; F =:= Day, Later > Seq ), !.
done(Fs, _, _, _, _, 1000000, Fs).

% Party-Intervals in which nothing it owes is overdue.
free(Overdue, Free) :-
    findall(Party-Iv, ( member(K-[Iv], Overdue), Party is K >> 40 ), Pairs),
    msort(Pairs, Sorted),
    free_by_party(Sorted, Free).

free_by_party([], []).
free_by_party([P-iv(A, B, _)|T], [P-[iv(-1000000, A, 1)|Gaps]|Free]) :-
    gaps(T, P, B, Gaps, Rest),
    free_by_party(Rest, Free).

gaps([P-iv(A, B, _)|T], P, Ended, Gaps, Rest) :- !,
    ( Ended < A -> Gaps = [iv(Ended, A, 1)|Gaps1], gaps(T, P, B, Gaps1, Rest)
    ; B1 is max(Ended, B), gaps(T, P, B1, Gaps, Rest) ).
gaps(Rest, _, 1000000, [], Rest) :- !.
gaps(Rest, _, Ended, [iv(Ended, 1000000, 1)], Rest).

attend([], _, []).
attend([K-Is|T], Free, Attend) :-
    Party is K >> 20,
    free_of(Free, Party, Of, Free1),
    standing(Is, Standing),
    intersection(Standing, Of, Is1),
    ( Is1 == [] -> Attend = Attend1 ; Attend = [K-Is1|Attend1] ),
    attend(T, Free1, Attend1).

free_of([P1-_|Free], P, Of, Rest) :- P1 < P, !, free_of(Free, P, Of, Rest).
free_of([P-Of|Free], P, Of, [P-Of|Free]) :- !.
free_of(Free, _, [iv(-1000000, 1000000, 1)], Free).

% Status that may attend: partner (2) and then member (3) is one interval.
standing([], []).
standing([iv(_, _, 1)|Is], Standing) :- !, standing(Is, Standing).
standing([iv(A, B, _), iv(B, C, V)|Is], Standing) :- V >= 2, !, standing([iv(A, C, V)|Is], Standing).
standing([iv(A, B, _)|Is], [iv(A, B, 1)|Standing]) :- standing(Is, Standing).

intersection([], _, []) :- !.
intersection(_, [], []) :- !.
intersection([iv(A, B, _)|Is], [iv(C, D, _)|Js], Both) :-
    From is max(A, C), To is min(B, D),
    ( From < To -> Both = [iv(From, To, 1)|Both1] ; Both = Both1 ),
    ( B =< D -> intersection(Is, [iv(C, D, 1)|Js], Both1) ; intersection([iv(A, B, 1)|Is], Js, Both1) ).

% ---- output ---------------------------------------------------------------------------------------------------------------

sums(Fact-Keyed) :- sums(Keyed, 0, 0, 0, N, A, B), format("fact ~w ~d ~d ~d~n", [Fact, N, A, B]).

sums([], N, A, B, N, A, B).
sums([_-Is|T], N0, A0, B0, N, A, B) :- sums_of(Is, N0, A0, B0, N1, A1, B1), sums(T, N1, A1, B1, N, A, B).

sums_of([], N, A, B, N, A, B).
sums_of([iv(F, T, _)|Is], N0, A0, B0, N, A, B) :-
    N1 is N0 + 1, A1 is A0 + F, B1 is B0 + T,
    sums_of(Is, N1, A1, B1, N, A, B).

lines(Fact-Keyed) :-
    forall(( member(Key-Is, Keyed), member(iv(A, B, V), Is) ),
           ( names(Fact, Key, X, Y), format("~w,~w,~w,~w,~w,~w~n", [Fact, X, Y, V, A, B]) )).

% The party first, as in the act.
names(in_force, T, T, '') :- !.
names(Fact, K, P, T) :- memberchk(Fact, [ratified, party]), !, P is K /\ 0xfffff, T is K >> 20.
names(Fact, K, P, O) :- memberchk(Fact, [pending, overdue, fulfilled]), !, P is K >> 40, O is K /\ 0xffffffffff.
names(_, K, P, G) :- P is K >> 20, G is K /\ 0xfffff.
