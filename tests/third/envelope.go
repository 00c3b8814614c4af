// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
)

const actType = "application/vnd.comity.act.v1+json"

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

// keyring has the keys that may sign entries, by keyid.
type keyring map[string]ed25519.PublicKey

// keyid names a key as envelopes do: by the first eight bytes of its SHA-256.
func keyid(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return fmt.Sprintf("ed25519:%x", sum[:8])
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

// check verifies an entry as a signed act: its one spelling, its type, its payload, and every signature. It gives the payload.
func (keys keyring) check(entry []byte) ([]byte, error) {
	var e envelope
	if len(entry) > maxEntry {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(entry), maxEntry)
	}
	if err := json.Unmarshal(entry, &e); err != nil {
		return nil, fmt.Errorf("it is no DSSE envelope: %w", err)
	}
	if e.spell() != string(entry) {
		return nil, fmt.Errorf("the envelope is spelled in another way than the one")
	}
	if e.Type != actType {
		return nil, fmt.Errorf("its payload is of type %q", e.Type)
	}
	body, err := canonical64(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("its payload: %w", err)
	}
	var act map[string]json.RawMessage
	if err := json.Unmarshal(body, &act); err != nil || act == nil {
		return nil, fmt.Errorf("its payload is no JSON object (%v)", err)
	}
	if len(e.Signatures) == 0 {
		return nil, fmt.Errorf("nobody has signed it")
	}
	signed := pae(e.Type, body)
	for i, s := range e.Signatures {
		if i > 0 && e.Signatures[i-1].KeyID >= s.KeyID {
			return nil, fmt.Errorf("its signatures are not in ascending order of keyid")
		}
		key, ok := keys[s.KeyID]
		if !ok {
			return nil, fmt.Errorf("nobody named the key %q that signed it", s.KeyID)
		}
		sig, err := canonical64(s.Sig)
		if err != nil || len(sig) != ed25519.SignatureSize {
			return nil, fmt.Errorf("the signature of %s is not 64 bytes in base64", s.KeyID)
		}
		if !ed25519.Verify(key, signed, sig) {
			return nil, fmt.Errorf("the signature of %s does not fit", s.KeyID)
		}
	}
	return body, nil
}

// checkGenesis compares the first act with what the reader knew before: whose log it is, and by which key.
func checkGenesis(body []byte, origin, vkey, keyid string) error {
	var g struct {
		Kind   string
		Origin string
		Key    struct{ Vkey, Keyid string }
	}
	if err := json.Unmarshal(body, &g); err != nil {
		return err
	}
	if g.Kind != "genesis" || g.Origin != origin || g.Key.Vkey != vkey || g.Key.Keyid != keyid {
		return fmt.Errorf("it is not the genesis of %s with the key %s: %s", origin, vkey, body)
	}
	return nil
}
