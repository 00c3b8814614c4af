// SPDX-License-Identifier: Apache-2.0
// Keys of OpenSSH, FIDO2 tokens and passkeys, as tests of the verifier use them, written by PROTOCOL.sshsig, PROTOCOL.u2f and W3C Web
// Authentication and not by the code under test. Each has keyid, signer (its line of text) and raw(message): envelope() in logs.mjs takes them.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const sha = (name, data) => createHash(name).update(data).digest();
const u32 = (n) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
const string = (data) => Buffer.concat([u32(Buffer.from(data).length), Buffer.from(data)]);
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function ed25519() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { pub: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32), sign: (message) => sign(null, message, privateKey) };
}

/** s is the smaller of its two forms, or, for what must be refused, the larger. */
function p256({ high = false } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const settle = (sig) => {
    const s = BigInt(`0x${sig.subarray(32).toString('hex')}`);
    const other = s > ORDER / 2n === high ? s : ORDER - s;
    return Buffer.concat([sig.subarray(0, 32), Buffer.from(other.toString(16).padStart(64, '0'), 'hex')]);
  };
  return {
    pub: publicKey.export({ type: 'spki', format: 'der' }).subarray(-65),
    sign: (message) => settle(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}

/** A number as OpenSSH writes it: no zero before it, but one where the first bit would be a sign. */
function number(bytes) {
  let at = 0;
  while (bytes[at] === 0) at++;
  const rest = bytes.subarray(at);
  return string(rest[0] & 0x80 ? Buffer.concat([Buffer.from([0]), rest]) : rest);
}

const numbers = (sig) => string(Buffer.concat([number(sig.subarray(0, 32)), number(sig.subarray(32))]));
const url64 = (bytes) => Buffer.from(bytes).toString('base64url');
const client = (challenge, origin, more = ',"crossOrigin":false') => `{"type":"webauthn.get","challenge":"${url64(challenge)}","origin":"${origin}"${more}}`;

/**
 * A key of OpenSSH. options: kind ('ssh-ed25519', 'sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'), and what its signatures
 * say: namespace, hash, flags, app, browser (the origin of the site that asked for it), more (the end of its client data), high.
 */
export function sshKey({ kind = 'ssh-ed25519', namespace = 'comity', hash = 'sha512', flags = 5, app = 'ssh:', browser = null, more, high } = {}) {
  const ec = kind.startsWith('sk-ecdsa');
  const token = kind.startsWith('sk-');
  const key = ec ? p256({ high }) : ed25519();
  const blob = Buffer.concat([string(kind), ...(ec ? [string('nistp256')] : []), string(key.pub), ...(token ? [string(app)] : [])]);
  const raw = (message) => {
    const data = Buffer.concat([Buffer.from('SSHSIG'), string(namespace), string(''), string(hash), string(sha(hash, message))]);
    const said = browser ? Buffer.from(client(data, browser, more)) : data;
    const signed = token ? Buffer.concat([sha('sha256', app), Buffer.from([flags]), u32(7), sha('sha256', said)]) : data;
    const sig = key.sign(signed);
    const inner = Buffer.concat([string(browser ? `webauthn-${kind}` : kind), ec ? numbers(sig) : string(sig), ...(token ? [Buffer.from([flags]), u32(7)] : []),
      ...(browser ? [string(browser), string(said), string('')] : [])]);
    return Buffer.concat([Buffer.from('SSHSIG'), u32(1), string(blob), string(namespace), string(''), string(hash), string(inner)]);
  };
  return { keyid: `sshsig:${sha('sha256', blob).subarray(0, 8).toString('hex')}`, signer: `${kind} ${blob.toString('base64')}`, raw };
}

/** A passkey. options: algorithm ('ES256', 'EdDSA'), rpId, origin; and what its assertions say: flags, at (the origin), of (the rp id), more, high. */
export function passkey({ algorithm = 'ES256', rpId = 'register.example', origin = 'https://register.example', flags = 5, at = origin, of = rpId, more, high } = {}) {
  const key = algorithm === 'ES256' ? p256({ high }) : ed25519();
  const own = Buffer.concat([algorithm, key.pub, rpId, origin].map(string));
  const raw = (message) => {
    const said = Buffer.from(client(sha('sha256', message), at, more));
    const auth = Buffer.concat([sha('sha256', of), Buffer.from([flags]), u32(3)]);
    return Buffer.concat([string(auth), string(said), string(key.sign(Buffer.concat([auth, sha('sha256', said)])))]);
  };
  return { keyid: `webauthn:${sha('sha256', own).subarray(0, 8).toString('hex')}`, signer: `webauthn ${algorithm} ${key.pub.toString('base64')} ${rpId} ${origin}`, raw };
}
