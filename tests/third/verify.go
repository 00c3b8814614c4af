// SPDX-License-Identifier: Apache-2.0

// Verify reads a transparency log over HTTP (C2SP tlog-tiles) and checks all that it says against its signed checkpoint: every tile,
// every entry, proofs between sizes. It shares no line with the program that serves the log. See README.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const usage = `usage: verify -log URL -vkey VKEY [OPTION...] [CHECKPOINT...]
       verify -vkey VKEY -proof FILE [-entry FILE] [OPTION...]
       verify -log URL -vkey VKEY -submit URL -witness VKEY ... -keep FILE
       verify -note FILE [-vkey VKEY] [-witness VKEY]...
       verify -vectors DIR | -roots FILE
       verify -forge DIR
       verify -token KIND [-pae FILE]

Reads a transparency log and checks all of it; or one proof file, without a network; or this program's own arithmetic, against test
vectors. The CHECKPOINTs are files: checkpoints of the log that the reader kept from earlier.

Exit status: 0, all agrees; 1, something does not, which the last line says; 2, the request makes no sense.
`

// words collects an option that may be given often.
type words []string

func (w *words) String() string { return strings.Join(*w, " ") }
func (w *words) Set(s string) error {
	*w = append(*w, s)
	return nil
}

type options struct {
	log, vkey, entries, sizes               string
	proofs, envelopes, payloads             string
	only, keep, proofFile, entryFile        string
	policyFile, vectors, forge, note, roots string
	token, pae                              string
	submit, witnesses, keys                 words
	random, each, samples, jobs             int
	seed                                    int64
}

func readOptions() (o options, kept []string) {
	flag.StringVar(&o.log, "log", "", "`URL` below which checkpoint and tile/ are")
	flag.StringVar(&o.vkey, "vkey", "", "the log's key as name+hash+base64")
	flag.Var(&o.witnesses, "witness", "a cosigner's key (type 0x04); may be given often: its lines must verify")
	flag.StringVar(&o.policyFile, "policy", "", "a tlog-policy `FILE`: every checkpoint must have its quorum")
	flag.StringVar(&o.entries, "entries", "dsse", "dsse: entries are signed acts; raw: any bytes")
	flag.Var(&o.keys, "key", "with -proof: a key that may have signed the entry beside the log's, as text ('ssh-ed25519 AAAA...'); may be given often")
	flag.StringVar(&o.sizes, "sizes", "1,2,255,256,257,65535,65536,65537", "sizes at which every entry is proved, beside the last")
	flag.IntVar(&o.random, "random", 8, "so many random sizes more")
	flag.IntVar(&o.each, "each", 1024, "at other sizes, those of checkpoints and random ones, prove all entries up to so many, and so many beyond that")
	flag.StringVar(&o.proofs, "proofs", "", "where proof files are: a `PATH` with %d for the index")
	flag.StringVar(&o.envelopes, "envelopes", "", "where single entries are, likewise")
	flag.StringVar(&o.payloads, "payloads", "", "where payloads of entries are, likewise")
	flag.StringVar(&o.only, "only", "", "read those of these indexes, and not of the borders of tiles and of -samples random ones")
	flag.IntVar(&o.samples, "samples", 200, "so many random indexes")
	flag.Int64Var(&o.seed, "seed", 1, "of what is random")
	flag.IntVar(&o.jobs, "jobs", runtime.NumCPU(), "so much at a time")
	flag.StringVar(&o.keep, "keep", "", "a new `FILE` for the checkpoint, when all has agreed")
	flag.StringVar(&o.proofFile, "proof", "", "a .tlog-proof `FILE`")
	flag.StringVar(&o.entryFile, "entry", "", "the `FILE` that it proves; without it, what its extra line holds")
	flag.StringVar(&o.vectors, "vectors", "", "`DIR` with inclusion/ and consistency/")
	flag.StringVar(&o.roots, "roots", "", "`FILE` of sizes and roots of trees of \"entry 0\", \"entry 1\", ...")
	flag.Var(&o.submit, "submit", "bring the checkpoint to the witness at this `URL`, whose key is given by -witness, and keep it with what it signs")
	flag.StringVar(&o.note, "note", "", "a signed note, a `FILE`: -vkey and every -witness must have signed it")
	flag.StringVar(&o.token, "token", "", "show a key of this kind that is nobody's: "+strings.Join(tokenKinds, ", "))
	flag.StringVar(&o.pae, "pae", "", "with -token: a `FILE` to sign with it")
	flag.StringVar(&o.forge, "forge", "", "`DIR` to write logs into that lie, and what to say of each")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage, "\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	return o, flag.Args()
}

// numbers reads a list with commas.
func numbers(list string) (all []int64, err error) {
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		n, err := decimal(word)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// logKey is the log's key as one that signs entries.
func logKey(vkey string) (*pubkey, error) {
	_, _, raw, err := splitVkey(vkey, 0x01)
	if err != nil {
		return nil, err
	}
	return &pubkey{carrier: "ed25519", raw: raw, wire: raw}, nil
}

func senseless(err error) {
	fmt.Fprintln(os.Stderr, "verify:", err)
	os.Exit(2)
}

// parties reads whose signatures count.
func parties(o *options) (*judge, keyring) {
	var quorum *policy
	if o.policyFile != "" {
		text, err := os.ReadFile(o.policyFile)
		if err == nil {
			quorum, err = readPolicy(string(text))
		}
		if err != nil {
			senseless(fmt.Errorf("%s: %w", o.policyFile, err))
		}
	}
	j, err := newJudge(o.vkey, o.witnesses, quorum)
	if err != nil {
		senseless(err)
	}
	log, err := logKey(o.vkey)
	if err != nil {
		senseless(err)
	}
	keys := keyring{}
	keys.add(log)
	for _, text := range o.keys {
		key, err := readPubkey(text)
		if err != nil {
			senseless(err)
		}
		keys.add(key)
	}
	if quorum != nil && len(quorum.logs) > 0 && !quorum.hasLog(o.vkey) {
		senseless(fmt.Errorf("%s: its logs are others", o.policyFile))
	}
	if o.entries == "raw" {
		keys = nil
	} else if o.entries != "dsse" {
		senseless(fmt.Errorf("-entries %s: dsse or raw", strconv.Quote(o.entries)))
	}
	return j, keys
}

func main() {
	begin := time.Now()
	o, kept := readOptions()
	if o.jobs < 1 {
		o.jobs = 1
	}
	var err error
	switch {
	case o.vectors != "":
		err = checkVectors(o.vectors)
	case len(o.submit) > 0 && o.vkey != "" && o.log != "" && o.keep != "":
		err = submit(&o)
	case o.roots != "":
		err = checkRoots(o.roots)
	case o.note != "":
		err = checkNote(&o)
	case o.token != "":
		err = signWith(o.token, o.pae, os.ReadFile)
		if err != nil {
			senseless(err)
		}
		return
	case o.forge != "":
		err = forge(o.forge)
	case o.vkey == "":
		senseless(fmt.Errorf("-vkey is missing; -help says more"))
	case o.proofFile != "":
		j, keys := parties(&o)
		err = checkProofFile(&o, j, keys)
	case o.log != "":
		j, _ := parties(&o)
		err = checkLog(&o, j, kept)
	default:
		senseless(fmt.Errorf("-log or -proof is missing; -help says more"))
	}
	if err != nil {
		fmt.Println("disagreement:", err)
		os.Exit(1)
	}
	fmt.Printf("all agrees (%.1f s)\n", time.Since(begin).Seconds())
}
