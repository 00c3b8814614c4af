// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A cosignature says when it was made, and counts unless that is to come; clocks differ by as much.
const aheadAtMost = 5 * time.Minute

// A cosigner verifies lines of cosignature/v1 (C2SP tlog-cosignature; signature type 0x04), which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	if at == 0 || at > math.MaxInt64 {
		return false
	}
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
	return ed25519.Verify(c.key, signed, sig[8:])
}

// A vkey is name+hash+base64(type || key); the last part may hold a '+' too.
func splitVkey(vkey string, kind byte) (name string, hash uint32, key ed25519.PublicKey, err error) {
	part := strings.SplitN(vkey, "+", 3)
	if len(part) != 3 || part[0] == "" || len(part[1]) != 8 {
		return "", 0, nil, fmt.Errorf("%q is not name+hash+key", vkey)
	}
	data, err := canonical64(part[2])
	if err != nil || len(data) != 1+ed25519.PublicKeySize || data[0] != kind {
		return "", 0, nil, fmt.Errorf("%q holds no Ed25519 key of type 0x%02x", vkey, kind)
	}
	sum := sha256.Sum256(append([]byte(part[0]+"\n"), data...))
	hash = binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != part[1] {
		return "", 0, nil, fmt.Errorf("%q: the hash of the key is %08x", vkey, hash)
	}
	return part[0], hash, data[1:], nil
}

func newCosigner(vkey string) (*cosigner, error) {
	name, hash, key, err := splitVkey(vkey, 0x04)
	if err != nil {
		return nil, err
	}
	return &cosigner{name, hash, key}, nil
}

// canonical64 reads standard base64 in the one spelling that an encoder writes.
func canonical64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && base64.StdEncoding.EncodeToString(data) != text {
		err = errors.New("it is base64 in another spelling than an encoder's")
	}
	return data, err
}

func decimal(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (n < 0 || strconv.FormatInt(n, 10) != text) {
		err = fmt.Errorf("%q is not a decimal number in its one spelling", text)
	}
	return n, err
}

// A judge knows whose signatures count.
type judge struct {
	origin string
	log    note.Verifier
	known  note.Verifiers
	quorum *policy // nil: the log's own signature is enough
}

func newJudge(vkey string, witnesses []string, quorum *policy) (*judge, error) {
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", vkey, err)
	}
	known := []note.Verifier{log}
	if quorum != nil {
		witnesses = append(witnesses, quorum.vkeys()...)
	}
	seen := map[string]bool{}
	for _, w := range witnesses {
		if seen[w] {
			continue
		}
		seen[w] = true
		c, err := newCosigner(w)
		if err != nil {
			return nil, err
		}
		known = append(known, c)
	}
	return &judge{log.Name(), log, note.VerifierList(known...), quorum}, nil
}

// A head is a checkpoint that was verified.
type head struct {
	tlog.Tree
	raw       string
	cosigners int
}

// open verifies a checkpoint: the log's signature, every line of a known cosigner, the quorum, and that its text is spelled in the one way.
func (j *judge) open(raw []byte, what string) (*head, error) {
	fault := func(format string, a ...interface{}) (*head, error) {
		return nil, fmt.Errorf("%s: %w", what, fmt.Errorf(format, a...))
	}
	n, err := note.Open(raw, j.known)
	if err != nil {
		return fault("the signed note is refused: %w", err)
	}
	signed, by := false, map[string]bool{}
	for _, s := range n.Sigs {
		data, err := canonical64(s.Base64)
		if err != nil {
			return fault("the signature of %s: %w", s.Name, err)
		}
		if s.Name == j.log.Name() && s.Hash == j.log.KeyHash() {
			signed = true
			continue
		}
		at := time.Unix(int64(binary.BigEndian.Uint64(data[4:])), 0)
		if at.Before(time.Now().Add(aheadAtMost)) {
			by[fmt.Sprintf("%s+%08x", s.Name, s.Hash)] = true
		}
	}
	if !signed {
		return fault("the log itself has not signed")
	}
	if j.quorum != nil && !j.quorum.met(by) {
		return fault("%d known witnesses have cosigned, which is no quorum", len(by))
	}
	line := strings.Split(n.Text, "\n")
	if len(line) != 4 || line[3] != "" {
		return fault("it has %d lines and not three", len(line)-1)
	}
	if line[0] != j.origin {
		return fault("its origin is %q and not %q", line[0], j.origin)
	}
	size, err := decimal(line[1])
	if err != nil {
		return fault("its size: %w", err)
	}
	root, err := canonical64(line[2])
	if err != nil || len(root) != tlog.HashSize {
		return fault("its root %q is not 32 bytes in base64", line[2])
	}
	h := &head{raw: string(raw), cosigners: len(by)}
	h.N = size
	copy(h.Hash[:], root)
	if h.N == 0 && h.Hash != tlog.Hash(sha256.Sum256(nil)) {
		return fault("an empty tree has another root")
	}
	return h, nil
}
