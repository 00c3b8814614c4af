// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func sum256(data []byte) [32]byte { return sha256.Sum256(data) }

// A lie is a way in which a log can be wrong though its key signed it; says is part of what a reader must say. Empty: it is true.
type lie struct {
	name, says string
	lie        func(f *forgery)
}

const liar = 17 // the entry that is wrong

var (
	stranger = newSecret("stranger.example", 9)
	rome     = newSecret("rome.example/witness", 21)
	milan    = newSecret("milan.example/witness", 22)
	turin    = newSecret("turin.example/witness", 23)
)

// entry puts other bytes in the place of an entry, in its bundle and in the tree.
func entry(name, says string, make func(f *forgery, was *envelope) string) lie {
	return lie{"entry-" + name, says, func(f *forgery) {
		f.entries[liar] = []byte(make(f, envelopeOf(actType, actBody(liar), f.log)))
	}}
}

// spelled changes the spelling of an envelope, whose signature stays good.
func spelled(name, from, to string) lie {
	return entry("spelled-"+name, "spelled in another way", func(_ *forgery, e *envelope) string { return strings.Replace(e.spell(), from, to, 1) })
}

// text changes the lines of the checkpoint before it is signed.
func text(name, says string, make func(origin, size, root string) string) lie {
	return lie{"checkpoint-" + name, says, func(f *forgery) { f.text = make }}
}

// file changes a file after all is made.
func file(name, says, path string, change func(f *forgery, data []byte) []byte) lie {
	return lie{"file-" + name, says, func(f *forgery) {
		f.after = func(f *forgery) { f.files[path] = change(f, f.files[path]) }
	}}
}

// cosigned has two of three witnesses for a quorum, and these signatures.
func cosigned(name, says string, by ...note.Signer) lie {
	return lie{"cosigned-" + name, says, func(f *forgery) {
		f.signers = append(f.signers, by...)
		f.args = append(f.args, "-policy", "policy")
		f.policy = []byte("# two of three\nlog " + f.log.vkey(0x01) + "\n" +
			"witness R " + rome.vkey(0x04) + " https://rome.example/\nwitness M " + milan.vkey(0x04) + "\nwitness T\t" + turin.vkey(0x04) + "\n" +
			"group two 2 R M T\nquorum two\n")
	}}
}

// keep has the reader keep a checkpoint of the right text and signature.
func keep(name, says string, make func(f *forgery)) lie {
	return lie{"kept-" + name, says, func(f *forgery) { f.after = make }}
}

func rootOf(f *forgery, size int64) tlog.Hash {
	root, err := f.tree.rootAt(size)
	if err != nil {
		panic(err)
	}
	return root
}

func same(origin, size, root string) string { return origin + "\n" + size + "\n" + root + "\n" }

func forged() []lie { return append(forgedLogs(), forgedKeys()...) }

func forgedLogs() []lie {
	now := time.Now().Unix()
	early := []note.Signer{cosignerAt(rome, now-3600), cosignerAt(milan, now-1800)}
	return []lie{
		{"true", "", func(*forgery) {}},
		cosigned("true", "", early...),
		cosigned("unknown-too", "", append([]note.Signer{cosignerAt(stranger, now)}, early...)...),
		keep("true", "", func(f *forgery) {
			for _, size := range []int64{0, 1, 100, 255, 256, forgedSize} {
				f.keep(fmt.Sprint(size), size, rootOf(f, size))
			}
		}), // the partial tiles of these sizes are gone, and the full one is there

		entry("stranger", "is not in force", func(_ *forgery, e *envelope) string { return envelopeOf(actType, actBody(liar), stranger).spell() }),
		entry("borrowed-keyid", "does not fit", func(f *forgery, e *envelope) string {
			other := envelopeOf(actType, actBody(liar), stranger)
			other.Signatures[0].KeyID = e.Signatures[0].KeyID
			return other.spell()
		}),
		entry("other-payload", "does not fit", func(_ *forgery, e *envelope) string {
			other := envelopeOf(actType, actBody(liar+1), stranger)
			other.Signatures = e.Signatures
			return other.spell()
		}),
		entry("signed-without-type", "does not fit", func(f *forgery, e *envelope) string {
			e.Signatures = envelopeOf("", actBody(liar), f.log).Signatures
			return e.spell()
		}),
		entry("other-type", "of type", func(f *forgery, _ *envelope) string { return envelopeOf("text/plain", actBody(liar), f.log).spell() }),
		entry("unsigned", "nobody has signed it", func(_ *forgery, _ *envelope) string { return envelopeOf(actType, actBody(liar)).spell() }),
		entry("second-signature-bad", "does not fit", func(f *forgery, e *envelope) string {
			f.about(3, `{"kind":"key_registered","register":"R","holder":"A","key":"K"}`, stranger, f.log)
			e = envelopeOf(actType, actBody(liar), f.log, stranger)
			bad := envelopeOf(actType, actBody(1), f.log, stranger)
			e.Signatures[1] = bad.Signatures[1]
			return e.spell()
		}),
		entry("signatures-out-of-order", "ascending order", func(f *forgery, e *envelope) string {
			e = envelopeOf(actType, actBody(liar), f.log, stranger)
			e.Signatures[0], e.Signatures[1] = e.Signatures[1], e.Signatures[0]
			return e.spell()
		}),
		entry("signed-twice", "ascending order", func(f *forgery, _ *envelope) string { return envelopeOf(actType, actBody(liar), f.log, f.log).spell() }),
		entry("no-object", "no JSON object", func(f *forgery, _ *envelope) string { return envelopeOf(actType, `["noted"]`, f.log).spell() }),
		entry("null", "no JSON object", func(f *forgery, _ *envelope) string { return envelopeOf(actType, `null`, f.log).spell() }),
		entry("no-envelope", "no DSSE envelope", func(_ *forgery, _ *envelope) string { return "entry 17" }),
		spelled("with-a-blank", `,"signatures"`, `, "signatures"`),
		spelled("escaped", `"payloadType":"a`, `"payloadType":"\u0061`),
		spelled("with-more", `"payload":`, `"more":1,"payload":`),
		spelled("twice", `{"payloadType"`, `{"payloadType":"x","payloadType"`),
		spelled("in-capitals", `"payload":`, `"PAYLOAD":`),
		spelled("with-an-end", `]}`, "]}\n"),
		{"entry-genesis-of-another", "not the genesis", func(f *forgery) {
			body := strings.Replace(`{"kind":"genesis","origin":"other.example","key":{"vkey":"V","keyid":"K"}}`, "V", f.log.vkey(0x01), 1)
			f.entries[0] = []byte(envelopeOf(actType, strings.Replace(body, "K", f.log.id(), 1), f.log).spell())
		}},

		text("extension", "has 4 lines", func(o, s, r string) string { return same(o, s, r) + "more\n" }),
		text("other-origin", "its origin is", func(o, s, r string) string { return same("other.example", s, r) }),
		text("size-spelled", "its size", func(o, s, r string) string { return same(o, "0"+s, r) }),
		text("size-signed", "its size", func(o, s, r string) string { return same(o, "+"+s, r) }),
		text("size-negative", "its size", func(o, s, r string) string { return same(o, "-"+s, r) }),
		text("size-larger", "tile/0/001.p/45", func(o, s, r string) string { return same(o, "301", r) }),
		text("size-smaller", "not with the root that was signed", func(o, s, r string) string { return same(o, "256", r) }),
		text("root-short", "its root", func(o, s, r string) string { return same(o, s, r[:40]) }),
		text("root-spelled", "its root", func(o, s, r string) string { return same(o, s, strings.TrimRight(r, "=")) }),
		text("empty", "an empty tree has another root", func(o, s, r string) string { return same(o, "0", r) }),
		{"root-of-another-tree", "not with the root that was signed", func(f *forgery) {
			f.root = func(h tlog.Hash) tlog.Hash { return tlog.NodeHash(h, h) }
		}},
		{"unsigned-by-the-log", "the log itself has not signed", func(f *forgery) {
			f.signers = early
			f.args = append(f.args, "-witness", rome.vkey(0x04), "-witness", milan.vkey(0x04))
		}},
		{"signed-by-another-log", "refused", func(f *forgery) {
			f.signers = []note.Signer{noteSigner{secret: newSecret(forgedOrigin, 8)}}
		}},
		cosigned("by-one", "no quorum", early[0]),
		cosigned("by-one-twice", "no quorum", early[0], cosignerAt(rome, now-60)),
		cosigned("by-none", "no quorum"),
		cosigned("by-a-stranger", "no quorum", early[0], cosignerAt(stranger, now)),
		cosigned("by-three-one-in-the-future", "", early[0], early[1], cosignerAt(turin, inSeconds(time.Hour))),
		cosigned("at-another-time", "refused", early[0], noteSigner{milan, now, now - 86400}),
		cosigned("in-the-future", "no quorum", early[0], cosignerAt(milan, inSeconds(time.Hour))),
		cosigned("before-time", "refused", early[0], noteSigner{milan, -1, -1}),
		cosigned("as-the-log-does", "no quorum", early[0], noteSigner{secret: milan}),
		cosigned("all-but-one-bad", "refused", append([]note.Signer{noteSigner{turin, now, 1}}, early...)...),

		{"leaf-without-its-prefix", "entry 17 is not the one", func(f *forgery) {
			f.leaf = func(n int64, entry []byte) tlog.Hash {
				if n == liar {
					return sum256(entry)
				}
				return tlog.RecordHash(entry)
			}
		}},
		file("bundle-too-long", "after its 44 entries", "tile/entries/001.p/44", func(_ *forgery, d []byte) []byte { return append(d, 0, 1, 'x') }),
		file("bundle-too-short", "ends where an entry should begin", "tile/entries/001.p/44", func(f *forgery, _ []byte) []byte { return bundle(f.entries[256:299]) }),
		file("bundle-torn", "ends within an entry", "tile/entries/001.p/44", func(_ *forgery, d []byte) []byte { return d[:len(d)-1] }),
		file("bundle-exchanged", "entry 17 is not the one", "tile/entries/000", func(f *forgery, _ []byte) []byte {
			e := append([][]byte{}, f.entries[:256]...)
			e[liar], e[liar+1] = e[liar+1], e[liar]
			return bundle(e)
		}),
		file("bundle-of-another-place", "entry 0 is not the one", "tile/entries/000", func(f *forgery, _ []byte) []byte { return bundle(f.entries[44:]) }),
		file("tile-exchanged", "one of the two was altered", "tile/0/000", func(_ *forgery, d []byte) []byte {
			return append(append(append([]byte{}, d[32:64]...), d[:32]...), d[64:]...)
		}),
		{"file-tile-and-bundle", "one of the two was altered", func(f *forgery) { // what x/mod 0.7.0 alone would believe
			f.after = func(f *forgery) {
				f.entries[liar] = []byte(envelopeOf(actType, actBody(1000), f.log).spell())
				f.files["tile/entries/000"] = bundle(f.entries[:256])
				h := tlog.RecordHash(f.entries[liar])
				copy(f.files["tile/0/000"][32*liar:], h[:])
			}
		}},
		file("tile-too-long", "where 44 hashes have", "tile/0/001.p/44", func(_ *forgery, d []byte) []byte { return append(d, d[:32]...) }),
		file("tile-above", "one of the two was altered", "tile/1/000.p/1", func(_ *forgery, d []byte) []byte { return bytes.Repeat([]byte{7}, 32) }),
		file("tile-partial", "not with the root that was signed", "tile/0/001.p/44", func(_ *forgery, d []byte) []byte { return append(d[32:], d[:32]...) }),
		file("tile-beyond", "no signed tree has it", "tile/0/001.p/45", func(_ *forgery, _ []byte) []byte { return make([]byte, 45*32) }),
		file("tile-full-beyond", "no signed tree has it", "tile/0/001", func(_ *forgery, _ []byte) []byte { return make([]byte, 8192) }),
		file("tile-level-beyond", "no signed tree has it", "tile/2/000.p/1", func(f *forgery, _ []byte) []byte { return make([]byte, 32) }),

		file("proof-of-another", "it is about entry 256", "act/255.tlog-proof", func(f *forgery, _ []byte) []byte { return f.proofFile(256, forgedSize, nil) }),
		file("proof-moved", "not the one at index", "act/255.tlog-proof", func(f *forgery, _ []byte) []byte {
			return bytes.Replace(f.proofFile(256, forgedSize, nil), []byte("index 256"), []byte("index 255"), 1)
		}),
		file("proof-beyond", "it is about entry 300", "act/299.tlog-proof", func(f *forgery, d []byte) []byte {
			return bytes.Replace(d, []byte("index 299"), []byte("index 300"), 1)
		}),
		file("proof-with-one-more", "not the one at index", "act/255.tlog-proof", func(f *forgery, d []byte) []byte {
			return bytes.Replace(d, []byte("\n\n"), []byte("\n"+rootOf(f, 1).String()+"\n\n"), 1)
		}),
		file("proof-with-one-less", "not the one at index", "act/0.tlog-proof", func(f *forgery, d []byte) []byte {
			lines := bytes.SplitAfter(d, []byte("\n"))
			return bytes.Join(append(lines[:3:3], lines[4:]...), nil)
		}),
		file("proof-of-an-older-tree", "", "act/0.tlog-proof", func(f *forgery, _ []byte) []byte { return f.proofFile(0, 256, nil) }),
		file("proof-extra-of-another", "another entry than the proved one", "act/255.tlog-proof", func(f *forgery, _ []byte) []byte {
			return f.proofFile(255, forgedSize, f.entries[256])
		}),
		file("proof-extra-spelled", "its extra line", "act/255.tlog-proof", func(f *forgery, d []byte) []byte { return bytes.Replace(d, []byte("extra "), []byte("extra ="), 1) }),
		file("proof-of-a-fork", "two histories", "act/0.tlog-proof", func(f *forgery, _ []byte) []byte {
			g := newForgery()
			g.entries[liar] = g.entries[liar+1]
			g.tree = g.hashAll()
			return g.proofFile(0, 256, nil)
		}),
		file("proof-unsigned", "refused", "act/0.tlog-proof", func(f *forgery, d []byte) []byte {
			return append(d[:bytes.Index(d, []byte("\u2014"))], bytes.SplitAfter(f.checkpoint(1, rootOf(f, 1), f.signers...), []byte("\n\n"))[1]...)
		}),

		keep("of-another-history", "history was rewritten", func(f *forgery) { f.keep("200", 200, rootOf(f, 199)) }),
		keep("fork", "two histories were signed", func(f *forgery) { f.keep("300", forgedSize, rootOf(f, 299)) }),
		keep("larger", "it was set back", func(f *forgery) { f.keep("301", forgedSize+1, rootOf(f, 299)) }),
		keep("tile-gone", "tile/0/001.p/20", func(f *forgery) { f.keep("276", 276, rootOf(f, 276)) }),
		keep("bundle-gone", "tile/entries/001.p/20", func(f *forgery) {
			f.keep("276", 276, rootOf(f, 276))
			f.files["tile/0/001.p/20"] = f.files["tile/0/001.p/44"][:20*32]
		}),
		keep("bundle-of-another", "is not that of the larger tree", func(f *forgery) {
			f.keep("276", 276, rootOf(f, 276))
			f.files["tile/0/001.p/20"] = f.files["tile/0/001.p/44"][:20*32]
			f.files["tile/entries/001.p/20"] = bundle(f.entries[255:275])
		}),
		keep("tile-of-another", "276", func(f *forgery) {
			f.keep("276", 276, rootOf(f, 276))
			f.files["tile/0/001.p/20"] = f.files["tile/0/001.p/44"][32 : 21*32]
			f.files["tile/entries/001.p/20"] = bundle(f.entries[256:276])
		}),
	}
}
