// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Holders says which key may sign which entry, from the entries alone: the genesis names the log's key, and entries about keys put others
// in force, from the next entry on, and out of it.
type holders struct {
	origin, registrar string
	recovery          int64
	keys              map[string]*held
	order             []*held
}

type held struct {
	key         *pubkey
	holder      string
	acts        map[string]bool // kinds that it may sign; nil: all
	by          int64           // the entry that names it
	from, until int64           // in force for from <= entry < until
}

// A keyAct is an entry about keys.
type keyAct struct {
	kind, register, holder, old string
	key                         *pubkey
	acts                        []string
	until                       int64
}

// keyMembers has what each kind says, beside kind, register and reason; of these only until may be missing.
var keyMembers = map[string][]string{
	"key_registered": {"holder", "key"},
	"key_delegated":  {"holder", "key", "acts", "until"},
	"key_rotated":    {"old", "key"},
	"key_revoked":    {"old"},
}

func readKeyAct(o object) (*keyAct, error) {
	k := &keyAct{kind: o.text("kind"), register: o.text("register"), holder: o.text("holder"), old: o.text("old")}
	may := map[string]bool{"kind": true, "register": true, "reason": true}
	for _, name := range keyMembers[k.kind] {
		may[name] = true
		if o[name] == nil && name != "until" {
			return nil, fmt.Errorf("it has no member %q", name)
		}
	}
	for name := range o {
		if !may[name] {
			return nil, fmt.Errorf("it has a member %q", name)
		}
	}
	var err error
	if k.until, err = o.number("until", math.MaxInt64); err != nil {
		return nil, err
	}
	if o["key"] != nil {
		if k.key, err = readPubkey(o.text("key")); err != nil {
			return nil, err
		}
	}
	if o["acts"] != nil {
		if err := json.Unmarshal(o["acts"], &k.acts); err != nil || len(k.acts) == 0 {
			return nil, fmt.Errorf("its acts are no list of kinds (%v)", err)
		}
	}
	if may["holder"] == (k.holder == "") || may["old"] == (k.old == "") {
		return nil, errors.New("its holder or its old key is no text")
	}
	return k, nil
}

// newHolders begins with the genesis, compared with what the reader knew before: whose log it is, and by which key.
func newHolders(body []byte, origin, vkey string, log *pubkey) (*holders, error) {
	g, err := readObject(body)
	if err != nil {
		return nil, err
	}
	key := g.object("key")
	if g.text("kind") != "genesis" || g.text("origin") != origin || key.text("vkey") != vkey || key.text("keyid") != log.id() {
		return nil, fmt.Errorf("it is not the genesis of %s with the key %s: %s", origin, vkey, body)
	}
	h := &holders{origin: origin, registrar: key.text("role"), keys: map[string]*held{}}
	if h.recovery, err = g.object("keys").number("recovery", 1); err != nil {
		return nil, err
	}
	h.put(&held{key: log, holder: h.registrar, until: math.MaxInt64})
	return h, nil
}

func (h *holders) put(k *held) {
	h.keys[k.key.id()] = k
	h.order = append(h.order, k)
}

// inForce gives a key that may sign entry n, or nil.
func (h *holders) inForce(id string, n int64) *held {
	if k := h.keys[id]; k != nil && k.from <= n && n < k.until {
		return k
	}
	return nil
}

// find gives the key by which a signature under entry n is verified: one in force, or the one that this entry puts in force.
func (h *holders) find(a *act, n int64) func(id string) *pubkey {
	return func(id string) *pubkey {
		if k := h.inForce(id, n); k != nil {
			return k.key
		}
		if a.keys != nil && a.keys.key != nil && a.keys.key.id() == id {
			return a.keys.key
		}
		return nil
	}
}

// signedFor: has a key of this holder signed, one for all acts?
func (h *holders) signedFor(holder string, by map[string]bool, n int64) bool {
	for id := range by {
		if k := h.inForce(id, n); k != nil && k.acts == nil && k.holder == holder {
			return true
		}
	}
	return false
}

// helped: the registrar, and as many as there must be of those who had a key before the holder had one, or all others.
func (h *holders) helped(holder string, by map[string]bool, n int64) bool {
	first := map[string]int64{}
	for _, k := range h.order {
		if _, known := first[k.holder]; k.acts == nil && !known {
			first[k.holder] = k.by
		}
	}
	others := map[string]bool{}
	for _, k := range h.order {
		if h.inForce(k.key.id(), n) != nil && k.acts == nil && k.holder != holder && k.holder != h.registrar {
			others[k.holder] = h.signedFor(k.holder, by, n)
		}
	}
	elders, all := int64(0), true
	for other, signed := range others {
		if signed && first[other] < first[holder] {
			elders++
		}
		all = all && signed
	}
	return h.signedFor(h.registrar, by, n) && (elders >= h.recovery || all)
}

// take follows entry n, whose signatures were verified.
func (h *holders) take(a *act, n int64) error {
	k := a.keys
	by := map[string]bool{}
	for _, s := range a.Signatures {
		by[s.KeyID] = true
	}
	if k.register != h.origin {
		return fmt.Errorf("it is about keys of the register %q", k.register)
	}
	if k.until <= n {
		return fmt.Errorf("the key would end at entry %d, before it begins", k.until)
	}
	if k.key != nil {
		id := k.key.id()
		if known := h.keys[id]; known != nil {
			return fmt.Errorf("the key %s was named by entry %d already", id, known.by)
		}
		if !by[id] {
			return fmt.Errorf("the new key %s has not signed it", id)
		}
	}
	if k.old != "" {
		return h.end(k, by, n)
	}
	return h.begin(k, by, n)
}

func (h *holders) begin(k *keyAct, by map[string]bool, n int64) error {
	has, ever := false, false
	for _, other := range h.order {
		if other.acts == nil && other.holder == k.holder {
			ever = true
			has = has || h.inForce(other.key.id(), n) != nil
		}
	}
	may := h.signedFor(k.holder, by, n)
	if !may && k.kind == "key_registered" && !has {
		may = !ever && h.signedFor(h.registrar, by, n) || ever && h.helped(k.holder, by, n)
	}
	if !may {
		return fmt.Errorf("it gives %s a key, and nobody has signed it who may", k.holder)
	}
	added := &held{key: k.key, holder: k.holder, by: n, from: n + 1, until: k.until}
	for _, kind := range k.acts {
		if added.acts == nil {
			added.acts = map[string]bool{}
		}
		added.acts[kind] = true
	}
	h.put(added)
	return nil
}

func (h *holders) end(k *keyAct, by map[string]bool, n int64) error {
	old := h.inForce(k.old, n)
	if old == nil {
		return fmt.Errorf("the key %s is not in force", k.old)
	}
	if old.by == 0 {
		return errors.New("the log's own key is not ended")
	}
	may := by[k.old]
	if !may && k.kind == "key_revoked" {
		may = h.signedFor(old.holder, by, n) || h.helped(old.holder, by, n)
	}
	if !may {
		return fmt.Errorf("it ends a key of %s, and nobody has signed it who may", old.holder)
	}
	if k.key != nil {
		h.put(&held{key: k.key, holder: old.holder, acts: old.acts, by: n, from: n + 1, until: old.until})
	}
	old.until = n + 1
	return nil
}
