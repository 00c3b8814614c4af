// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height   = 8   // of a tile: C2SP tlog-tiles knows no other
	width    = 256 // hashes of a full tile
	maxEntry = 65535
	maxReply = width * (2 + maxEntry) // a full bundle of the longest entries; nothing else is as long
)

var errAbsent = errors.New("it is not there (404)")

// A wire fetches from one address. What it fetched once it keeps, and every part of the check reads the same bytes; only a
// checkpoint moves, and is asked for once.
type wire struct {
	base   string
	client *http.Client
	kept   sync.Map // path to *answer
	asked  int64
}

type answer struct {
	once sync.Once
	body []byte
	err  error
}

func newWire(base string, jobs int) *wire {
	return &wire{base: strings.TrimRight(base, "/") + "/", client: &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: jobs},
		// An address of a log is the one that the standard says; it does not lead elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (w *wire) get(path string) ([]byte, error) {
	found, _ := w.kept.LoadOrStore(path, new(answer))
	a := found.(*answer)
	a.once.Do(func() { a.body, a.err = w.fetch(path) })
	return a.body, a.err
}

func (w *wire) fetch(path string) ([]byte, error) {
	atomic.AddInt64(&w.asked, 1)
	reply, err := w.client.Get(w.base + path)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("/%s: the answer breaks off: %w", path, err)
	case reply.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("/%s: %w", path, errAbsent)
	case reply.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("/%s: the answer is %s", path, reply.Status)
	case len(body) > maxReply:
		return nil, fmt.Errorf("/%s: more than %d bytes", path, maxReply)
	}
	return body, nil
}

// path is that of tlog-tiles: the one of the Go checksum database without the height, and with another word for data.
func path(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", t.H))
	return "tile/" + strings.Replace(p, "data/", "entries/", 1)
}

// tile fetches a tile or bundle. A partial one may be gone once the full one is there (tlog-tiles, Partial Tiles): then the full one is
// cut, and counted.
func (w *wire) tile(t tlog.Tile, cut *int64) ([]byte, error) {
	data, err := w.get(path(t))
	if errors.Is(err, errAbsent) && t.W < width {
		full := t
		full.W = width
		if all, ferr := w.get(path(full)); ferr == nil {
			if data, err = begin(t, all); err == nil {
				atomic.AddInt64(cut, 1)
			}
		}
	}
	if err == nil && t.L >= 0 && len(data) != t.W*tlog.HashSize {
		err = fmt.Errorf("/%s: %d bytes, where %d hashes have %d", path(t), len(data), t.W, t.W*tlog.HashSize)
	}
	return data, err
}

// begin cuts the first t.W hashes or entries from a wider tile or bundle.
func begin(t tlog.Tile, all []byte) ([]byte, error) {
	if t.L >= 0 {
		if len(all) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("/%s: the full tile is too short", path(t))
		}
		return all[:t.W*tlog.HashSize], nil
	}
	rest := all
	for i := 0; i < t.W; i++ {
		_, after, err := cutEntry(rest)
		if err != nil {
			return nil, fmt.Errorf("/%s: %w", path(t), err)
		}
		rest = after
	}
	return all[:len(all)-len(rest)], nil
}

// A tileReader gives x/mod the tiles of a log. TileHashReader trusts none of them before it has hashed them up to the root.
type tileReader struct {
	w    *wire
	jobs int
	cut  *int64
}

func (r tileReader) Height() int                     { return height }
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	err := each(len(tiles), r.jobs, func(i int) (err error) {
		data[i], err = r.w.tile(tiles[i], r.cut)
		return err
	})
	return data, err
}

// each calls do for 0 to n-1, some at a time, and returns the error of the least index that failed.
func each(n, jobs int, do func(i int) error) error {
	var (
		wait  sync.WaitGroup
		mutex sync.Mutex
		next  int64 = -1
		least       = n
		first error
	)
	for j := 0; j < jobs; j++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for {
				i := int(atomic.AddInt64(&next, 1))
				mutex.Lock()
				stop := i >= least
				mutex.Unlock()
				if stop {
					return
				}
				if err := do(i); err != nil {
					mutex.Lock()
					if i < least {
						least, first = i, err
					}
					mutex.Unlock()
				}
			}
		}()
	}
	wait.Wait()
	return first
}
