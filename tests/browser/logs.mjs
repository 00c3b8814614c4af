// SPDX-License-Identifier: Apache-2.0
// What tests of the verifier make for themselves: logs with keys, witnesses and proofs, written here by RFC 6962 and the C2SP documents
// and not by the code under test; and that code, loaded from the page's own assets.
import { readFileSync, existsSync } from 'node:fs';
import { createHash, generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import vm from 'node:vm';

globalThis.crypto ??= webcrypto; // Node 18 has it only here

const asset = (name) => fileURLToPath(new URL(`../../src/web/assets/${name}`, import.meta.url));

/** The core of the page, as the page runs it. */
export function loadCore() {
  for (const name of ['verify-core.js', 'verify-keys.js', 'verify-text.js']) vm.runInThisContext(readFileSync(asset(name), 'utf8'), { filename: name });
  return vm.runInThisContext('({ ...comity, ...comityKeys, ...comityText })');
}

/** The folder of vectors; null where there is none. */
export function vectors() {
  const roots = process.env.COMITY_SHARED ? [process.env.COMITY_SHARED] : [fileURLToPath(new URL('../../../shared', import.meta.url))];
  return roots.map((root) => `${root}/conformance/tlog`).find(existsSync) ?? null;
}

const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const leaf = (entry) => sha([0], entry);
const node = (left, right) => sha([1], left, right);

function split(n) {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** RFC 6962, 2.1. */
export function root(entries) {
  if (entries.length === 0) return sha('');
  if (entries.length === 1) return leaf(entries[0]);
  const k = split(entries.length);
  return node(root(entries.slice(0, k)), root(entries.slice(k)));
}

/** RFC 6962, 2.1.1. */
export function path(index, entries) {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  return index < k ? [...path(index, entries.slice(0, k)), root(entries.slice(k))] : [...path(index - k, entries.slice(k)), root(entries.slice(0, k))];
}

/** An Ed25519 key that signs notes: type 1 for logs, 4 for witnesses. */
export function noteKey(name, type = 1) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pub = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const id = sha(`${name}\n`, [type], pub).subarray(0, 4);
  const vkey = `${name}+${id.toString('hex')}+${Buffer.from([type, ...pub]).toString('base64')}`;
  const line = (bytes) => `\u2014 ${name} ${Buffer.concat([id, bytes]).toString('base64')}\n`;
  return {
    name, pub, vkey,
    keyid: `ed25519:${sha(pub).subarray(0, 8).toString('hex')}`,
    signer: `ed25519 ${pub.toString('base64')}`,
    raw: (message) => sign(null, Buffer.from(message), privateKey),
    sign: (text) => line(sign(null, Buffer.from(text), privateKey)),
    cosign: (text, time) => {
      const at = Buffer.alloc(8);
      at.writeBigUInt64BE(BigInt(time));
      return line(Buffer.concat([at, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey)]));
    },
  };
}

const TYPE = 'application/vnd.comity.act.v1+json';

/** An act in its envelope (DSSE), signed by these keys. */
export function envelope(act, keys, type = TYPE) {
  const body = Buffer.from(typeof act === 'string' ? act : JSON.stringify(act));
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
  const signatures = [...keys].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)).map((key) => `{"keyid":"${key.keyid}","sig":"${key.raw(signed).toString('base64')}"}`);
  return `{"payloadType":"${type}","payload":"${body.toString('base64')}","signatures":[${signatures.join(',')}]}`;
}

/** A log of these entries: its checkpoint signed by `key` and cosigned by `witnesses` ([key, time] each), and its proofs. */
export function log(key, entries, witnesses = []) {
  const text = `${key.name}\n${entries.length}\n${root(entries).toString('base64')}\n`;
  const checkpoint = `${text}\n${key.sign(text)}${witnesses.map(([witness, time]) => witness.cosign(text, time)).join('')}`;
  const proof = (index, { extra = entries[index], note = checkpoint } = {}) =>
    `c2sp.org/tlog-proof@v1\n${extra === null ? '' : `extra ${Buffer.from(extra).toString('base64')}\n`}index ${index}\n${
      path(index, entries).map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;
  return { text, checkpoint, proof };
}
