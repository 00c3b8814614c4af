// SPDX-License-Identifier: Apache-2.0
// Checks the proof of an act with nothing but WebCrypto: C2SP tlog-proof, signed notes, checkpoints, cosignatures, trust policies, the
// Merkle tree of RFC 6962, and the signed envelope. The same bytes are accepted and refused as by `comity verify`.
//
// Knows no page and no language: what is wrong is a Fault with the name of a sentence and what fills it. Runs in a browser (verify-page.js)
// and in Node (the tests).
'use strict';

const comity = (() => {
  const LIMIT = { note: 65536, entry: 65535, hashes: 65, noteSignatures: 256, entrySignatures: 16, signature: 4096 };
  Object.assign(LIMIT, { policy: 262144, logs: 64, witnesses: 240, parties: 480, url: 1024, skew: 300n });
  LIMIT.proof = LIMIT.note + 4 * Math.ceil(LIMIT.entry / 3) + 16384;

  /** What is wrong: `word` names a sentence of the page, `slots` fill it. */
  class Fault extends Error {
    constructor(word, slots = {}) {
      super(`${word} ${JSON.stringify(slots)}`);
      this.word = word;
      this.slots = slots;
    }
  }

  // ---- bytes ------------------------------------------------------------------------------------------------------------------

  const bytesOf = (text) => new TextEncoder().encode(text);

  /** Text of UTF-8; null where it is none. A byte order mark stays: what is signed is the bytes. */
  function textOf(bytes) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  function join(...parts) {
    const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

  function base64(bytes) {
    let raw = '';
    for (const byte of bytes) raw += String.fromCharCode(byte);
    return btoa(raw);
  }

  /** Bytes of base64 in its one spelling; `loose` also takes bits that no byte takes up, as in signature lines. Null: it is none. */
  function fromBase64(text, loose = false) {
    if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return loose || base64(bytes) === text ? bytes : null;
  }

  /** A decimal number up to 2^64 - 1 without leading zeros, as BigInt; null: it is none. */
  function wholeNumber(text) {
    if (!/^(0|[1-9][0-9]{0,19})$/.test(text)) return null;
    const n = BigInt(text);
    return n < 1n << 64n ? n : null;
  }

  // ---- hashes and the tree (RFC 6962, 2.1) --------------------------------------------------------------------------------------

  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const leafHash = (entry) => sha256(join([0], entry));
  const nodeHash = (left, right) => sha256(join([1], left, right));

  /** RFC 9162, 2.1.3.2. Index and size are BigInt: they use all 64 bits. */
  async function included(leaf, index, size, path, root) {
    if (index >= size || ![leaf, root, ...path].every((one) => one.length === 32)) return false;
    let at = index;
    let last = size - 1n;
    let hash = leaf;
    for (const other of path) {
      if (last === 0n) return false;
      if (at & 1n || at === last) {
        hash = await nodeHash(other, hash);
        while (!(at & 1n) && at) {
          at >>= 1n;
          last >>= 1n;
        }
      } else {
        hash = await nodeHash(hash, other);
      }
      at >>= 1n;
      last >>= 1n;
    }
    return last === 0n && equal(hash, root);
  }

  // ---- Ed25519 ------------------------------------------------------------------------------------------------------------------

  async function ed25519(pub, message, signature) {
    const key = await crypto.subtle.importKey('raw', pub, { name: 'Ed25519' }, false, ['verify']);
    return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
  }

  const bytesOfHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));

  /** Points of small order, as encoded, without the sign (RFC 8032): under such a key one signature fits many messages. */
  const SMALL = ['0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'];

  function soundKey(pub) {
    const y = pub.slice();
    y[31] &= 0x7f;
    const canonical = !(y[31] === 0x7f && y[0] >= 0xed && y.subarray(1, 31).every((byte) => byte === 0xff));
    return canonical && !SMALL.includes(hex(y));
  }

  /** Can this browser do what this program asks of it? 'yes', 'insecure' (no WebCrypto on plain http), 'old' (no Ed25519). */
  async function ability() {
    if (!globalThis.crypto?.subtle) return 'insecure';
    try { // RFC 8032, 7.1, test 1: a good signature, and the same with a bit turned
      const pub = bytesOfHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
      const good = bytesOfHex('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
      const bad = good.slice();
      bad[40] ^= 1;
      return (await ed25519(pub, new Uint8Array(), good)) && !(await ed25519(pub, new Uint8Array(), bad)) ? 'yes' : 'old';
    } catch {
      return 'old';
    }
  }

  // ---- keys of logs and witnesses (C2SP signed-note) ------------------------------------------------------------------------------

  const LOG_KEY = 1;
  const WITNESS_KEY = 4;

  /** Visible characters without '+', 1 to 255 bytes; also no space of Unicode. */
  const NO_NAME = /[\u0000-\u0020+\u007f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  const nameOk = (name) => name.length > 0 && bytesOf(name).length <= 255 && !NO_NAME.test(name);

  /** "name+hash+base64": a key of that type. */
  async function readVkey(text, type) {
    const [, name, hash, data] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
    const bytes = data === undefined ? null : fromBase64(data);
    if (!bytes || !nameOk(name) || !/^[0-9a-f]{8}$/.test(hash)) throw new Fault('key-form');
    if (bytes.length !== 33 || bytes[0] !== type) throw new Fault('key-type');
    const id = hex((await sha256(join(bytesOf(`${name}\n`), bytes))).subarray(0, 4));
    if (id !== hash) throw new Fault('key-hash');
    const pub = bytes.subarray(1);
    if (!soundKey(pub)) throw new Fault('key-unsound');
    return { name, id, pub, vkey: text };
  }

  // ---- notes and checkpoints ------------------------------------------------------------------------------------------------------

  const DASH = '\u2014 ';

  function readNote(text) {
    if (bytesOf(text).length > LIMIT.note) throw new Fault('note-long', { n: LIMIT.note });
    if (!text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new Fault('note-form');
    const blank = text.lastIndexOf('\n\n');
    const lines = blank < 0 ? [] : text.slice(blank + 2).split('\n').slice(0, -1);
    if (!lines.length) throw new Fault('note-unsigned');
    if (lines.length > LIMIT.noteSignatures) throw new Fault('note-long', { n: LIMIT.note });
    const signatures = lines.map((line) => {
      const cut = line.indexOf(' ', DASH.length);
      const name = line.slice(DASH.length, cut);
      const bytes = cut < 0 ? null : fromBase64(line.slice(cut + 1), true);
      if (!line.startsWith(DASH) || !bytes || !nameOk(name) || bytes.length <= 4) throw new Fault('note-signature', { line });
      return { name, id: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
    });
    return { text: text.slice(0, blank + 1), signatures };
  }

  function readCheckpoint(text) {
    const [origin, sizeText, rootText, rest, ...more] = text.split('\n');
    const size = wholeNumber(sizeText ?? '');
    const root = fromBase64(rootText ?? '');
    if (!origin || size === null || root?.length !== 32 || rest !== '' || more.length) throw new Fault('checkpoint-form');
    return { origin, size, root };
  }

  const linesOf = (note, key) => note.signatures.filter((s) => s.name === key.name && s.id === key.id);

  /** Did this key sign? A line of a known key that does not fit spoils the whole note. */
  async function signedBy(note, key) {
    const lines = linesOf(note, key);
    for (const { bytes } of lines) {
      const good = bytes.length === 64 && (await ed25519(key.pub, bytesOf(note.text), bytes));
      if (!good) throw new Fault('log-signature-bad', { name: key.name });
    }
    return lines.length > 0;
  }

  /**
   * When this witness cosigned (cosignature/v1): { time, believed }, in seconds as BigInt, the earliest that can be believed; null: it did not.
   * One from the future is no witness: clocks may differ by LIMIT.skew.
   */
  async function cosignedBy(note, key, now) {
    let found = null;
    for (const line of linesOf(note, key)) {
      const time = line.bytes.length === 72 ? new DataView(line.bytes.slice().buffer).getBigUint64(0) : 0n;
      const message = bytesOf(`cosignature/v1\ntime ${time}\n${note.text}`);
      const good = time > 0n && time < 1n << 63n && (await ed25519(key.pub, message, line.bytes.subarray(8)));
      if (!good) throw new Fault('cosignature-bad', { name: key.name });
      const believed = time <= now + LIMIT.skew;
      if (!found || believed > found.believed || (believed === found.believed && time < found.time)) found = { time, believed };
    }
    return found;
  }

  // ---- the trust policy (C2SP tlog-policy) ------------------------------------------------------------------------------------------

  const urlOk = (url) => url === undefined || (bytesOf(url).length <= LIMIT.url && /^https?:\/\/[^/?#][^?#]*$/.test(url));

  async function readPolicyLine(policy, words) {
    const [what, name, third] = words;
    const known = (member) => policy.members.has(member);
    const count = (list, most) => {
      if (list.length === most) throw new Fault('policy-long');
    };
    const take = (key) => {
      if (policy.keys.has(hex(key.pub))) throw new Fault('policy-key-twice');
      policy.keys.add(hex(key.pub));
      return key;
    };
    const define = (value) => {
      if (known(name) || name === 'none') throw new Fault('policy-name-twice', { name });
      count({ length: policy.members.size }, LIMIT.parties);
      policy.members.set(name, value);
    };
    if (what === 'log' && (words.length === 2 || words.length === 3)) {
      count(policy.logs, LIMIT.logs);
      if (!urlOk(third)) throw new Fault('policy-url');
      policy.logs.push(take(await readVkey(name, LOG_KEY)));
    } else if (what === 'witness' && (words.length === 3 || words.length === 4)) {
      count([...policy.members.values()].filter((one) => one.key), LIMIT.witnesses);
      if (!urlOk(words[3])) throw new Fault('policy-url');
      define({ key: take(await readVkey(third, WITNESS_KEY)) });
    } else if (what === 'group' && words.length >= 4) {
      const of = words.slice(3);
      const need = third === 'any' ? 1 : third === 'all' ? of.length : Number(/^[1-9][0-9]{0,4}$/.test(third) ? third : 0);
      if (need < 1 || need > of.length) throw new Fault('policy-threshold', { name });
      for (const member of of) {
        if (!known(member)) throw new Fault('policy-unknown-name', { name: member });
        if (policy.grouped.has(member)) throw new Fault('policy-grouped-twice', { name: member });
        policy.grouped.add(member);
      }
      define({ need, of });
    } else if (what === 'quorum' && words.length === 2) {
      if (policy.quorum !== null) throw new Fault('policy-quorum-twice');
      if (name !== 'none' && !known(name)) throw new Fault('policy-unknown-name', { name });
      policy.quorum = name;
    } else {
      throw new Fault('policy-line');
    }
  }

  /** Whom the reader trusts: the text of a policy; or a log's key alone, which is a policy without witnesses. */
  async function readPolicy(text) {
    const policy = { logs: [], members: new Map(), keys: new Set(), grouped: new Set(), quorum: null };
    if (bytesOf(text).length > LIMIT.policy) throw new Fault('policy-long');
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) throw new Fault('policy-characters');
    const alone = /^\s*([^\s#]+\+\S+)\s*$/.exec(text);
    const whole = alone ? `log ${alone[1]}\nquorum none\n` : text;
    if (whole && !whole.endsWith('\n')) throw new Fault('policy-cut'); // "quorum none-of-ours" would be "quorum none"
    for (const [i, line] of whole.split('\n').entries()) {
      const words = line.split(/[ \t]+/).filter(Boolean);
      if (!words.length || words[0].startsWith('#')) continue;
      try {
        await readPolicyLine(policy, words);
      } catch (fault) {
        if (fault instanceof Fault) fault.slots.line = i + 1;
        throw fault;
      }
    }
    if (!policy.logs.length) throw new Fault('policy-no-log');
    if (policy.quorum === null) throw new Fault('policy-no-quorum');
    return policy;
  }

  /** Is a member of the policy (a witness, a group) satisfied by those who cosigned? */
  function satisfied(policy, name, cosigned) {
    const member = policy.members.get(name);
    return member.key ? cosigned.has(name) : member.of.filter((one) => satisfied(policy, one, cosigned)).length >= member.need;
  }

  /** All witnesses below a member, in the order of the policy. */
  function witnessesOf(policy, name) {
    if (name === 'none') return [];
    const member = policy.members.get(name);
    return member.key ? [name] : member.of.flatMap((one) => witnessesOf(policy, one));
  }

  // ---- the proof file (C2SP tlog-proof) -----------------------------------------------------------------------------------------------

  const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
  const looksLikeProof = (text) => text.startsWith('c2sp.org/tlog-proof@');

  function readProof(text) {
    if (bytesOf(text).length > LIMIT.proof) throw new Fault('proof-long', { n: LIMIT.proof });
    const blank = text.indexOf('\n\n');
    const lines = (blank < 0 ? text : text.slice(0, blank)).split('\n');
    if (lines.shift() !== FIRST_LINE) throw new Fault('proof-first-line');
    let extra = null;
    if (lines[0]?.startsWith('extra ')) {
      extra = fromBase64(lines.shift().slice(6));
      if (!extra?.length || extra.length > LIMIT.entry) throw new Fault('proof-extra');
    }
    const [, digits] = /^index (.*)$/.exec(lines.shift() ?? '') ?? [];
    const index = wholeNumber(digits ?? '');
    if (index === null) throw new Fault('proof-index');
    if (blank < 0 || blank + 2 === text.length) throw new Fault('proof-no-checkpoint');
    if (lines.length > LIMIT.hashes) throw new Fault('proof-hash', { n: LIMIT.hashes + 1 });
    const path = lines.map((line, i) => {
      const hash = fromBase64(line);
      if (hash?.length !== 32) throw new Fault('proof-hash', { n: i + 1 });
      return hash;
    });
    return { extra, index, path, checkpoint: text.slice(blank + 2) };
  }

  // ---- the envelope (DSSE in one spelling), and who signed it ---------------------------------------------------------------------------

  /** Null: the entry is no envelope of a register. */
  function readEnvelope(bytes) {
    const text = textOf(bytes);
    const [, type, body, list] = /^\{"payloadType":"([!#-[\]-~]{1,127})","payload":"([^"]*)","signatures":\[(.*)\]\}$/.exec(text ?? '') ?? [];
    const payload = type && bytes.length <= LIMIT.entry ? fromBase64(body) : null;
    if (!payload) return null;
    const signatures = [];
    const one = /(,?)\{"keyid":"((ed25519|sshsig|webauthn):[0-9a-f]{16})","sig":"([^"]*)"\}/y;
    for (let found; one.lastIndex < list.length;) {
      found = one.exec(list);
      const sig = found && fromBase64(found[4]);
      const last = signatures.at(-1);
      if (!sig || (found[1] === ',') !== !!last || (last && last.keyid >= found[2])) return null;
      if (found[3] === 'ed25519' ? sig.length !== 64 : sig.length < 1 || sig.length > LIMIT.signature) return null;
      signatures.push({ keyid: found[2], carrier: found[3], sig });
    }
    return signatures.length && signatures.length <= LIMIT.entrySignatures ? { type, payload, signatures } : null;
  }

  /** What is signed (DSSE v1). */
  const signedBytes = (envelope) => join(bytesOf(`DSSEv1 ${envelope.type.length} ${envelope.type} ${envelope.payload.length} `), envelope.payload);

  const keyidOf = async (carrier, bytes) => `${carrier}:${hex((await sha256(bytes)).subarray(0, 8))}`;

  // ---- one proof, step by step --------------------------------------------------------------------------------------------------------------

  async function checkLog(policy, note, head) {
    const logs = policy.logs.filter((log) => log.name === head.origin);
    if (!logs.length) throw new Fault('log-unknown', { origin: head.origin });
    const signed = [];
    for (const log of logs) if (await signedBy(note, log)) signed.push(log);
    if (!signed.length) throw new Fault('log-unsigned', { origin: head.origin });
    return signed;
  }

  async function checkWitnesses(policy, note, now) {
    const cosigned = new Map();
    const untimely = new Map();
    for (const [name, member] of policy.members) {
      const found = member.key ? await cosignedBy(note, member.key, now) : null;
      if (found) (found.believed ? cosigned : untimely).set(name, found.time);
    }
    const asked = witnessesOf(policy, policy.quorum);
    if (policy.quorum !== 'none' && !satisfied(policy, policy.quorum, cosigned))
      throw new Fault('quorum-missing', { quorum: policy.quorum, n: asked.filter((name) => cosigned.has(name)).length, of: asked.length,
        names: asked.filter((name) => !cosigned.has(name)).join(', ') });
    return { asked, cosigned, untimely };
  }

  /** Each signature: 'good' by a key that is known, or 'unknown'. One by a known key that does not fit is a Fault. */
  async function checkSignatures(envelope, logs, signers) {
    const known = new Map();
    for (const { pub } of logs) known.set(await keyidOf('ed25519', pub), { by: 'log', good: (message, sig) => ed25519(pub, message, sig) });
    for (const signer of signers) if (!known.has(signer.keyid)) known.set(signer.keyid, { by: 'signer', ...signer });
    const message = signedBytes(envelope);
    const found = [];
    for (const { keyid, sig } of envelope.signatures) {
      const key = known.get(keyid);
      if (key && !(await key.good(message, sig))) throw new Fault('signature-bad', { keyid });
      found.push({ keyid, by: key?.by ?? null, entry: key?.entry, holder: key?.holder });
    }
    return found;
  }

  const STEPS = ['file', 'log', 'witnesses', 'inclusion', 'signatures'];

  /**
   * Checks a proof file: `entry` (bytes) is needed if it is not in it. policy: of readPolicy; signers: [{ keyid, good }] of verify-keys.js,
   * with by: 'entry' and the entry and holder, if another entry named the key.
   * Never throws for what it is given. report.failed: the step that failed, or null; report.fault: why. What was found up to there
   * stands beside: proof, note, head (origin, size, root), logs, witnesses, leaf, envelope, signatures.
   */
  async function checkProof(text, { entry = null, policy, signers = [], now = BigInt(Math.floor(Date.now() / 1000)) }) {
    const report = { failed: null, fault: null };
    const run = {
      file: async () => {
        report.proof = readProof(text);
        report.entry = entry ?? report.proof.extra;
        if (!report.entry) throw new Fault('proof-no-entry');
        report.leaf = await leafHash(report.entry);
        report.note = readNote(report.proof.checkpoint);
        report.head = readCheckpoint(report.note.text);
      },
      log: async () => {
        report.logs = await checkLog(policy, report.note, report.head);
      },
      witnesses: async () => {
        report.witnesses = await checkWitnesses(policy, report.note, now);
      },
      inclusion: async () => {
        const { proof, head, leaf } = report;
        if (!(await included(leaf, proof.index, head.size, proof.path, head.root))) throw new Fault('not-included');
      },
      signatures: async () => {
        report.envelope = readEnvelope(report.entry);
        report.signatures = report.envelope ? await checkSignatures(report.envelope, report.logs, signers) : [];
      },
    };
    for (const step of STEPS) {
      try {
        await run[step]();
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        return { ...report, failed: step, fault };
      }
    }
    return report;
  }

  return {
    Fault, LIMIT, LOG_KEY, WITNESS_KEY, STEPS, ability, base64, bytesOf, textOf, checkProof, cosignedBy, ed25519, fromBase64, hex, included, keyidOf, leafHash,
    looksLikeProof, readCheckpoint, readEnvelope, readNote, readPolicy, readProof, readVkey, satisfied, sha256, signedBy, signedBytes, soundKey, wholeNumber,
    witnessesOf,
  };
})();
