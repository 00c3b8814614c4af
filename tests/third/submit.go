// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// submit brings the checkpoint of a log to witnesses, as the log itself would (C2SP tlog-witness), and gathers what they sign. Proofs are made from
// the log's tiles. Each address has its key at the same place among -witness.
func submit(o *options) error {
	if len(o.submit) != len(o.witnesses) {
		senseless(fmt.Errorf("%d addresses of witnesses, and %d keys", len(o.submit), len(o.witnesses)))
	}
	j, err := newJudge(o.vkey, nil, nil)
	if err != nil {
		senseless(err)
	}
	var cut int64
	w := newWire(o.log, o.jobs)
	raw, err := w.get("checkpoint")
	if err != nil {
		return err
	}
	h, err := j.open(raw, "/checkpoint")
	if err != nil {
		return err
	}
	tiles := tlog.TileHashReader(h.Tree, tileReader{w, o.jobs, &cut})
	all := string(raw)
	for i, url := range o.submit {
		c, err := newCosigner(o.witnesses[i])
		if err != nil {
			senseless(err)
		}
		lines, err := submitTo(strings.TrimRight(url, "/")+"/add-checkpoint", h, tiles)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		n, err := note.Open([]byte(string(raw)+lines), note.VerifierList(j.log, c))
		if err != nil {
			return fmt.Errorf("%s: what it signed is refused: %w", c.name, err)
		}
		if len(n.Sigs) != 2 || len(n.UnverifiedSigs) != len(strings.Split(strings.TrimSpace(string(raw)), "\n"))-5 {
			return fmt.Errorf("%s: it answers with something else than its own cosignature: %q", c.name, lines)
		}
		all += lines
	}
	count(len(o.submit), "witnesses have cosigned the tree of %d", h.N)
	return os.WriteFile(o.keep, []byte(all), 0o644)
}

// submitTo asks one witness, first as if it knew nothing of this log, then from the size that it says it knows.
func submitTo(url string, h *head, tiles tlog.HashReader) (string, error) {
	client := &http.Client{Timeout: time.Minute}
	old := int64(0)
	for try := 0; try < 2; try++ {
		body := fmt.Sprintf("old %d\n", old)
		if old > 0 && old < h.N {
			proof, err := tlog.ProveTree(h.N, old, tiles)
			if err != nil {
				return "", err
			}
			for _, p := range proof {
				body += p.String() + "\n"
			}
		}
		reply, err := client.Post(url, "text/plain", strings.NewReader(body+"\n"+h.raw))
		if err != nil {
			return "", err
		}
		said, err := io.ReadAll(io.LimitReader(reply.Body, 1<<16))
		reply.Body.Close()
		switch {
		case err != nil:
			return "", err
		case reply.StatusCode == http.StatusOK:
			return string(said), nil
		case reply.StatusCode != http.StatusConflict || try > 0:
			return "", fmt.Errorf("it refuses: %s: %s", reply.Status, strings.TrimSpace(string(said)))
		case reply.Header.Get("Content-Type") != "text/x.tlog.size":
			return "", fmt.Errorf("it answers %s and says no size", reply.Status)
		}
		if old, err = decimal(strings.TrimSuffix(string(said), "\n")); err != nil {
			return "", err
		}
	}
	return "", nil
}
