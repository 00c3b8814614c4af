// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// stored is the whole tree in the order of x/mod's stored hashes, computed from entries alone: no tile has a part in it.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(s)) {
			return nil, fmt.Errorf("the hash stored at %d is beyond the tree", x)
		}
		found[i] = s[x]
	}
	return found, nil
}

func build(leaves []tlog.Hash) (stored, error) {
	s := make(stored, 0, 2*len(leaves)+1)
	for n, leaf := range leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(n), leaf, s)
		if err != nil {
			return nil, err
		}
		s = append(s, more...)
	}
	return s, nil
}

func (s stored) leaf(n int64) tlog.Hash { return s[tlog.StoredHashIndex(0, n)] }

// rootAt is the root of the tree when it had that size.
func (s stored) rootAt(size int64) (tlog.Hash, error) {
	if size == 0 {
		return emptyRoot, nil
	}
	return tlog.TreeHash(size, s)
}

// tilesOf lists what a tree of this size consists of (tlog-tiles: width floor(size/256^L) mod 256 at the end, or full).
func tilesOf(size int64) (tiles, bundles []tlog.Tile) {
	for level, hashes := 0, size; hashes > 0; level, hashes = level+1, hashes/width {
		for n := int64(0); n*width < hashes; n++ {
			t := tlog.Tile{H: height, L: level, N: n, W: width}
			if left := hashes - n*width; left < width {
				t.W = int(left)
			}
			tiles = append(tiles, t)
			if level == 0 {
				t.L = -1
				bundles = append(bundles, t)
			}
		}
	}
	return tiles, bundles
}

// authentic reads every tile of a tree, hashes them up to the root, and gives the leaves. Twice: by hand, and by x/mod's TileHashReader.
// Of x/mod 0.7.0 alone one cannot say that it does: in many trees it takes up to two full tiles unseen (CVE-2026-56865).
func authentic(tree tlog.Tree, r tileReader) ([]tlog.Hash, error) {
	if tree.N == 0 {
		return nil, nil
	}
	if err := hashUp(tree, r); err != nil {
		return nil, err
	}
	indexes := make([]int64, tree.N)
	for n := range indexes {
		indexes[n] = tlog.StoredHashIndex(0, int64(n))
	}
	leaves, err := tlog.TileHashReader(tree, r).ReadHashes(indexes)
	if err != nil {
		return nil, fmt.Errorf("the tiles agree with each other, and not with the root that was signed, %v (%w)", tree.Hash, err)
	}
	return leaves, nil
}

// hashUp holds each full tile against its hash in the tile above.
func hashUp(tree tlog.Tree, r tileReader) error {
	tiles, _ := tilesOf(tree.N)
	data, err := r.ReadTiles(tiles)
	if err != nil {
		return err
	}
	type place struct {
		level int
		n     int64
	}
	at := map[place][]byte{}
	for i, t := range tiles {
		at[place{t.L, t.N}] = data[i]
	}
	return each(len(tiles), r.jobs, func(i int) error {
		t := tiles[i]
		if t.W < width {
			return nil
		}
		above := at[place{t.L + 1, t.N / width}]
		begin := int(t.N%width) * tlog.HashSize
		if want := fold(data[i]); !bytes.Equal(want[:], above[begin:begin+tlog.HashSize]) {
			return fmt.Errorf("/%s: its hashes give %v, and that is not hash %d of the tile above it: one of the two was altered", path(t), want, t.N%width)
		}
		return nil
	})
}

// fold hashes a full tile, or any power of two of hashes, to the one above.
func fold(data []byte) (h tlog.Hash) {
	if len(data) == tlog.HashSize {
		copy(h[:], data)
		return h
	}
	return tlog.NodeHash(fold(data[:len(data)/2]), fold(data[len(data)/2:]))
}

// cutEntry takes the next entry from a bundle: two bytes of length, the higher first, and as many bytes.
func cutEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, errors.New("the bundle ends where an entry should begin")
	}
	n := int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < 2+n {
		return nil, nil, errors.New("the bundle ends within an entry")
	}
	return bundle[2 : 2+n], bundle[2+n:], nil
}

func unpack(t tlog.Tile, bundle []byte) ([][]byte, error) {
	entries := make([][]byte, t.W)
	for i := range entries {
		var err error
		if entries[i], bundle, err = cutEntry(bundle); err != nil {
			return nil, fmt.Errorf("/%s: entry %d: %w", path(t), t.N*width+int64(i), err)
		}
	}
	if len(bundle) > 0 {
		return nil, fmt.Errorf("/%s: %d bytes after its %d entries", path(t), len(bundle), t.W)
	}
	return entries, nil
}
