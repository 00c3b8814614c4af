# SPDX-License-Identifier: Apache-2.0
"""A rollback: an old copy of the register is put back, and entries that were signed are gone."""
import polycentric as p
import tap

with p.Park() as park:
    register = park.register(20)
    older = register.copy("older")
    for i in range(3):
        register.file(p.listed(f"LATER{i}"))
    mirror = park.mirror(register.url, "copy", register.vkey)
    tap.ok(mirror.in_step_with(24), "the mirror holds 24 entries", mirror.err())
    page = p.get(mirror.url + "/en/acts/23")
    tap.same(page[0], 200, "and serves the last")
    register.stop()
    register.start(older)
    tap.ok(mirror.alerted(), "the old copy that is put back does not pass", mirror.err())
    tap.ok(p.re.search(r"Rollback: .* shows the log with 21 entries; it had 24 before\. Entries 21 to 23 were taken away", mirror.err()),
           "named in one sentence", mirror.err())
    status, judged = park.judge(mirror.evidence()[-1], register.vkey)
    tap.ok(status == 1 and judged["verdict"] == "word" and len(p.claims(judged, "proved")) == 1 and len(p.claims(judged, "word")) == 1,
           "that both were signed is proved; that the earlier came after the later rests on the mirror's word", judged)
    tap.same(p.get(mirror.url + "/en/acts/23")[0], 200, "the copy still has, and serves, what was taken away")
    tap.ok(p.re.search(rb"the record as it held it before.*Rollback: ", p.get(mirror.url + "/en/acts/23")[1], p.re.S), "with the alert, on pages that were kept ready before it too")
    tap.same(mirror.stop(), p.FRAUD, "its status")

    # The secretariat makes good: the lost disk is found.
    register.stop()
    register.start(park.at("register"))
    tap.same(park.mirror_once(register.url, "copy", register.vkey, "--resume").status, p.IN_STEP, "when the record is whole again, it can go on")
    ran = park.mirror_once(register.url, "copy", register.vkey)
    tap.same((ran.status, p.json.load(open(park.at("copy", "mirror.json")))["alert"]), (p.IN_STEP, None), "and the alert is gone")
    tap.same(len(ran.evidence()), 1, "the evidence stays")

    # A log of nothing.
    empty = park.keep(p.Doctor(register.url))
    empty.alter = p.Log(register.key(), []).alter
    ran = park.mirror_once(empty.url, "copy", register.vkey)
    p.names_fraud(park, ran, "an empty log", r"Rollback: .* with 0 entries; it had 24", "rollback", "word", register.vkey)
    ran = park.mirror_once(empty.url, "none", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and "the log is empty" in ran.err, "to who holds nothing an empty log is nothing to hold", ran.err)
tap.done()
