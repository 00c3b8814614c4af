// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// What needs no log: one proof file; one note; test vectors.

// checkProofFile verifies one act with what the reader holds: the log's key, perhaps a policy, and this file.
func checkProofFile(o *options, j *judge, keys keyring) error {
	data, err := os.ReadFile(o.proofFile)
	if err != nil {
		senseless(err)
	}
	p, err := readProof(data, j)
	if err != nil {
		return err
	}
	entry := p.extra
	if o.entryFile != "" {
		if entry, err = os.ReadFile(o.entryFile); err != nil {
			senseless(err)
		}
	}
	if entry == nil {
		return errors.New("the file holds no entry, and none was given")
	}
	if keys != nil && p.extra != nil && !bytes.Equal(p.extra, entry) {
		return errors.New("its extra line holds another entry than the given one")
	}
	if err := p.check(entry); err != nil {
		return err
	}
	if keys != nil {
		a, err := readAct(entry)
		if err == nil {
			err = a.verify(keys.find)
		}
		if err != nil {
			return err
		}
	}
	fmt.Printf("entry %d of %d\n", p.index, p.head.N)
	count(p.head.cosigners, "cosignatures")
	return nil
}

// A vector is a case of transparency-dev's Merkle vectors, of inclusion or of consistency.
type vector struct {
	LeafIdx, TreeSize uint64
	Size1, Size2      uint64
	Root, LeafHash    []byte
	Root1, Root2      []byte
	Proof             [][]byte
	WantErr           bool
}

func (v *vector) proof() (hashes []tlog.Hash, ok bool) {
	for _, p := range v.Proof {
		if len(p) != tlog.HashSize {
			return nil, false
		}
		hashes = append(hashes, *(*tlog.Hash)(p))
	}
	return hashes, true
}

// standIn: where both roots of a case are the same word and no hash, only whether they are equal matters.
func standIn(root []byte) tlog.Hash {
	if len(root) != tlog.HashSize {
		return sha256.Sum256(root)
	}
	return *(*tlog.Hash)(root)
}

func (v *vector) included() bool {
	proof, ok := v.proof()
	ok = ok && len(v.LeafHash) == tlog.HashSize && len(v.Root) == tlog.HashSize
	return ok && included(*(*tlog.Hash)(v.LeafHash), v.LeafIdx, v.TreeSize, proof, *(*tlog.Hash)(v.Root))
}

func (v *vector) consistent() bool {
	proof, ok := v.proof()
	return ok && consistent(v.Size1, v.Size2, proof, standIn(v.Root1), standIn(v.Root2))
}

// checkVectors holds this program's own arithmetic against cases that others made, good and bad.
func checkVectors(dir string) error {
	for _, kind := range []struct {
		name  string
		check func(*vector) bool
	}{{"inclusion", (*vector).included}, {"consistency", (*vector).consistent}} {
		n := 0
		err := filepath.WalkDir(filepath.Join(dir, kind.name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			var v vector
			if err := json.Unmarshal(data, &v); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			n++
			if good := kind.check(&v); good == v.WantErr {
				return fmt.Errorf("%s: here it is %v", path, good)
			}
			return nil
		})
		if err != nil {
			return err
		}
		count(n, "vectors of "+kind.name)
	}
	return nil
}

// checkNote opens a signed note, whatever it says: each of the keys must have signed it.
func checkNote(o *options) error {
	raw, err := os.ReadFile(o.note)
	if err != nil {
		senseless(err)
	}
	var keys []note.Verifier
	if o.vkey != "" {
		key, err := note.NewVerifier(o.vkey)
		if err != nil {
			senseless(err)
		}
		keys = append(keys, key)
	}
	for _, w := range o.witnesses {
		key, err := newCosigner(w)
		if err != nil {
			senseless(err)
		}
		keys = append(keys, key)
	}
	n, err := note.Open(raw, note.VerifierList(keys...))
	if err != nil {
		return err
	}
	count(len(n.Sigs), "signatures verified")
	if len(n.Sigs) != len(keys) {
		return fmt.Errorf("of %d keys %d have signed", len(keys), len(n.Sigs))
	}
	return nil
}

// checkRoots makes trees of the entries "entry 0", "entry 1", ... and compares their roots with a table of size, hexadecimal, base64.
func checkRoots(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		senseless(err)
	}
	var tree stored
	size, n := int64(0), 0
	for _, line := range strings.Split(string(text), "\n") {
		column := strings.Split(line, "\t")
		if len(column) != 3 || column[0] == "" || column[0][0] < '0' || column[0][0] > '9' {
			continue // a heading, or the end
		}
		want, err := decimal(column[0])
		if err != nil || want < size {
			return fmt.Errorf("%s: %q: no size, or a lesser one", file, line)
		}
		for ; size < want; size++ {
			more, err := tlog.StoredHashesForRecordHash(size, leafHash([]byte(fmt.Sprintf("entry %d", size))), tree)
			if err != nil {
				return err
			}
			tree = append(tree, more...)
		}
		root, err := tree.rootAt(size)
		if err != nil || root.String() != column[2] || hex.EncodeToString(root[:]) != column[1] {
			return fmt.Errorf("%d entries have the root %v, and the table says %s (%v)", size, root, column[2], err)
		}
		n++
	}
	count(n, "roots of trees")
	return nil
}
