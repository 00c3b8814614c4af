// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const (
	actType    = "application/vnd.comity.act.v1+json"
	maxSigners = 16
	maxSig     = 4096
)

// An envelope is a DSSE envelope as JSON says it; one spelling of it is an entry.
type envelope struct {
	Type       string      `json:"payloadType"`
	Payload    string      `json:"payload"`
	Signatures []signature `json:"signatures"`
}

type signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"`
}

// An act is an envelope taken apart, with what concerns its signatures; what it says else is not for a log to know.
type act struct {
	envelope
	body     []byte
	sigs     [][]byte
	kind     string
	register string // the log that it was signed for; empty: this one made it
	id       string
	keys     *keyAct // nil: it is about no keys
}

// pae is what a signature of a DSSE envelope covers.
func pae(kind string, body []byte) []byte {
	return append([]byte(fmt.Sprintf("DSSEv1 %d %s %d ", len(kind), kind, len(body))), body...)
}

// spell writes an envelope without a blank, its members in this order.
func (e *envelope) spell() string {
	var b strings.Builder
	b.WriteString(`{"payloadType":"` + e.Type + `","payload":"` + e.Payload + `","signatures":[`)
	for i, s := range e.Signatures {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"keyid":"` + s.KeyID + `","sig":"` + s.Sig + `"}`)
	}
	b.WriteString("]}")
	return b.String()
}

// readAct takes an entry for a signed act: its one spelling, its type, its payload. No signature is verified.
func readAct(entry []byte) (*act, error) {
	a := &act{}
	if len(entry) > maxEntry {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(entry), maxEntry)
	}
	if err := json.Unmarshal(entry, &a.envelope); err != nil {
		return nil, fmt.Errorf("it is no DSSE envelope: %w", err)
	}
	if a.spell() != string(entry) {
		return nil, errors.New("the envelope is spelled in another way than the one")
	}
	if a.Type != actType {
		return nil, fmt.Errorf("its payload is of type %q", a.Type)
	}
	var err error
	if a.body, err = canonical64(a.Payload); err != nil {
		return nil, fmt.Errorf("its payload: %w", err)
	}
	if err := a.readBody(); err != nil {
		return nil, err
	}
	if n := len(a.Signatures); n == 0 || n > maxSigners {
		return nil, fmt.Errorf("%d signatures: nobody has signed it, or too many", n)
	}
	for i, s := range a.Signatures {
		if i > 0 && a.Signatures[i-1].KeyID >= s.KeyID {
			return nil, errors.New("its signatures are not in ascending order of keyid")
		}
		sig, err := canonical64(s.Sig)
		if err != nil || len(sig) > maxSig {
			return nil, fmt.Errorf("the signature of %s is not at most %d bytes in base64", s.KeyID, maxSig)
		}
		a.sigs = append(a.sigs, sig)
	}
	return a, nil
}

// An object is a JSON object by the exact names of its members: encoding/json alone would take KIND for kind.
type object map[string]json.RawMessage

func readObject(data []byte) (object, error) {
	var o object
	if err := json.Unmarshal(data, &o); err != nil || o == nil {
		return nil, fmt.Errorf("it is no JSON object (%v)", err)
	}
	return o, nil
}

// text is a member that is a string, else empty.
func (o object) text(name string) string {
	var s string
	if json.Unmarshal(o[name], &s) != nil {
		return ""
	}
	return s
}

func (o object) object(name string) object {
	inner, err := readObject(o[name])
	if err != nil {
		return object{}
	}
	return inner
}

// number is a member that is a whole number; def, if there is none.
func (o object) number(name string, def int64) (int64, error) {
	if o[name] == nil {
		return def, nil
	}
	return decimal(string(o[name]))
}

func (a *act) readBody() error {
	o, err := readObject(a.body)
	if err != nil {
		return fmt.Errorf("its payload: %w", err)
	}
	a.kind, a.register, a.id = o.text("kind"), o.text("register"), o.text("id")
	if _, about := keyMembers[a.kind]; about {
		if a.keys, err = readKeyAct(o); err != nil {
			return fmt.Errorf("%s: %w", a.kind, err)
		}
	}
	return nil
}

// verify checks every signature; find gives the key of a keyid, or nil.
func (a *act) verify(find func(id string) *pubkey) error {
	signed := pae(a.Type, a.body)
	for i, s := range a.Signatures {
		key := find(s.KeyID)
		if key == nil {
			return fmt.Errorf("the key %s that signed it is not in force", s.KeyID)
		}
		if err := key.verify(signed, a.sigs[i]); err != nil {
			return fmt.Errorf("the signature of %s: %w", s.KeyID, err)
		}
	}
	return nil
}

// A keyring has keys that are known beforehand, by keyid.
type keyring map[string]*pubkey

func (r keyring) add(k *pubkey)          { r[k.id()] = k }
func (r keyring) find(id string) *pubkey { return r[id] }

// all: are these the only keys under the act?
func (r keyring) all(a *act) bool {
	for _, s := range a.Signatures {
		if r[s.KeyID] == nil {
			return false
		}
	}
	return true
}
