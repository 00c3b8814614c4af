// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
)

// Lies about who may sign, and signatures that are not what they should be.

// about puts an entry about keys in the place of entry n. In the text K is the key of the first signer, R the register.
func (f *forgery) about(n int, body string, by ...signer) {
	body = strings.Replace(strings.Replace(body, `"K"`, `"`+by[0].text()+`"`, 1), `"R"`, `"`+forgedOrigin+`"`, 1)
	f.entries[n] = []byte(envelopeOf(actType, body, by...).spell())
}

// registers: H's first key, by the registrar.
func (f *forgery) registers(n int, holder string, key signer) {
	f.about(n, `{"kind":"key_registered","register":"R","holder":"`+holder+`","key":"K"}`, key, f.log)
}

func (f *forgery) acts(n int, by ...signer) {
	f.entries[n] = []byte(envelopeOf(actType, actBody(n), by...).spell())
}

// revokes, rotates: entry n ends a key.
func (f *forgery) revokes(n int, old signer, by ...signer) {
	body := `{"kind":"key_revoked","register":"` + forgedOrigin + `","old":"` + old.id() + `"}`
	f.entries[n] = []byte(envelopeOf(actType, body, by...).spell())
}

func (f *forgery) rotates(n int, old, key signer, by ...signer) {
	f.about(n, `{"kind":"key_rotated","register":"R","old":"`+old.id()+`","key":"K"}`, append([]signer{key}, by...)...)
}

func keys(name, says string, make func(f *forgery)) lie { return lie{"key-" + name, says, make} }

// signedBy: A's key is registered at entry 3, and at 17 this, which is its own or says it is, signs.
func signedBy(name, says string, key *token, change func(s *tokenSays)) lie {
	return keys(name, says, func(f *forgery) {
		f.registers(3, "A", key)
		f.acts(liar, key.lying(change))
		f.keys = []string{key.text()}
	})
}

func forgedKeys() []lie {
	var each []*token
	for i, kind := range tokenKinds {
		each = append(each, newToken(kind, byte(40+i)))
	}
	ed, ssh, sk, ec, web, passEd, passEc := each[0], each[1], each[2], each[3], each[4], each[5], each[6]
	a1, a2, b1, c1 := newToken("ed25519", 50), newToken("ssh", 51), newToken("ed25519", 52), newToken("ed25519", 53)
	delegated := `{"kind":"key_delegated","register":"R","holder":"A","key":"K","acts":["voted","noted"],"until":20}`
	both := func(f *forgery) {
		f.registers(3, "B", b1)
		f.registers(4, "C", c1)
		f.registers(5, "A", a1)
	}
	eldest := func(f *forgery) {
		f.registers(3, "A", a1)
		f.registers(4, "B", b1)
		f.registers(5, "C", c1)
	}
	return []lie{
		keys("true", "", func(f *forgery) {
			both(f)
			f.acts(4+2, a1, b1, f.log)                                                                                // several sign
			f.about(7, `{"kind":"key_registered","register":"R","holder":"A","key":"K","reason":"a second"}`, a2, a1) // A adds a key
			f.acts(8, a2)
			f.revokes(9, a1, a2) // and ends the first
			f.about(10, delegated, ed, a2)
			f.acts(11, ed)
			f.rotates(12, a2, ssh, a2)
			f.acts(13, ssh, ed)
			f.revokes(14, ssh, b1, f.log) // lost: the registrar and another holder
			f.about(15, `{"kind":"key_registered","register":"R","holder":"A","key":"K"}`, sk, f.log, c1)
			f.acts(16, sk)
			f.revokes(18, sk, sk) // it ends itself
			f.acts(19, b1)
		}),
		keys("of-every-kind", "", func(f *forgery) {
			for i, k := range each {
				f.registers(10+2*i, fmt.Sprintf("H%d", i), k)
				f.acts(11+2*i, k)
			}
			f.acts(30, ssh.lying(func(s *tokenSays) { s.hash = "sha256" }))
			f.acts(31, passEd.lying(func(s *tokenSays) { s.flags |= extended; s.extra = "\xa1\x61x\xf5" }))
			f.acts(32, passEc.lying(func(s *tokenSays) { s.client = `,"other_keys":"as browsers add"}` }))
			f.acts(33, web.lying(func(s *tokenSays) { s.flags |= extended; s.extra = "\xa0" }))
			f.acts(34, each[2], each[3], each[5], each[6])
		}),
		keys("signed-elsewhere", "", func(f *forgery) {
			f.registers(3, "A", a1)
			f.entries[liar] = []byte(envelopeOf(actType, `{"register":"`+forgedOrigin+`","id":"one","kind":"noted"}`, a1).spell())
		}),

		keys("too-early", "is not in force", func(f *forgery) { f.registers(liar+1, "A", a1); f.acts(liar, a1) }),
		keys("unregistered", "is not in force", func(f *forgery) { f.acts(liar, a1) }),
		keys("without-possession", "has not signed it", func(f *forgery) {
			body := `{"kind":"key_registered","register":"` + forgedOrigin + `","holder":"A","key":"` + a1.text() + `"}`
			f.entries[liar] = []byte(envelopeOf(actType, body, f.log).spell())
		}),
		keys("by-nobody", "nobody has signed it who may", func(f *forgery) {
			f.about(liar, `{"kind":"key_registered","register":"R","holder":"A","key":"K"}`, a1)
		}),
		keys("slipped-in", "nobody has signed it who may", func(f *forgery) { both(f); f.registers(liar, "A", a2) }),
		keys("twice", "was named by entry 3 already", func(f *forgery) { f.registers(3, "A", a1); f.registers(liar, "B", a1) }),
		keys("of-another-register", "about keys of the register", func(f *forgery) {
			f.about(liar, `{"kind":"key_registered","register":"other.example","holder":"A","key":"K"}`, a1, f.log)
		}),
		keys("with-a-member-more", "it has a member", func(f *forgery) {
			f.about(liar, `{"kind":"key_registered","register":"R","holder":"A","key":"K","acts":["noted"]}`, a1, f.log)
		}),
		keys("with-a-member-less", "it has no member", func(f *forgery) { f.about(liar, `{"kind":"key_registered","register":"R","key":"K"}`, a1, f.log) }),
		keys("revoked-and-used", "is not in force", func(f *forgery) { f.registers(3, "A", a1); f.revokes(4, a1, a1); f.acts(liar, a1) }),
		keys("rotated-and-used", "is not in force", func(f *forgery) { f.registers(3, "A", a1); f.rotates(4, a1, a2, a1); f.acts(liar, a1) }),
		keys("rotated-by-another", "nobody has signed it who may", func(f *forgery) { both(f); f.rotates(liar, a1, a2, b1, f.log) }),
		keys("revoked-by-another", "nobody has signed it who may", func(f *forgery) { both(f); f.revokes(liar, a1, b1) }),
		keys("revoked-by-the-registrar", "nobody has signed it who may", func(f *forgery) { both(f); f.revokes(liar, a1, f.log) }),
		keys("revoked-and-alone", "", func(f *forgery) { f.registers(3, "A", a1); f.revokes(liar, a1, f.log) }), // there is nobody else
		keys("revoked-with-who-came-later", "nobody has signed it who may", func(f *forgery) { eldest(f); f.revokes(liar, a1, b1, f.log) }),
		keys("revoked-by-all-who-came-later", "", func(f *forgery) { eldest(f); f.revokes(liar, a1, b1, c1, f.log) }),
		keys("found-again-alone", "nobody has signed it who may", func(f *forgery) { both(f); f.revokes(7, a1, a1); f.registers(liar, "A", a2) }),
		keys("revoked-twice", "is not in force", func(f *forgery) { both(f); f.revokes(7, a1, a1); f.revokes(liar, a1, b1, f.log) }),
		keys("of-the-log-revoked", "the log's own key", func(f *forgery) { f.revokes(liar, f.log, f.log) }),
		keys("of-the-log-rotated", "the log's own key", func(f *forgery) { f.rotates(liar, f.log, a1, f.log) }),
		keys("for-other-acts", "was given for other acts than noted", func(f *forgery) {
			f.registers(3, "A", a1)
			f.about(4, strings.Replace(delegated, `,"noted"`, "", 1), ed, a1)
			f.acts(liar, ed)
		}),
		keys("too-late", "is not in force", func(f *forgery) {
			f.registers(3, "A", a1)
			f.about(4, strings.Replace(delegated, "20", "17", 1), ed, a1)
			f.acts(liar, ed)
		}),
		keys("ended-before-it-began", "before it begins", func(f *forgery) {
			f.registers(3, "A", a1)
			f.about(liar, strings.Replace(delegated, "20", "17", 1), ed, a1)
		}),
		keys("delegated-by-the-registrar", "nobody has signed it who may", func(f *forgery) { f.registers(3, "A", a1); f.about(liar, delegated, ed, f.log) }),
		keys("delegated-on", "nobody has signed it who may", func(f *forgery) {
			f.registers(3, "A", a1)
			f.about(4, delegated, ed, a1)
			f.about(liar, delegated, ssh, ed)
		}),
		keys("unsound", "no point of P-256", func(f *forgery) {
			off := *ec.pubkey
			off.raw = append(append([]byte{}, off.raw[:64]...), off.raw[64]^1)
			off.wire = text4(skEcdsa, "nistp256", string(off.raw), "ssh:")
			f.about(liar, `{"kind":"key_registered","register":"R","holder":"A","key":"K"}`, &token{pubkey: &off, ec: ec.ec, says: ec.says}, f.log)
		}),
		keys("act-of-another-register", "signed for the register", func(f *forgery) {
			f.registers(3, "A", a1)
			f.entries[liar] = []byte(envelopeOf(actType, `{"register":"other.example","id":"one","kind":"noted"}`, a1).spell())
		}),
		keys("act-twice", "once more", func(f *forgery) {
			f.registers(3, "A", a1)
			f.entries[5] = []byte(envelopeOf(actType, `{"register":"`+forgedOrigin+`","id":"one","kind":"noted"}`, a1).spell())
			f.entries[liar] = f.entries[5]
		}),

		signedBy("ssh-for-a-file", "for the namespace", ssh, func(s *tokenSays) { s.namespace = "file" }),
		signedBy("ssh-with-another-hash", "the hash", ssh, func(s *tokenSays) { s.hash = "sha1" }),
		signedBy("ssh-of-another", "another key stands in it", ssh, func(s *tokenSays) { s.key = string(newToken("ssh", 99).wire) }),
		signedBy("token-untouched", "nobody touched", sk, func(s *tokenSays) { s.flags = verified }),
		signedBy("token-asked-nobody", "did not ask who", sk, func(s *tokenSays) { s.flags = touched }),
		signedBy("token-high-s", "its s is high", ec, func(s *tokenSays) { s.highS = true }),
		signedBy("token-in-a-frame", "in a frame", web, func(s *tokenSays) { s.client = `,"crossOrigin":true}`; s.flags = touched | verified }),
		signedBy("token-extended", "do not fit each other", web, func(s *tokenSays) { s.extra = "\xa0" }),
		signedBy("passkey-high-s", "its s is high", passEc, func(s *tokenSays) { s.highS = true }),
		signedBy("passkey-untouched", "nobody touched", passEd, func(s *tokenSays) { s.flags = 0 }),
		signedBy("passkey-asked-nobody", "did not ask who", passEc, func(s *tokenSays) { s.flags = touched }),
		signedBy("passkey-elsewhere", "it was made at", passEc, func(s *tokenSays) { s.origin = "https://register.example" }),
		signedBy("passkey-in-a-frame", "in a frame", passEd, func(s *tokenSays) { s.client = `,"crossOrigin":true}` }),
		signedBy("passkey-below-another-site", "in a frame", passEd, func(s *tokenSays) { s.client = `,"topOrigin":"https://other.example"}` }),
		signedBy("passkey-of-another-act", "its challenge is another", passEd, func(s *tokenSays) { s.challenge = func([]byte) []byte { return make([]byte, 32) } }),
		signedBy("passkey-at-registration", "do not fit each other", passEd, func(s *tokenSays) { s.flags |= attested }),
		signedBy("passkey-copied", "do not fit each other", passEd, func(s *tokenSays) { s.flags |= copied }),
		signedBy("passkey-registered", "", passEd, func(s *tokenSays) { s.flags |= copied | mayBeCopied }),
	}
}
