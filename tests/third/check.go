// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"
)

// A check reads one log. Its steps go from what is signed to what follows from it.
type check struct {
	o   *options
	j   *judge
	log keyring // the log's own key; nil: entries are any bytes
	w   *wire

	now     *head   // the checkpoint that is served
	kept    []*head // by size
	tiles   []tlog.Tile
	bundles []tlog.Tile
	leaves  []tlog.Hash // from the tiles
	entries [][]byte
	all     stored // from the entries
	acts    acts
	cut     int64 // partial tiles that were gone
}

func checkLog(o *options, j *judge, kept []string) error {
	c := &check{o: o, j: j, w: newWire(o.log, o.jobs)}
	if o.entries == "dsse" {
		key, err := logKey(o.vkey)
		if err != nil {
			return err
		}
		c.log = keyring{}
		c.log.add(key)
	}
	for _, step := range []func() error{
		c.readCheckpoint,
		func() error { return c.readKept(kept) },
		c.readTiles,
		c.readBundles,
		c.recompute,
		c.readPublished,
		c.proveSizes,
		c.proveFromTiles,
		c.readProofs,
		c.lookBeyond,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	count(c.w.asked, "requests")
	if o.keep != "" {
		return os.WriteFile(o.keep, []byte(c.now.raw), 0o644)
	}
	return nil
}

func count(n interface{}, what string, a ...interface{}) {
	fmt.Printf("%9d %s\n", n, fmt.Sprintf(what, a...))
}

func (c *check) readCheckpoint() error {
	raw, err := c.w.get("checkpoint")
	if err != nil {
		return err
	}
	if c.now, err = c.j.open(raw, "/checkpoint"); err != nil {
		return err
	}
	fmt.Printf("%s, %d entries, root %v\n", c.j.origin, c.now.N, c.now.Hash)
	count(c.now.cosigners, "cosignatures of the served checkpoint")
	c.tiles, c.bundles = tilesOf(c.now.N)
	return nil
}

// readKept compares what the reader kept from earlier with what is served now.
func (c *check) readKept(files []string) error {
	bySize := map[int64]*head{c.now.N: c.now}
	cosigned := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			senseless(err)
		}
		h, err := c.j.open(raw, file)
		if err != nil {
			return err
		}
		if h.N > c.now.N {
			return fmt.Errorf("%s was signed for %d entries, and the log now shows %d: it was set back", file, h.N, c.now.N)
		}
		if other := bySize[h.N]; other != nil && other.Hash != h.Hash {
			return fmt.Errorf("%s: two histories were signed for %d entries, of roots %v and %v", file, h.N, h.Hash, other.Hash)
		}
		bySize[h.N] = h
		cosigned += h.cosigners
	}
	for _, h := range bySize {
		c.kept = append(c.kept, h)
	}
	sort.Slice(c.kept, func(i, k int) bool { return c.kept[i].N < c.kept[k].N })
	count(len(c.kept), "signed sizes, %d to %d", c.kept[0].N, c.now.N)
	count(cosigned, "cosignatures of kept checkpoints")
	return nil
}

func (c *check) reader() tileReader { return tileReader{c.w, c.o.jobs, &c.cut} }

func (c *check) readTiles() (err error) {
	if c.leaves, err = authentic(c.now.Tree, c.reader()); err == nil {
		count(len(c.tiles), "tiles of %d levels, hashed up to the signed root", levels(c.tiles))
	}
	return err
}

func levels(tiles []tlog.Tile) int {
	if len(tiles) == 0 {
		return 0
	}
	return tiles[len(tiles)-1].L + 1
}

// readBundles holds every entry against its leaf in the tiles, and as an act.
func (c *check) readBundles() error {
	c.entries = make([][]byte, c.now.N)
	c.acts = acts{log: c.log, signed: make([]*act, c.now.N), marks: map[string]int64{}}
	err := each(len(c.bundles), c.o.jobs, func(i int) error {
		t := c.bundles[i]
		data, err := c.w.tile(t, &c.cut)
		if err != nil {
			return err
		}
		entries, err := unpack(t, data)
		if err != nil {
			return err
		}
		for k, entry := range entries {
			n := t.N*width + int64(k)
			if tlog.RecordHash(entry) != c.leaves[n] {
				return fmt.Errorf("/%s: entry %d is not the one whose hash stands in the signed tree", path(t), n)
			}
			if c.log != nil {
				if err := c.acts.verifyEarly(n, entry); err != nil {
					return fmt.Errorf("/%s: entry %d: %w", path(t), n, err)
				}
			}
			c.entries[n] = entry
		}
		return nil
	})
	if err != nil {
		return err
	}
	count(len(c.entries), "entries in %d bundles, each with its leaf hash", len(c.bundles))
	if c.log == nil {
		return nil
	}
	if n, err := c.acts.verifyInOrder(c.j.origin, c.o.vkey); err != nil {
		return fmt.Errorf("entry %d: %w", n, err)
	}
	count(len(c.entries), "envelopes with every signature verified")
	count(c.acts.others, "signatures of other keys than the log's")
	if c.acts.holders != nil {
		count(len(c.acts.holders.order), "keys, each put in force by whoever could")
	}
	return nil
}

// recompute makes the tree from the entries alone: its root, and each tile byte for byte.
func (c *check) recompute() error {
	leaves := make([]tlog.Hash, len(c.entries))
	for n, entry := range c.entries {
		leaves[n] = leafHash(entry)
	}
	var err error
	if c.all, err = build(leaves); err != nil {
		return err
	}
	root, err := c.all.rootAt(c.now.N)
	if err != nil || root != c.now.Hash {
		return fmt.Errorf("the entries give the root %v, and %v was signed (%v)", root, c.now.Hash, err)
	}
	err = each(len(c.tiles), c.o.jobs, func(i int) error { return c.sameTile(c.tiles[i]) })
	if err == nil {
		count(len(c.tiles), "tiles equal to those made from the entries")
	}
	return err
}

func (c *check) sameTile(t tlog.Tile) error {
	got, err := c.w.tile(t, &c.cut)
	if err != nil {
		return err
	}
	want, err := tlog.ReadTileData(t, c.all)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("/%s is not what its entries give", path(t))
	}
	return nil
}

// readPublished reads the log as whoever stopped at an earlier checkpoint would: its root, its partial tiles, its partial bundle.
func (c *check) readPublished() error {
	var partial int64
	err := each(len(c.kept), c.o.jobs, func(i int) error {
		h := c.kept[i]
		root, err := c.all.rootAt(h.N)
		if err != nil {
			return err
		}
		if root != h.Hash {
			return fmt.Errorf("for %d entries %v was signed, and the entries that are served give %v: history was rewritten", h.N, h.Hash, root)
		}
		if h.N == 0 {
			return nil
		}
		indexes := []int64{0, tlog.StoredHashIndex(0, h.N/2), tlog.StoredHashIndex(0, h.N-1)}
		if _, err := tlog.TileHashReader(h.Tree, c.reader()).ReadHashes(indexes); err != nil {
			return fmt.Errorf("the tiles of the signed tree of %d: %w", h.N, err)
		}
		tiles, bundles := tilesOf(h.N)
		for _, t := range tiles {
			if t.W < width {
				atomic.AddInt64(&partial, 1)
				if err := c.sameTile(t); err != nil {
					return err
				}
			}
		}
		if t := bundles[len(bundles)-1]; t.W < width {
			atomic.AddInt64(&partial, 1)
			return c.sameBundle(t)
		}
		return nil
	})
	if err == nil {
		count(partial, "partial tiles and bundles of signed sizes, %d of them cut from full ones", c.cut)
	}
	return err
}

func (c *check) sameBundle(t tlog.Tile) error {
	data, err := c.w.tile(t, &c.cut)
	if err != nil {
		return err
	}
	entries, err := unpack(t, data)
	for i := range entries {
		if !bytes.Equal(entries[i], c.entries[t.N*width+int64(i)]) {
			return fmt.Errorf("/%s: its entry %d is not that of the larger tree", path(t), t.N*width+int64(i))
		}
	}
	return err
}

// pick gives indexes below size: the borders of tiles, and some random ones.
func pick(size int64, some int, random *rand.Rand) []int64 {
	found := map[int64]bool{}
	for _, n := range []int64{0, 1, 255, 256, 257, 65535, 65536, 65537, size - 2, size - 1} {
		if n >= 0 && n < size {
			found[n] = true
		}
	}
	for i := 0; i < some && size > 0; i++ {
		found[random.Int63n(size)] = true
	}
	return sorted(found)
}

func sorted(set map[int64]bool) (all []int64) {
	for n := range set {
		all = append(all, n)
	}
	sort.Slice(all, func(i, k int) bool { return all[i] < all[k] })
	return all
}

// proveSizes proves and checks entries in trees of many sizes, and each of the trees to begin each larger one.
func (c *check) proveSizes() error {
	wanted, err := numbers(c.o.sizes)
	if err != nil {
		senseless(fmt.Errorf("-sizes: %w", err))
	}
	random := rand.New(rand.NewSource(c.o.seed))
	found, whole := map[int64]bool{}, map[int64]bool{c.now.N: true}
	for _, h := range c.kept {
		found[h.N] = true
	}
	for i := 0; i < c.o.random && c.now.N > 0; i++ {
		found[1+random.Int63n(c.now.N)] = true
	}
	for _, n := range wanted {
		if n <= c.now.N {
			found[n], whole[n] = true, true
		}
	}
	delete(found, 0) // x/mod proves nothing about the empty tree, of which nothing is to be said
	sizes := sorted(found)
	roots := make([]tlog.Hash, len(sizes))
	for i, size := range sizes {
		if roots[i], err = c.all.rootAt(size); err != nil {
			return err
		}
	}
	proved, full := 0, 0
	for i, size := range sizes {
		var indexes []int64
		if size <= int64(c.o.each) || whole[size] {
			indexes = make([]int64, size)
			for n := range indexes {
				indexes[n] = int64(n)
			}
			full++
		} else {
			indexes = pick(size, c.o.each, random)
		}
		if err := c.proveEntries(size, roots[i], indexes); err != nil {
			return err
		}
		proved += len(indexes)
	}
	count(proved, "inclusion proofs in trees of %d sizes, %d of them with every entry", len(sizes), full)
	pairs := int64(0)
	err = each(len(sizes), c.o.jobs, func(i int) error {
		for k := i; k < len(sizes); k++ {
			if err := c.proveTree(sizes[i], sizes[k], roots[i], roots[k]); err != nil {
				return err
			}
			atomic.AddInt64(&pairs, 1)
		}
		return nil
	})
	if err == nil {
		count(pairs, "consistency proofs, each size with each larger one")
	}
	return err
}

func (c *check) proveEntries(size int64, root tlog.Hash, indexes []int64) error {
	const piece = 512
	return each((len(indexes)+piece-1)/piece, c.o.jobs, func(i int) error {
		for _, n := range indexes[i*piece : min(len(indexes), (i+1)*piece)] {
			p, err := tlog.ProveRecord(size, n, c.all)
			if err != nil {
				return err
			}
			err = tlog.CheckRecord(p, size, root, n, c.leaves[n])
			if mine := included(c.leaves[n], uint64(n), uint64(size), p, root); err != nil || !mine {
				return fmt.Errorf("entry %d in the tree of %d: x/mod says %v, and by hand it is %v", n, size, err, mine)
			}
		}
		return nil
	})
}

func (c *check) proveTree(size, larger int64, root, largerRoot tlog.Hash) error {
	p, err := tlog.ProveTree(larger, size, c.all)
	if err != nil {
		return err
	}
	err = tlog.CheckTree(p, larger, largerRoot, size, root)
	if mine := consistent(uint64(size), uint64(larger), p, root, largerRoot); err != nil || !mine {
		return fmt.Errorf("the tree of %d in that of %d: x/mod says %v, and by hand it is %v", size, larger, err, mine)
	}
	return nil
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

// sampled gives the indexes of which single answers are read.
func (c *check) sampled() []int64 {
	at, err := numbers(c.o.only)
	if err != nil {
		senseless(fmt.Errorf("-only: %w", err))
	}
	if len(at) > 0 {
		return at
	}
	return pick(c.now.N, c.o.samples, rand.New(rand.NewSource(c.o.seed+1)))
}

// proveFromTiles proves some entries as a reader does who has no entries, only tiles.
func (c *check) proveFromTiles() error {
	at := pick(c.now.N, c.o.samples, rand.New(rand.NewSource(c.o.seed+2)))
	err := each(len(at), c.o.jobs, func(i int) error {
		p, err := tlog.ProveRecord(c.now.N, at[i], tlog.TileHashReader(c.now.Tree, c.reader()))
		if err != nil {
			return err
		}
		return tlog.CheckRecord(p, c.now.N, c.now.Hash, at[i], c.leaves[at[i]])
	})
	if err == nil {
		count(len(at), "inclusion proofs made from tiles alone")
	}
	return err
}

// readProofs reads what is served about single entries: proof file, envelope, payload.
func (c *check) readProofs() error {
	at := c.sampled()
	var extra int64
	for _, kind := range []struct {
		pattern, name string
		check         func(n int64, data []byte) error
	}{
		{c.o.proofs, "proof files", func(n int64, data []byte) error {
			has, err := c.checkProof(n, data)
			if has {
				atomic.AddInt64(&extra, 1)
			}
			return err
		}},
		{c.o.envelopes, "envelopes at their own address", func(n int64, data []byte) error {
			if !bytes.Equal(data, c.entries[n]) {
				return errors.New("it is not the entry of the bundle")
			}
			return nil
		}},
		{c.o.payloads, "payloads at their own address", func(n int64, data []byte) error {
			a, err := readAct(c.entries[n])
			if err == nil && !bytes.Equal(data, a.body) {
				err = errors.New("it is not the payload of the entry in the bundle")
			}
			return err
		}},
	} {
		if kind.pattern == "" {
			continue
		}
		err := each(len(at), c.o.jobs, func(i int) error {
			p := fmt.Sprintf(kind.pattern, at[i])
			data, err := c.w.get(p)
			if err == nil {
				if err = kind.check(at[i], data); err != nil {
					err = fmt.Errorf("/%s: %w", p, err)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		count(len(at), kind.name)
	}
	if c.o.proofs != "" {
		count(extra, "proof files that hold their entry")
	}
	return nil
}

// checkProof verifies a proof file by itself, and holds it against the tree. It says whether the file holds an entry.
func (c *check) checkProof(n int64, data []byte) (bool, error) {
	p, err := readProof(data, c.j)
	if err != nil {
		return false, err
	}
	if p.index != n {
		return false, fmt.Errorf("it is about entry %d", p.index)
	}
	if err := p.check(c.entries[n]); err != nil {
		return false, err
	}
	// In a log of acts, extra is the entry. Elsewhere it may be anything: nobody signed it.
	if c.log != nil && p.extra != nil && !bytes.Equal(p.extra, c.entries[n]) {
		return false, errors.New("its extra line holds another entry than the proved one")
	}
	if p.head.N > c.now.N {
		return p.extra != nil, nil // the log has grown since
	}
	if root, err := c.all.rootAt(p.head.N); err != nil || root != p.head.Hash {
		return false, fmt.Errorf("for %d entries its checkpoint signs %v, and the log gives %v: two histories", p.head.N, p.head.Hash, root)
	}
	return p.extra != nil, nil
}

// readAgain reads the checkpoint once more: the same, or one of a longer log.
func (c *check) readAgain() (*head, error) {
	raw, err := c.w.fetch("checkpoint")
	if err != nil {
		return nil, err
	}
	later, err := c.j.open(raw, "/checkpoint, read again")
	if err != nil {
		return nil, err
	}
	if later.N < c.now.N || later.N == c.now.N && later.Hash != c.now.Hash {
		return nil, fmt.Errorf("/checkpoint, read again: %d entries of root %v, and before %d of root %v", later.N, later.Hash, c.now.N, c.now.Hash)
	}
	return later, nil
}

// lookBeyond asks for what no signed tree has, and for the checkpoint once more.
func (c *check) lookBeyond() error {
	later, err := c.readAgain()
	if err != nil {
		return err
	}
	if later.N > c.now.N {
		return c.proveGrowth(later)
	}
	beyond := []tlog.Tile{{H: height, L: levels(c.tiles), N: 0, W: 1}, {H: height, L: 63, N: 0, W: 1}}
	for level := -1; level < levels(c.tiles); level++ {
		shift := height * uint(level)
		if level < 0 {
			shift = 0
		}
		hashes := c.now.N >> shift
		next := tlog.Tile{H: height, L: level, N: hashes / width, W: int(hashes%width) + 1}
		full := next
		full.W = width
		beyond = append(beyond, next, full)
	}
	for _, t := range beyond {
		if _, err := c.w.get(path(t)); err == nil {
			if later, err = c.readAgain(); err != nil {
				return err
			}
			if later.N > c.now.N { // it has grown in between
				return c.proveGrowth(later)
			}
			return fmt.Errorf("/%s is served, and no signed tree has it", path(t))
		} else if !errors.Is(err, errAbsent) {
			return err
		}
	}
	count(len(beyond), "tiles and bundles beyond the end, none of them there")
	return nil
}

// proveGrowth shows with tiles alone that a checkpoint read later continues the first.
func (c *check) proveGrowth(later *head) error {
	if c.now.N > 0 {
		p, err := tlog.ProveTree(later.N, c.now.N, tlog.TileHashReader(later.Tree, c.reader()))
		if err == nil {
			err = tlog.CheckTree(p, later.N, later.Hash, c.now.N, c.now.Hash)
		}
		if err != nil {
			return fmt.Errorf("the log has grown from %d to %d, and the later tree does not begin with the earlier: %w", c.now.N, later.N, err)
		}
	}
	count(later.N-c.now.N, "entries more meanwhile, after the same beginning")
	return nil
}
