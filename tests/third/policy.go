// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"
)

// A policy says which cosignatures make a checkpoint valid (C2SP tlog-policy).
type policy struct {
	logs   []string          // vkeys
	vkey   map[string]string // of a witness, by its name in this file
	group  map[string]group
	quorum string // a name; "none": no cosignature is needed; "": not said yet
}

type group struct {
	least   int
	members []string
}

func (p *policy) vkeys() (all []string) {
	for _, v := range p.vkey {
		all = append(all, v)
	}
	return all
}

func (p *policy) hasLog(vkey string) bool {
	for _, v := range p.logs {
		if v == vkey {
			return true
		}
	}
	return false
}

// met says whether the keys that signed, as name+hash, are a quorum.
func (p *policy) met(by map[string]bool) bool {
	return p.quorum == "none" || p.has(p.quorum, by)
}

func (p *policy) has(name string, by map[string]bool) bool {
	if v, ok := p.vkey[name]; ok {
		part := strings.SplitN(v, "+", 3)
		return by[part[0]+"+"+part[1]]
	}
	n := 0
	for _, m := range p.group[name].members {
		if p.has(m, by) {
			n++
		}
	}
	return n >= p.group[name].least
}

func readPolicy(text string) (*policy, error) {
	p := &policy{vkey: map[string]string{}, group: map[string]group{}}
	used := map[string]bool{} // names that are a member of a group, and keys
	if text != "" && !strings.HasSuffix(text, "\n") {
		return nil, errors.New("its last line has no end: was it cut off?")
	}
	for i, line := range strings.Split(text, "\n") {
		if k := strings.IndexFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }); k >= 0 {
			return nil, fmt.Errorf("line %d holds a control character", i+1)
		}
		word := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(word) == 0 || strings.HasPrefix(word[0], "#") {
			continue
		}
		if err := p.line(word, used); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if p.quorum == "" {
		return nil, errors.New("there is no line 'quorum'")
	}
	return p, nil
}

func (p *policy) line(word []string, used map[string]bool) error {
	switch n := len(word); {
	case word[0] == "log" && (n == 2 || n == 3):
		return p.key(word[1], 0x01, used, func() { p.logs = append(p.logs, word[1]) })
	case word[0] == "witness" && (n == 3 || n == 4):
		if p.known(word[1]) || word[1] == "none" {
			return fmt.Errorf("%q is a name already", word[1])
		}
		return p.key(word[2], 0x04, used, func() { p.vkey[word[1]] = word[2] })
	case word[0] == "group" && n >= 4:
		return p.defineGroup(word[1], word[2], word[3:], used)
	case word[0] == "quorum" && n == 2:
		if p.quorum != "" {
			return fmt.Errorf("a second quorum")
		}
		if word[1] != "none" && !p.known(word[1]) {
			return fmt.Errorf("no witness or group above is named %q", word[1])
		}
		p.quorum = word[1]
		return nil
	}
	return fmt.Errorf("%q is not a line of a policy", strings.Join(word, " "))
}

func (p *policy) known(name string) bool {
	_, w := p.vkey[name]
	_, g := p.group[name]
	return w || g
}

// key takes a key that no other line has, be it under another name.
func (p *policy) key(vkey string, kind byte, used map[string]bool, take func()) error {
	_, _, key, err := splitVkey(vkey, kind)
	if err != nil {
		return err
	}
	as := fmt.Sprintf("key of type %d: %x", kind, key)
	if used[as] {
		return fmt.Errorf("the key of %q stands in a line above", vkey)
	}
	used[as] = true
	take()
	return nil
}

func (p *policy) defineGroup(name, least string, members []string, used map[string]bool) error {
	if p.known(name) || name == "none" {
		return fmt.Errorf("%q is a name already", name)
	}
	g := group{members: members}
	switch least {
	case "all":
		g.least = len(members)
	case "any":
		g.least = 1
	default:
		k, err := decimal(least)
		if err != nil || k < 1 || k > int64(len(members)) {
			return fmt.Errorf("%q of %d members is no threshold", least, len(members))
		}
		g.least = int(k)
	}
	for _, m := range members {
		if !p.known(m) {
			return fmt.Errorf("no witness or group above is named %q", m)
		}
		if used["member: "+m] {
			return fmt.Errorf("%q is a member already", m)
		}
		used["member: "+m] = true
	}
	p.group[name] = g
	return nil
}
