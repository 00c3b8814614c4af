// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Forge writes logs of acts as files, most of them with one lie in an otherwise sound log: signed by the right key, hashed into the
// tree, proved. A changed byte cannot show that a reader would find these. Each says what a reader must say of it; see forged.go.

const (
	forgedOrigin = "forged.example/acts"
	forgedSize   = 300 // one full tile, one of 44, and one hash above
)

// A secret signs notes and envelopes. Its seed is a byte repeated: these keys are nobody's.
type secret struct {
	name string
	key  ed25519.PrivateKey
}

func newSecret(name string, seed byte) secret {
	return secret{name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))}
}

func (s secret) public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// A secret signs entries too, as the log does.
func (s secret) asKey() *pubkey {
	return &pubkey{carrier: "ed25519", raw: s.public(), wire: s.public()}
}
func (s secret) id() string                 { return s.asKey().id() }
func (s secret) text() string               { return s.asKey().text() }
func (s secret) sign(message []byte) []byte { return ed25519.Sign(s.key, message) }

// vkey is made by the rule of signed-note, and read back with the others' code by whoever uses it.
func (s secret) vkey(kind byte) string {
	data := append([]byte{kind}, s.public()...)
	sum := sum256(append([]byte(s.name+"\n"), data...))
	return fmt.Sprintf("%s+%x+%s", s.name, sum[:4], base64.StdEncoding.EncodeToString(data))
}

func (s secret) hash(kind byte) uint32 {
	sum := sum256(append(append([]byte(s.name+"\n"), kind), s.public()...))
	return binary.BigEndian.Uint32(sum[:])
}

// A signer of notes for x/mod. The log's own signature covers the text; a cosignature the text after a time.
type noteSigner struct {
	secret
	at     int64 // 0: the log's own
	signed int64 // the time that is signed; another than `at` is a lie
}

func (s noteSigner) Name() string { return s.name }
func (s noteSigner) KeyHash() uint32 {
	if s.at == 0 {
		return s.hash(0x01)
	}
	return s.hash(0x04)
}

func (s noteSigner) Sign(text []byte) ([]byte, error) {
	if s.at == 0 {
		return ed25519.Sign(s.key, text), nil
	}
	sig := binary.BigEndian.AppendUint64(nil, uint64(s.at))
	return append(sig, ed25519.Sign(s.key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", s.signed, text)))...), nil
}

func cosignerAt(s secret, at int64) noteSigner { return noteSigner{s, at, at} }

// A forgery is a log that is about to be written.
type forgery struct {
	log     secret
	entries [][]byte
	leaf    func(n int64, entry []byte) tlog.Hash
	root    func(tlog.Hash) tlog.Hash              // what is signed, from what is right
	text    func(origin, size, root string) string // the checkpoint's lines
	signers []note.Signer
	tree    stored
	files   map[string][]byte
	kept    map[string][]byte
	policy  []byte
	keys    []string // of whoever else signs, for a reader who has no log
	args    []string
	after   func(f *forgery) // what is done to the files
}

// A signer signs entries.
type signer interface {
	id() string
	text() string
	sign(message []byte) []byte
}

// envelopeOf is a payload signed by each of the signers, in the order of their names.
func envelopeOf(kind string, body string, by ...signer) *envelope {
	e := &envelope{Type: kind, Payload: base64.StdEncoding.EncodeToString([]byte(body))}
	for _, s := range by {
		sig := s.sign(pae(kind, []byte(body)))
		e.Signatures = append(e.Signatures, signature{s.id(), base64.StdEncoding.EncodeToString(sig)})
	}
	sort.SliceStable(e.Signatures, func(i, k int) bool { return e.Signatures[i].KeyID < e.Signatures[k].KeyID })
	return e
}

func actBody(n int) string {
	return fmt.Sprintf(`{"kind":"noted","date":"2020-01-01","args":{"P":"P-%d"}}`, n)
}

func newForgery() *forgery {
	f := &forgery{
		log:   newSecret(forgedOrigin, 7),
		leaf:  func(_ int64, entry []byte) tlog.Hash { return tlog.RecordHash(entry) },
		root:  func(h tlog.Hash) tlog.Hash { return h },
		text:  func(origin, size, root string) string { return origin + "\n" + size + "\n" + root + "\n" },
		files: map[string][]byte{}, kept: map[string][]byte{},
		after: func(*forgery) {},
	}
	f.signers = []note.Signer{noteSigner{secret: f.log}}
	genesis := fmt.Sprintf(`{"kind":"genesis","origin":"%s","key":{"vkey":"%s","keyid":"%s","role":"secretariat"}}`, forgedOrigin, f.log.vkey(0x01), f.log.id())
	f.entries = append(f.entries, []byte(envelopeOf(actType, genesis, f.log).spell()))
	for n := 1; n < forgedSize; n++ {
		f.entries = append(f.entries, []byte(envelopeOf(actType, actBody(n), f.log).spell()))
	}
	return f
}

// checkpoint signs a tree.
func (f *forgery) checkpoint(size int64, root tlog.Hash, by ...note.Signer) []byte {
	signed, err := note.Sign(&note.Note{Text: f.text(forgedOrigin, fmt.Sprint(size), root.String())}, by...)
	if err != nil {
		panic(err)
	}
	return signed
}

// hashAll makes the tree of what the entries are at this moment.
func (f *forgery) hashAll() stored {
	var leaves []tlog.Hash
	for n, entry := range f.entries {
		leaves = append(leaves, f.leaf(int64(n), entry))
	}
	tree, err := build(leaves)
	if err != nil {
		panic(err)
	}
	return tree
}

func (f *forgery) proofFile(n int64, size int64, extra []byte) []byte {
	var b bytes.Buffer
	b.WriteString("c2sp.org/tlog-proof@v1\n")
	if extra != nil {
		b.WriteString("extra " + base64.StdEncoding.EncodeToString(extra) + "\n")
	}
	fmt.Fprintf(&b, "index %d\n", n)
	p, err := tlog.ProveRecord(size, n, f.tree)
	if err != nil {
		panic(err)
	}
	for _, h := range p {
		b.WriteString(h.String() + "\n")
	}
	root, _ := f.tree.rootAt(size)
	b.WriteString("\n")
	b.Write(f.checkpoint(size, root, f.signers...))
	return b.Bytes()
}

func bundle(entries [][]byte) (data []byte) {
	for _, e := range entries {
		data = append(binary.BigEndian.AppendUint16(data, uint16(len(e))), e...)
	}
	return data
}

func (f *forgery) build() {
	f.tree = f.hashAll()
	size := int64(len(f.entries))
	root, _ := f.tree.rootAt(size)
	f.files["checkpoint"] = f.checkpoint(size, f.root(root), f.signers...)
	tiles, bundles := tilesOf(size)
	for _, t := range tiles {
		data, err := tlog.ReadTileData(t, f.tree)
		if err != nil {
			panic(err)
		}
		f.files[path(t)] = data
	}
	for _, t := range bundles {
		f.files[path(t)] = bundle(f.entries[t.N*width : t.N*width+int64(t.W)])
	}
	for _, n := range []int64{0, liar, 255, 256, size - 1} {
		f.files[fmt.Sprintf("act/%d.tlog-proof", n)] = f.proofFile(n, size, f.entries[n])
	}
	f.args = append([]string{"-vkey", f.log.vkey(0x01), "-proofs", "act/%d.tlog-proof", "-only", fmt.Sprintf("0,255,256,%d", size-1)}, f.args...)
	f.after(f)
}

// keep adds a checkpoint that the reader is to have kept.
func (f *forgery) keep(name string, size int64, root tlog.Hash) {
	f.kept[name] = f.checkpoint(size, root, f.signers...)
}

func write(file string, data []byte) {
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		senseless(err)
	}
}

// forge writes DIR/NAME/: log/ is served, kept/, policy and keys are what the reader has, args are the options, says is what must be said.
func forge(dir string) error {
	for _, c := range forged() {
		f := newForgery()
		c.lie(f)
		f.build()
		at := filepath.Join(dir, c.name)
		for name, data := range f.files {
			write(filepath.Join(at, "log", name), data)
		}
		for name, data := range f.kept {
			write(filepath.Join(at, "kept", name), data)
		}
		if f.policy != nil {
			write(filepath.Join(at, "policy"), f.policy)
		}
		write(filepath.Join(at, "keys"), []byte(strings.Join(f.keys, "\n")))
		write(filepath.Join(at, "args"), []byte(strings.Join(f.args, "\n")))
		write(filepath.Join(at, "says"), []byte(c.says))
	}
	count(len(forged()), "logs written")
	return nil
}

func inSeconds(d time.Duration) int64 { return time.Now().Add(d).Unix() }
