// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// A pubkey signs entries in one of three ways, which are of the key and never chosen by a signature:
//
//	ed25519		64 bytes
//	sshsig		what ssh-keygen -Y sign -n comity makes (OpenSSH, PROTOCOL.sshsig and PROTOCOL.u2f)
//	webauthn	an assertion of a passkey (W3C Web Authentication, Level 3): three strings
type pubkey struct {
	carrier string
	kind    string // of OpenSSH; or of COSE: EdDSA, ES256
	raw     []byte // Ed25519: 32 bytes; P-256: 4, x, y
	app     string // of a token: its application; of a passkey: the rp id
	origin  string // of a passkey: where it may sign
	wire    []byte // what its name is the hash of
}

const (
	sshEd25519  = "ssh-ed25519"
	skEd25519   = "sk-ssh-ed25519@openssh.com"
	skEcdsa     = "sk-ecdsa-sha2-nistp256@openssh.com"
	webEcdsa    = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com" // a kind of signatures, of keys of the one above
	namespace   = "comity"
	touched     = 0x01
	verified    = 0x04
	mayBeCopied = 0x08
	copied      = 0x10
	attested    = 0x40
	extended    = 0x80
)

var p256 = elliptic.P256()

// A fields reads the encoding of RFC 4251: numbers with the higher bytes first, strings after their length. After a fault it is bad.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) take(n int) []byte {
	if n > len(f.rest) {
		f.bad, f.rest = true, nil
		return make([]byte, n)
	}
	taken := f.rest[:n]
	f.rest = f.rest[n:]
	return taken
}

func (f *fields) number() uint32 {
	return binary.BigEndian.Uint32(f.take(4))
}

func (f *fields) text() string {
	n := int64(f.number())
	if n > int64(len(f.rest)) {
		f.bad, f.rest = true, nil
		return ""
	}
	return string(f.take(int(n)))
}

func (f *fields) end() bool { return !f.bad && len(f.rest) == 0 }

func text4(parts ...string) (b []byte) {
	for _, p := range parts {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(p))), p...)
	}
	return b
}

func readPubkey(text string) (*pubkey, error) {
	word := strings.Split(text, " ")
	k := &pubkey{}
	switch {
	case word[0] == "ed25519" && len(word) == 2:
		raw, err := canonical64(word[1])
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%q holds no 32 bytes", text)
		}
		k.carrier, k.raw, k.wire = word[0], raw, raw
		return k, nil
	case word[0] == "webauthn" && len(word) == 5:
		raw, err := canonical64(word[2])
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		k.carrier, k.kind, k.raw, k.app, k.origin = word[0], word[1], raw, word[3], word[4]
		k.wire = text4(k.kind, string(raw), k.app, k.origin)
	case len(word) == 2:
		wire, err := canonical64(word[1])
		f := fields{rest: wire}
		k.carrier, k.kind, k.wire = "sshsig", f.text(), wire
		if k.kind == skEcdsa && f.text() != "nistp256" {
			f.bad = true
		}
		k.raw = []byte(f.text())
		if k.kind != sshEd25519 {
			k.app = f.text()
		}
		if err != nil || !f.end() || k.kind != word[0] {
			return nil, fmt.Errorf("%q is no public key of OpenSSH", text)
		}
	default:
		return nil, fmt.Errorf("%q is no text of a key", text)
	}
	switch k.kind {
	case sshEd25519, skEd25519, "EdDSA":
		if len(k.raw) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%q holds no 32 bytes", text)
		}
	case skEcdsa, "ES256":
		if x, _ := elliptic.Unmarshal(p256, k.raw); x == nil {
			return nil, fmt.Errorf("%q holds no point of P-256", text)
		}
	default:
		return nil, fmt.Errorf("%q is a key of no kind that signs acts", text)
	}
	return k, nil
}

// text is the key as a key act has it.
func (k *pubkey) text() string {
	b64 := base64.StdEncoding.EncodeToString
	switch k.carrier {
	case "sshsig":
		return k.kind + " " + b64(k.wire)
	case "webauthn":
		return strings.Join([]string{"webauthn", k.kind, b64(k.raw), k.app, k.origin}, " ")
	}
	return "ed25519 " + b64(k.raw)
}

// id names a key as envelopes do: by its carrier and the first eight bytes of the SHA-256 of its encoding.
func (k *pubkey) id() string {
	sum := sha256.Sum256(k.wire)
	return fmt.Sprintf("%s:%x", k.carrier, sum[:8])
}

var errDoesNotFit = errors.New("it does not fit")

// verify checks a signature over a message.
func (k *pubkey) verify(message, sig []byte) error {
	switch k.carrier {
	case "sshsig":
		return k.verifySSH(message, sig)
	case "webauthn":
		return k.verifyPasskey(message, sig)
	}
	if len(sig) != ed25519.SignatureSize || !ed25519.Verify(k.raw, message, sig) {
		return errDoesNotFit
	}
	return nil
}

func (k *pubkey) verifySSH(message, sig []byte) error {
	f := fields{rest: sig}
	magic, version := string(f.take(6)), f.number()
	key, space, reserved, hash, inner := f.text(), f.text(), f.text(), f.text(), f.text()
	if !f.end() || magic != "SSHSIG" || version != 1 || reserved != "" {
		return errors.New("it is no signature of OpenSSH")
	}
	if key != string(k.wire) {
		return errors.New("another key stands in it")
	}
	if space != namespace {
		return fmt.Errorf("it was made for the namespace %q", space)
	}
	var digest []byte
	switch hash {
	case "sha512":
		sum := sha512.Sum512(message)
		digest = sum[:]
	case "sha256":
		sum := sha256.Sum256(message)
		digest = sum[:]
	default:
		return fmt.Errorf("it was made with the hash %q", hash)
	}
	return k.verifyInner(append([]byte("SSHSIG"), text4(space, "", hash, string(digest))...), inner)
}

// verifyInner checks what OpenSSH's key or token itself has signed.
func (k *pubkey) verifyInner(data []byte, inner string) error {
	f := fields{rest: []byte(inner)}
	kind, raw := f.text(), []byte(f.text())
	if kind != k.kind && !(kind == webEcdsa && k.kind == skEcdsa) {
		return errors.New("it is of another kind than its key")
	}
	if kind == sshEd25519 {
		if !f.end() || len(raw) != ed25519.SignatureSize || !ed25519.Verify(k.raw, data, raw) {
			return errDoesNotFit
		}
		return nil
	}
	flags, counter := f.take(1)[0], f.take(4)
	var origin, client, more string
	if kind == webEcdsa {
		origin, client, more = f.text(), f.text(), f.text()
	}
	if !f.end() {
		return errors.New("something is left over in it, or missing")
	}
	if err := checkFlags(flags); err != nil {
		return err
	}
	last := sha256.Sum256(data)
	if kind == webEcdsa {
		if !strings.HasPrefix(client, `{"type":"webauthn.get","challenge":"`+base64.RawURLEncoding.EncodeToString(data)+`","origin":"`+origin+`"`) {
			return errors.New("its client data say something else")
		}
		if err := checkClient([]byte(client), data, origin); err != nil {
			return err
		}
		if (flags&extended != 0) != (more != "") {
			return errors.New("its flags and its extensions do not fit each other")
		}
		last = sha256.Sum256([]byte(client))
	}
	app := sha256.Sum256([]byte(k.app))
	signed := append(append(append(append(append([]byte{}, app[:]...), flags), counter...), more...), last[:]...)
	if k.kind == skEd25519 {
		if len(raw) != ed25519.SignatureSize || !ed25519.Verify(k.raw, signed, raw) {
			return errDoesNotFit
		}
		return nil
	}
	two := fields{rest: raw}
	r, s := two.text(), two.text()
	if !two.end() || !shortest(r) || !shortest(s) {
		return errors.New("its two numbers are spelled in another way than the one")
	}
	return k.verifyP256(signed, []byte(r), []byte(s))
}

// shortest: a positive number without a byte too many (RFC 4251, mpint).
func shortest(n string) bool {
	return n != "" && n[0] < 0x80 && (n[0] > 0 || len(n) > 1 && n[1] >= 0x80)
}

func (k *pubkey) verifyP256(signed, r, s []byte) error {
	x, y := elliptic.Unmarshal(p256, k.raw)
	sum := sha256.Sum256(signed)
	si := new(big.Int).SetBytes(s)
	if new(big.Int).Lsh(si, 1).Cmp(p256.Params().N) > 0 {
		return errors.New("its s is high: it is the second form that anybody can make of it")
	}
	if x == nil || !ecdsa.Verify(&ecdsa.PublicKey{Curve: p256, X: x, Y: y}, sum[:], new(big.Int).SetBytes(r), si) {
		return errDoesNotFit
	}
	return nil
}

func checkFlags(flags byte) error {
	if flags&touched == 0 {
		return errors.New("nobody touched the device")
	}
	if flags&verified == 0 {
		return errors.New("the device did not ask who touched it")
	}
	return nil
}

// checkClient reads what a browser says about an assertion.
func checkClient(client, challenge []byte, origin string) error {
	var c struct {
		Type, Challenge, Origin string
		CrossOrigin             *bool
		TopOrigin               *json.RawMessage
	}
	if err := json.Unmarshal(client, &c); err != nil {
		return fmt.Errorf("its client data: %w", err)
	}
	switch {
	case c.Type != "webauthn.get":
		return errors.New("its client data do not speak of an assertion")
	case c.Challenge != base64.RawURLEncoding.EncodeToString(challenge):
		return errors.New("its challenge is another")
	case c.Origin != origin:
		return fmt.Errorf("it was made at %q", c.Origin)
	case c.CrossOrigin != nil && *c.CrossOrigin, c.TopOrigin != nil:
		return errors.New("it was made in a frame of another site")
	}
	return nil
}

func (k *pubkey) verifyPasskey(message, sig []byte) error {
	f := fields{rest: sig}
	auth, client, raw := []byte(f.text()), []byte(f.text()), []byte(f.text())
	if !f.end() || len(auth) < 37 || len(raw) != 64 {
		return errors.New("it is not authenticator data, client data and 64 bytes")
	}
	rp := sha256.Sum256([]byte(k.app))
	flags := auth[32]
	if string(auth[:32]) != string(rp[:]) {
		return errors.New("it was made for another rp id")
	}
	if flags&attested != 0 || (flags&extended != 0) != (len(auth) > 37) || flags&copied != 0 && flags&mayBeCopied == 0 {
		return errors.New("its flags and its length do not fit each other")
	}
	if err := checkFlags(flags); err != nil {
		return err
	}
	challenge := sha256.Sum256(message)
	if err := checkClient(client, challenge[:], k.origin); err != nil {
		return err
	}
	sum := sha256.Sum256(client)
	signed := append(append([]byte{}, auth...), sum[:]...)
	if k.kind == "ES256" {
		return k.verifyP256(signed, raw[:32], raw[32:])
	}
	if !ed25519.Verify(k.raw, signed, raw) {
		return errDoesNotFit
	}
	return nil
}
