// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// The acts of a log, in its order: who signed each, and whether they could.
type acts struct {
	log     keyring // the log's key alone
	signed  []*act  // those that need the order: others have signed them, or they are about keys; else nil
	holders *holders
	marks   map[string]int64 // register and id to the entry
	others  int              // signatures of other keys than the log's
}

// verifyEarly verifies what needs no order: an act under the log's own key, which is always in force. Threads may call it for different entries.
func (s *acts) verifyEarly(n int64, entry []byte) error {
	a, err := readAct(entry)
	if err != nil {
		return err
	}
	if n == 0 || a.keys != nil || a.register != "" || !s.log.all(a) {
		s.signed[n] = a
		return nil
	}
	if a.kind == "genesis" {
		return fmt.Errorf("a second genesis")
	}
	return a.verify(s.log.find)
}

// verifyInOrder does the rest, from the genesis on.
func (s *acts) verifyInOrder(origin, vkey string) (int64, error) {
	for i, a := range s.signed {
		if a == nil {
			continue
		}
		if err := s.next(a, int64(i), origin, vkey); err != nil {
			return int64(i), err
		}
	}
	return 0, nil
}

func (s *acts) next(a *act, n int64, origin, vkey string) (err error) {
	if n == 0 {
		var log *pubkey
		for _, log = range s.log {
		}
		if err = a.verify(s.log.find); err == nil {
			s.holders, err = newHolders(a.body, origin, vkey, log)
		}
		return err
	}
	if a.kind == "genesis" {
		return fmt.Errorf("a second genesis")
	}
	if err := a.verify(s.holders.find(a, n)); err != nil {
		return err
	}
	for _, sig := range a.Signatures {
		if s.log[sig.KeyID] == nil {
			s.others++
		}
	}
	if a.keys != nil {
		return s.holders.take(a, n)
	}
	return s.checkMarks(a, n)
}

// checkMarks: an act that was signed elsewhere counts in the log that it names, and once; and a key that was given for some kinds of acts signs
// no others. What a sealed act says does not stand here, nor is looked at what a correction moves aside.
func (s *acts) checkMarks(a *act, n int64) error {
	if a.register != "" {
		if a.register != s.holders.origin {
			return fmt.Errorf("it was signed for the register %q", a.register)
		}
		if first, there := s.marks[a.id]; there || a.id == "" {
			return fmt.Errorf("it is entry %d once more, or has no id", first)
		}
		s.marks[a.id] = n
	}
	if a.kind == "sealed" || a.kind == "" { // an annulment has none
		return nil
	}
	for _, sig := range a.Signatures {
		if k := s.holders.inForce(sig.KeyID, n); k.acts != nil && !k.acts[a.kind] {
			return fmt.Errorf("the key %s was given for other acts than %s", sig.KeyID, a.kind)
		}
	}
	return nil
}
