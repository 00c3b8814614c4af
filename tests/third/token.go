// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/big"
)

// A token signs entries in any of the ways that pubkey verifies, for the forged logs and for whoever wants to try a register with keys of
// devices that are not at hand. Its fields are what a device or a browser would say; a lie changes them. Its seed is a byte repeated.
type token struct {
	*pubkey
	ed   ed25519.PrivateKey
	ec   *ecdsa.PrivateKey
	says tokenSays
}

type tokenSays struct {
	namespace, hash, key  string // key: which stands in a signature of OpenSSH
	flags                 byte
	origin, client, extra string // client: of the client data, behind challenge and origin
	asWeb, highS          bool
	challenge             func(message []byte) []byte
}

const (
	passkeySite = "register.example"
	passkeyAt   = "https://sign.register.example"
)

// tokenKinds are the keys that can be made, by name.
var tokenKinds = []string{"ed25519", "ssh", "sk-ed25519", "sk-ecdsa", "sk-ecdsa-web", "passkey-ed25519", "passkey-ecdsa"}

func newToken(kind string, seed byte) *token {
	t := &token{ed: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))}
	d := new(big.Int).SetBytes(bytes.Repeat([]byte{seed}, 32))
	x, y := p256.ScalarBaseMult(d.Bytes())
	t.ec = &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: p256, X: x, Y: y}, D: d}
	ed, ec := []byte(t.ed.Public().(ed25519.PublicKey)), elliptic.Marshal(p256, x, y)
	b64 := base64.StdEncoding.EncodeToString
	text := ""
	switch kind {
	case "ed25519":
		text = "ed25519 " + b64(ed)
	case "ssh":
		text = sshEd25519 + " " + b64(text4(sshEd25519, string(ed)))
	case "sk-ed25519":
		text = skEd25519 + " " + b64(text4(skEd25519, string(ed), "ssh:"))
	case "sk-ecdsa":
		text = skEcdsa + " " + b64(text4(skEcdsa, "nistp256", string(ec), "ssh:"))
	case "sk-ecdsa-web":
		text = skEcdsa + " " + b64(text4(skEcdsa, "nistp256", string(ec), passkeySite))
	case "passkey-ed25519":
		text = "webauthn EdDSA " + b64(ed) + " " + passkeySite + " " + passkeyAt
	case "passkey-ecdsa":
		text = "webauthn ES256 " + b64(ec) + " " + passkeySite + " " + passkeyAt
	}
	key, err := readPubkey(text)
	if err != nil {
		panic(err)
	}
	t.pubkey = key
	t.says = tokenSays{namespace: namespace, hash: "sha512", key: string(key.wire), flags: touched | verified, origin: passkeyAt,
		client: `,"crossOrigin":false}`, asWeb: kind == "sk-ecdsa-web"}
	return t
}

// lying is the same token, which says something else.
func (t *token) lying(change func(s *tokenSays)) *token {
	other := *t
	change(&other.says)
	return &other
}

func (t *token) sign(message []byte) []byte {
	switch t.carrier {
	case "sshsig":
		return t.signSSH(message)
	case "webauthn":
		return t.signPasskey(message)
	}
	return ed25519.Sign(t.ed, message)
}

func (t *token) signSSH(message []byte) []byte {
	s := t.says
	sum512, sum256 := sha512.Sum512(message), sha256.Sum256(message)
	digest := sum512[:]
	if s.hash == "sha256" {
		digest = sum256[:]
	}
	data := append([]byte("SSHSIG"), text4(s.namespace, "", s.hash, string(digest))...)
	head := append([]byte("SSHSIG\x00\x00\x00\x01"), text4(s.key, s.namespace, "", s.hash)...)
	return append(head, text4(string(t.signInner(data)))...)
}

func (t *token) signInner(data []byte) []byte {
	s := t.says
	if t.kind == sshEd25519 {
		return text4(t.kind, string(ed25519.Sign(t.ed, data)))
	}
	kind, counter, client := t.kind, []byte{0, 0, 0, 7}, ""
	last := sha256.Sum256(data)
	flags := s.flags
	if s.asWeb {
		kind, client = webEcdsa, t.client(data)
		last = sha256.Sum256([]byte(client))
	}
	app := sha256.Sum256([]byte(t.app))
	signed := append(append(append(append(append([]byte{}, app[:]...), flags), counter...), s.extra...), last[:]...)
	var sig []byte
	if t.kind == skEd25519 {
		sig = ed25519.Sign(t.ed, signed)
	} else {
		r, n := t.signP256(signed)
		sig = text4(mpint(r), mpint(n))
	}
	inner := append(append(text4(kind, string(sig)), flags), counter...)
	if s.asWeb {
		inner = append(inner, text4(s.origin, client, s.extra)...)
	}
	return inner
}

// mpint is a positive number as RFC 4251 has it.
func mpint(n *big.Int) string {
	b := n.Bytes()
	if len(b) > 0 && b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return string(b)
}

func (t *token) signP256(signed []byte) (r, s *big.Int) {
	sum := sha256.Sum256(signed)
	r, s, err := ecdsa.Sign(rand.Reader, t.ec, sum[:])
	if err != nil {
		panic(err)
	}
	other := new(big.Int).Sub(p256.Params().N, s)
	if high := s.Cmp(other) > 0; high != t.says.highS {
		s = other
	}
	return r, s
}

// client is what a browser says of an assertion.
func (t *token) client(challenge []byte) string {
	return `{"type":"webauthn.get","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge) + `","origin":"` + t.says.origin + `"` + t.says.client
}

func (t *token) signPasskey(message []byte) []byte {
	rp, challenge := sha256.Sum256([]byte(t.app)), sha256.Sum256(message)
	if t.says.challenge != nil {
		copy(challenge[:], t.says.challenge(message))
	}
	auth := append(append([]byte{}, rp[:]...), t.says.flags)
	auth = append(binary.BigEndian.AppendUint32(auth, 7), t.says.extra...)
	client := t.client(challenge[:])
	sum := sha256.Sum256([]byte(client))
	signed := append(append([]byte{}, auth...), sum[:]...)
	sig := ed25519.Sign(t.ed, signed)
	if t.kind == "ES256" {
		r, s := t.signP256(signed)
		sig = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	return text4(string(auth), client, string(sig))
}

// signWith signs a file with a token, or only shows the key: what -token is for.
func signWith(kind, file string, read func(string) ([]byte, error)) error {
	for _, k := range tokenKinds {
		if k != kind {
			continue
		}
		t := newToken(kind, 77)
		fmt.Printf("%s\n%s\n", t.id(), t.text())
		if file == "" {
			return nil
		}
		message, err := read(file)
		if err != nil {
			return err
		}
		fmt.Println(base64.StdEncoding.EncodeToString(t.sign(message)))
		return nil
	}
	return fmt.Errorf("-token %s: there are %v", kind, tokenKinds)
}
