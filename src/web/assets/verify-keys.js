// SPDX-License-Identifier: Apache-2.0
// Keys that sign acts, and their signatures: bare Ed25519; OpenSSH's, also of FIDO2 tokens (PROTOCOL.sshsig, PROTOCOL.u2f); passkeys (W3C Web
// Authentication). As `comity verify --signer` takes them: a token must say that somebody touched it and showed it who he is, and of the two
// forms that an ECDSA signature has only the one with the low s counts.
'use strict';

const comityKeys = (() => {
  const { bytesOf, textOf, base64, fromBase64, keyidOf, sha256, soundKey, ed25519, Fault } = comity;

  const NAMESPACE = 'comity';
  const FOR_ACTS = 0x05; // touched, and asked who it was
  const MAY_COPY = 0x08;
  const COPIED = 0x10;
  const ATTESTED = 0x40;
  const EXTENDED = 0x80;
  const LIMIT = { text: 1023, application: 253, origin: 267, client: 2048, extensions: 1024, auth: 1024, namespace: 255, challenge: 512 };

  /** A signature, or a key, that is not in its one form. Whoever reads one catches it. */
  class Malformed extends Error {}

  function must(what) {
    if (!what) throw new Malformed();
    return what;
  }

  const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

  /** Numbers and strings as OpenSSH writes them (RFC 4251, 5). */
  function wire(bytes) {
    let at = 0;
    const take = (n) => {
      must(n <= bytes.length - at);
      at += n;
      return bytes.subarray(at - n, at);
    };
    const u32 = () => take(4).reduce((n, byte) => n * 256 + byte, 0);
    return { take, u8: () => take(1)[0], u32, string: () => take(u32()), end: () => must(at === bytes.length) };
  }

  const u32 = (n) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const string = (bytes) => join(u32(bytes.length), bytes);

  // ---- ECDSA over P-256 --------------------------------------------------------------------------------------------------------------

  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const number = (bytes) => bytes.reduce((n, byte) => n * 256n + BigInt(byte), 0n);

  const p256Key = (pub) => crypto.subtle.importKey('raw', pub, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);

  async function p256Good(pub, message, sig) {
    if (number(sig.subarray(32)) > ORDER / 2n) return false;
    return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, await p256Key(pub), sig, message);
  }

  /** A positive number in its shortest form, as 32 bytes. */
  function shortest(bytes) {
    must(bytes.length > 0 && bytes.length <= 33 && bytes[0] < 0x80);
    const padded = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    must(padded.length > 0 && padded.length <= 32 && (bytes[0] !== 0 || padded[0] >= 0x80));
    return join(new Uint8Array(32 - padded.length), padded);
  }

  const ALGORITHMS = {
    ed25519: { length: 32, good: ed25519, sound: async (pub) => soundKey(pub) },
    p256: { length: 65, good: p256Good, sound: (pub) => pub[0] === 4 && p256Key(pub).then(() => true, () => false) },
  };

  // ---- what browsers say that they signed (Web Authentication, 5.8.1) ----------------------------------------------------------------------

  const hostOk = (host) => host.length <= LIMIT.application && /^[a-z0-9](?:[a-z0-9-]|\.(?!\.))*$/.test(host) && /[a-z0-9]$/.test(host);

  /** Is it a site that may ask for signatures of passkeys made for this rp id? */
  function originOf(origin, rpId) {
    const [, scheme, host, port] = /^(https?):\/\/([^:]*)(?::([1-9][0-9]{0,4}))?$/.exec(origin) ?? [];
    if (!host || !hostOk(host) || !hostOk(rpId) || (scheme === 'http' && host !== 'localhost')) return false;
    if (port && (Number(port) > 65535 || Number(port) === (scheme === 'https' ? 443 : 80))) return false;
    return host === rpId || host.endsWith(`.${rpId}`);
  }

  const base64url = (bytes) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

  /** Client data say that it is an assertion with this challenge, asked for by this origin itself. No member stands twice. */
  function clientGood(bytes, challenge, origin) {
    const text = bytes.length <= LIMIT.client ? textOf(bytes) : null;
    if (text === null || text.includes('\\') || challenge.length > LIMIT.challenge) return false;
    for (const name of ['type', 'challenge', 'origin', 'crossOrigin', 'topOrigin']) if (text.split(`"${name}"`).length > 2) return false;
    let client;
    try {
      client = JSON.parse(text);
    } catch {
      return false;
    }
    return client?.type === 'webauthn.get' && client.challenge === base64url(challenge) && client.origin === origin &&
      (client.crossOrigin === undefined || client.crossOrigin === false) && client.topOrigin === undefined;
  }

  // ---- OpenSSH ----------------------------------------------------------------------------------------------------------------------------

  const KINDS = {
    'ssh-ed25519': { algorithm: 'ed25519', token: false },
    'sk-ssh-ed25519@openssh.com': { algorithm: 'ed25519', token: true },
    'sk-ecdsa-sha2-nistp256@openssh.com': { algorithm: 'p256', token: true },
  };
  const BROWSER_KIND = 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com'; // of signatures only

  /** The line of a .pub file; what stands behind the base64 is a comment. */
  async function readSshKey(kind, data) {
    const blob = must(fromBase64(data));
    const { algorithm, token } = KINDS[kind];
    const rest = wire(blob);
    must(textOf(rest.string()) === kind);
    if (algorithm === 'p256') must(textOf(rest.string()) === 'nistp256');
    const pub = rest.string();
    const application = token ? rest.string() : null;
    rest.end();
    must(pub.length === ALGORITHMS[algorithm].length);
    if (token) must(application.length > 0 && application.length <= LIMIT.application && application.every((byte) => byte >= 0x20 && byte < 0x7f));
    return { carrier: 'sshsig', kind, algorithm, pub, application, blob };
  }

  function readInner(bytes, key) {
    const rest = wire(bytes);
    const kind = textOf(rest.string());
    must(kind === key.kind || (kind === BROWSER_KIND && key.kind === 'sk-ecdsa-sha2-nistp256@openssh.com'));
    const inner = { kind, sig: rest.string(), flags: 0, counter: 0, extensions: new Uint8Array() };
    if (key.algorithm === 'p256') {
      const both = wire(inner.sig);
      inner.sig = join(shortest(both.string()), shortest(both.string()));
      both.end();
    }
    must(inner.sig.length === 64);
    if (key.application) Object.assign(inner, { flags: rest.u8(), counter: rest.u32() });
    if (kind === BROWSER_KIND) Object.assign(inner, { origin: rest.string(), client: rest.string(), extensions: rest.string() });
    rest.end();
    must((inner.origin?.length ?? 0) <= LIMIT.origin && inner.extensions.length <= LIMIT.extensions);
    return inner;
  }

  /** A browser signs client data, in which the data to be signed are the challenge; OpenSSH wants them to begin like this. */
  function browserGood(key, inner, data) {
    const origin = textOf(inner.origin) ?? '';
    const start = bytesOf(`{"type":"webauthn.get","challenge":"${base64url(data)}","origin":"${origin}"`);
    const extended = !!(inner.flags & EXTENDED);
    return !(inner.flags & ATTESTED) && extended === inner.extensions.length > 0 && originOf(origin, textOf(key.application) ?? '') &&
      equal(inner.client.subarray(0, start.length), start) && clientGood(inner.client, data, origin);
  }

  async function sshGood(key, message, sig) {
    const rest = wire(sig);
    must(textOf(rest.take(6)) === 'SSHSIG' && rest.u32() === 1);
    const [blob, namespace, reserved, hash, inside] = [rest.string(), rest.string(), rest.string(), rest.string(), rest.string()];
    rest.end();
    must(equal(blob, key.blob) && textOf(namespace) === NAMESPACE && reserved.length === 0);
    const name = must({ sha512: 'SHA-512', sha256: 'SHA-256' }[textOf(hash)]);
    const inner = readInner(inside, key);
    const digest = new Uint8Array(await crypto.subtle.digest(name, message));
    const data = join(bytesOf('SSHSIG'), string(namespace), string(reserved), string(hash), string(digest));
    if (!key.application) return ALGORITHMS[key.algorithm].good(key.pub, data, inner.sig);
    if ((inner.flags & FOR_ACTS) !== FOR_ACTS || (inner.kind === BROWSER_KIND && !browserGood(key, inner, data))) return false;
    const last = await sha256(inner.client ?? data);
    const signed = join(await sha256(key.application), [inner.flags], u32(inner.counter), inner.extensions, last);
    return ALGORITHMS[key.algorithm].good(key.pub, signed, inner.sig);
  }

  // ---- passkeys -----------------------------------------------------------------------------------------------------------------------------

  const PASSKEYS = { ES256: 'p256', EdDSA: 'ed25519' };

  async function readPasskey(words) {
    const [name, data, rpId, origin] = words;
    must(words.length === 4 && Object.hasOwn(PASSKEYS, name) && hostOk(rpId) && origin.length <= LIMIT.origin && originOf(origin, rpId));
    const algorithm = PASSKEYS[name];
    const pub = must(fromBase64(data));
    must(pub.length === ALGORITHMS[algorithm].length);
    const blob = join(...[bytesOf(name), pub, bytesOf(rpId), bytesOf(origin)].map(string));
    return { carrier: 'webauthn', algorithm, pub, rpId, origin, blob };
  }

  async function passkeyGood(key, message, sig) {
    const rest = wire(sig);
    const [auth, client, bytes] = [rest.string(), rest.string(), rest.string()];
    rest.end();
    must(auth.length >= 37 && auth.length <= LIMIT.auth && bytes.length === 64);
    const flags = auth[32];
    const forSite = equal(auth.subarray(0, 32), await sha256(bytesOf(key.rpId)));
    const formed = !(flags & ATTESTED) && !!(flags & EXTENDED) === auth.length > 37 && (!(flags & COPIED) || !!(flags & MAY_COPY));
    if (!forSite || !formed || (flags & FOR_ACTS) !== FOR_ACTS || !clientGood(client, await sha256(message), key.origin)) return false;
    return ALGORITHMS[key.algorithm].good(key.pub, join(auth, await sha256(client)), bytes);
  }

  // ---- any of them ------------------------------------------------------------------------------------------------------------------------------

  const GOOD = { ed25519: (key, message, sig) => ed25519(key.pub, message, sig), sshsig: sshGood, webauthn: passkeyGood };

  async function readKey(text) {
    const [kind, ...words] = text.split(' ');
    if (kind === 'ed25519' && words.length === 1) {
      const pub = must(fromBase64(words[0]));
      must(pub.length === 32);
      return { carrier: 'ed25519', algorithm: 'ed25519', pub, blob: pub };
    }
    if (kind === 'webauthn') return readPasskey(words);
    must(Object.hasOwn(KINDS, kind) && words.length >= 1);
    return readSshKey(kind, words[0]);
  }

  /**
   * A key as a line of text: "ed25519 <base64>", a line of a .pub file of OpenSSH, "webauthn <algorithm> <base64> <rp id> <origin>".
   * { keyid, good(message, sig) }; Fault: it is none.
   */
  async function readSigner(text) {
    const line = text.trim();
    let key;
    try {
      must(line.length <= LIMIT.text);
      key = await readKey(line);
    } catch (error) {
      if (error instanceof Malformed) throw new Fault('signer-form');
      throw error;
    }
    if (!(await ALGORITHMS[key.algorithm].sound(key.pub))) throw new Fault('key-unsound');
    return {
      keyid: await keyidOf(key.carrier, key.blob),
      good: (message, sig) => GOOD[key.carrier](key, message, sig).catch((error) => {
        if (error instanceof Malformed) return false;
        throw error;
      }),
    };
  }

  return { originOf, readSigner };
})();
