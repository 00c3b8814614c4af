// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// What RFC 6962 and RFC 9162 say, once more by hand and in 64 bits without a sign: x/mod's code and this must be of one mind.

var emptyRoot = tlog.Hash(sha256.Sum256(nil))

func leafHash(entry []byte) tlog.Hash { return sha256.Sum256(append([]byte{0}, entry...)) }

func nodeHash(left, right tlog.Hash) tlog.Hash {
	var b [1 + 2*tlog.HashSize]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+tlog.HashSize:], right[:])
	return sha256.Sum256(b[:])
}

// included follows an inclusion proof from the leaf up (RFC 9162, 2.1.3.2).
func included(leaf tlog.Hash, index, size uint64, proof []tlog.Hash, root tlog.Hash) bool {
	if index >= size {
		return false
	}
	at, last, h := index, size-1, leaf
	for _, p := range proof {
		if last == 0 {
			return false
		}
		if at&1 == 1 || at == last {
			h = nodeHash(p, h)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			h = nodeHash(h, p)
		}
		at, last = at>>1, last>>1
	}
	return last == 0 && h == root
}

// consistent follows a consistency proof from a tree to a larger one (RFC 9162, 2.1.4.2).
func consistent(size, larger uint64, proof []tlog.Hash, root, largerRoot tlog.Hash) bool {
	if size == 0 || size > larger {
		return false
	}
	if size == larger {
		return len(proof) == 0 && root == largerRoot
	}
	if size&(size-1) == 0 {
		proof = append([]tlog.Hash{root}, proof...)
	}
	if len(proof) == 0 {
		return false
	}
	at, last := size-1, larger-1
	for at&1 == 1 {
		at, last = at>>1, last>>1
	}
	old, now := proof[0], proof[0]
	for _, p := range proof[1:] {
		if last == 0 {
			return false
		}
		if at&1 == 1 || at == last {
			old, now = nodeHash(p, old), nodeHash(p, now)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			now = nodeHash(now, p)
		}
		at, last = at>>1, last>>1
	}
	return last == 0 && old == root && now == largerRoot
}

// A proofFile is a .tlog-proof taken apart (C2SP tlog-proof).
type proofFile struct {
	extra    []byte // nil: no such line
	index    int64
	hashes   []tlog.Hash
	head     *head
	headText string
}

// readProof takes a file apart, and verifies the checkpoint that it ends with.
func readProof(data []byte, j *judge) (*proofFile, error) {
	p := &proofFile{}
	begin, checkpoint, found := strings.Cut(string(data), "\n\n")
	if !found {
		return nil, errors.New("there is no blank line before a checkpoint")
	}
	line := strings.Split(begin, "\n")
	if line[0] != "c2sp.org/tlog-proof@v1" {
		return nil, fmt.Errorf("its first line is %q", line[0])
	}
	line = line[1:]
	var err error
	if len(line) > 0 && strings.HasPrefix(line[0], "extra ") {
		if p.extra, err = canonical64(line[0][len("extra "):]); err != nil {
			return nil, fmt.Errorf("its extra line: %w", err)
		}
		line = line[1:]
	}
	if len(line) == 0 || !strings.HasPrefix(line[0], "index ") {
		return nil, errors.New("there is no line 'index'")
	}
	if p.index, err = decimal(line[0][len("index "):]); err != nil {
		return nil, err
	}
	for _, l := range line[1:] {
		h, err := canonical64(l)
		if err != nil || len(h) != tlog.HashSize {
			return nil, fmt.Errorf("%q is not 32 bytes in base64", l)
		}
		p.hashes = append(p.hashes, *(*tlog.Hash)(h))
	}
	p.headText = checkpoint
	p.head, err = j.open([]byte(checkpoint), "its checkpoint")
	return p, err
}

// check verifies that the entry stands where the file says. What `extra` holds counts for nothing before this.
func (p *proofFile) check(entry []byte) error {
	if !included(leafHash(entry), uint64(p.index), uint64(p.head.N), p.hashes, p.head.Hash) {
		return fmt.Errorf("the entry is not the one at index %d of the signed tree of %d", p.index, p.head.N)
	}
	if err := tlog.CheckRecord(p.hashes, p.head.N, p.head.Hash, p.index, tlog.RecordHash(entry)); err != nil {
		return fmt.Errorf("x/mod does not agree that it is proved: %w", err)
	}
	return nil
}
