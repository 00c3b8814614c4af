// SPDX-License-Identifier: Apache-2.0
// The core of the page that verifies, run by Node against the vectors and against proofs made here: what is good is accepted, and
// everything else is refused at the step where it fails.
import { after, test } from 'node:test';
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { loadCore, vectors, noteKey, envelope, log } from './logs.mjs';
import { passkey, sshKey } from './signers.mjs';

const core = loadCore();
const shared = vectors();
const skip = shared ? false : 'needs COMITY_SHARED, the folder of test vectors';
const read = (name) => readFileSync(`${shared}/${name}`, 'utf8');
const NOW = BigInt(Math.floor(Date.now() / 1000));
const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));

async function fault(promise) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof core.Fault) return error.word;
    throw error;
  }
  return null;
}

test('the vectors of inclusion', { skip }, async () => {
  const rows = read('merkle/inclusion.tsv').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
  assert.equal(rows.length, 98);
  for (const [name, index, size, leaf, root, path, wantError] of rows) {
    const hashes = path === '-' ? [] : path.split(',').map(bytes);
    assert.equal(await core.included(bytes(leaf), BigInt(index), BigInt(size), hashes, bytes(root)), wantError === '0', name);
  }
});

test('the vectors of notes', { skip }, async () => {
  const { bad_vkeys: bad, ...vkeys } = JSON.parse(read('note/vkeys.json'));
  let notes = 0;
  for (const [name, vkey] of Object.entries(vkeys)) {
    if (typeof vkey !== 'string' || name.includes('*')) continue;
    const key = await core.readVkey(vkey, core.LOG_KEY);
    const note = core.readNote(read(`note/${name}`));
    assert.equal(await core.signedBy(note, key), true, name);
    await assert.rejects(core.signedBy({ ...note, text: `x${note.text}` }, key), { word: 'log-signature-bad' }, name);
    notes++;
  }
  assert.equal(notes, 5);
  for (const vkey of bad) assert.notEqual(await fault(core.readVkey(vkey, core.LOG_KEY)), null, vkey);
  const log = vkeys['tessera-testlog/*'];
  for (const name of readdirSync(`${shared}/tessera-testlog`).filter((one) => one.startsWith('checkpoint')))
    assert.equal(await core.signedBy(core.readNote(read(`tessera-testlog/${name}`)), await core.readVkey(log, core.LOG_KEY)), true, name);
});

test('the vectors of cosignatures', { skip }, async () => {
  let seen = 0;
  for (const name of ['witness', 'mirror', 'witness2']) {
    const [vkey] = JSON.parse(read(`cosignature/${name}.v0.json`)).verifier_keys;
    const key = await core.readVkey(vkey, core.WITNESS_KEY);
    for (const file of ['rome.witness.checkpoint', 'rome.mirror.checkpoint', 'milan.witness2.checkpoint', 'rome.static-ct.checkpoint']) {
      const note = core.readNote(read(`cosignature/${file}`));
      const found = await core.cosignedBy(note, key, NOW);
      if (!found) continue;
      assert.deepEqual(found, { time: 1767139200n, believed: true }, file);
      assert.equal((await core.cosignedBy(note, key, 1767138899n)).believed, false, file);
      await assert.rejects(core.cosignedBy({ ...note, text: note.text.replace('\n', '2\n') }, key, NOW), { word: 'cosignature-bad' });
      seen++;
    }
  }
  assert.equal(seen, 3);
});

const GOLDEN = 'register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';

test('the vectors of proof files', { skip }, async () => {
  const policy = await core.readPolicy(GOLDEN);
  const files = readdirSync(`${shared}/tlog-proof`).filter((name) => name.endsWith('.tlog-proof'));
  assert.equal(files.length, 10);
  for (const file of files) {
    const [, index] = /\.(\d+)\.tlog-proof$/.exec(file);
    const text = read(`tlog-proof/${file}`);
    const good = await core.checkProof(text, { entry: core.bytesOf(`entry ${index}`), policy });
    assert.equal(good.failed, null, `${file}: ${good.fault}`);
    assert.equal(good.envelope, null);
    assert.equal((await core.checkProof(text, { entry: core.bytesOf('entry X'), policy })).fault.word, 'not-included');
    assert.equal((await core.checkProof(text, { policy })).fault.word, 'proof-no-entry');
    const inside = text.replace('\n', `\nextra ${Buffer.from(`entry ${index}`).toString('base64')}\n`);
    assert.equal((await core.checkProof(inside, { policy })).failed, null);
    // A bit turned anywhere in the file: never accepted, unless it is in a line of no key that is known (there is none here).
    for (let at = 0; at < text.length; at += 7) {
      const wrong = Buffer.from(inside);
      wrong[at] ^= 1;
      const report = await core.checkProof(core.textOf(wrong) ?? '', { policy });
      assert.notEqual(report.failed, null, `${file}: byte ${at} turned`);
    }
  }
});

test('the edge cases of Ed25519: no key of small order is taken', { skip }, async () => {
  const cases = JSON.parse(read('ed25519/cctv_ed25519vectors.json'));
  let refused = 0;
  for (const { key, flags } of cases) {
    if (!flags?.some((flag) => flag === 'low_order_A' || flag === 'non_canonical_A')) continue;
    assert.equal(core.soundKey(new Uint8Array(Buffer.from(key, 'hex'))), false, key);
    refused++;
  }
  assert.ok(refused > 500, `${refused} refused`);
});

// ---- proofs made here -------------------------------------------------------------------------------------------------------------------

const ORIGIN = 'register.example/acts';
const key = noteKey(ORIGIN);
const logKey = key;
const member = noteKey('member');
const [w1, w2, w3] = ['w1', 'w2', 'w3'].map((name) => noteKey(`${name}.example`, 4));
const act = { kind: 'release_issued', text: { en: 'Ten members met.\nThey agreed.' } };
const entries = [envelope({ kind: 'genesis' }, [key]), envelope(act, [key]), envelope(act, [key, member]), 'a foreign entry', envelope(act, [member])];
const TIME = 1767139200;
const made = log(key, entries, [[w1, TIME], [w2, TIME + 60]]);
const POLICY = `log ${key.vkey}\nwitness one ${w1.vkey} https://w1.example/\nwitness two ${w2.vkey}\nwitness three ${w3.vkey}\n`;
const policyOf = (quorum) => core.readPolicy(`# whom we trust\n\n${POLICY}${quorum}\n`);
/** A proof under a policy. The command line must come to the same end. */
async function check(text, { quorum = 'quorum none', ...more } = {}) {
  const report = await core.checkProof(text, { policy: await policyOf(quorum), now: NOW, ...more });
  if (!more.signers && !more.entry && process.env.COMITY) {
    const path = join(folder, 'policy');
    writeFileSync(path, `${POLICY}${quorum}\n`);
    assert.equal(comitySays(text, '--policy', path) === 0, report.failed === null, `${report.fault}`);
  }
  return report;
}

test('a proof made here', async () => {
  for (const index of entries.keys()) {
    const report = await check(made.proof(index));
    assert.equal(report.failed, null, `${index}: ${report.fault}`);
    assert.equal(report.head.origin, ORIGIN);
    assert.equal(report.head.size, 5n);
    assert.equal(report.proof.index, BigInt(index));
  }
});

test('who signed', async () => {
  const by = async (index, signers) => (await check(made.proof(index), { signers })).signatures.map((s) => s.by).sort();
  const signers = [await core.readSigner(member.signer)];
  assert.deepEqual(await by(1, []), ['log']);
  assert.deepEqual(await by(2, []), ['log', null].sort());
  assert.deepEqual(await by(2, signers), ['log', 'signer']);
  assert.deepEqual(await by(3, []), []);
  assert.deepEqual(await by(4, []), [null]);
  const forged = [entries[0], envelope(act, [{ ...key, raw: member.raw }])];
  assert.equal((await check(log(key, forged).proof(1))).fault.word, 'signature-bad');
});

const SK_ED25519 = 'sk-ssh-ed25519@openssh.com';
const SK_ECDSA = 'sk-ecdsa-sha2-nistp256@openssh.com';
const HERE = 'https://register.example';

const folder = mkdtempSync(join(tmpdir(), 'comity-core-'));
after(() => rmSync(folder, { recursive: true }));

/** The exit status of comity verify for this proof; null where there is no comity to ask. */
function comitySays(proof, ...more) {
  if (!process.env.COMITY) return null;
  const path = join(folder, 'p.tlog-proof');
  writeFileSync(path, proof);
  return spawnSync(process.env.COMITY, ['verify', path, ...more], { timeout: 60000 }).status;
}

/** What becomes of an act that this key signed, where the reader holds the key; the command line says the same. */
async function signedBy(key, holds = key) {
  const proof = log(logKey, [envelope(act, [key])]).proof(0);
  const { fault, signatures } = await check(proof, { signers: [await core.readSigner(holds.signer)] });
  const status = comitySays(proof, '--key', logKey.vkey, '--signer', holds.signer.trim());
  assert.ok(status === null || status === (fault ? 1 : 0), `comity ends with ${status}: ${holds.signer}`);
  return fault?.word ?? signatures[0].by;
}

test('keys of OpenSSH, of tokens and passkeys', async () => {
  const good = [sshKey(), sshKey({ hash: 'sha256' }), sshKey({ kind: SK_ED25519 }), sshKey({ kind: SK_ECDSA }), sshKey({ kind: SK_ECDSA, app: 'register.example', browser: HERE }),
    sshKey({ kind: SK_ECDSA, app: 'register.example', browser: 'https://sign.register.example:8443', more: '' }),
    passkey(), passkey({ algorithm: 'EdDSA' }), passkey({ origin: 'https://sign.register.example' }), passkey({ rpId: 'localhost', origin: 'http://localhost:8080' }),
    passkey({ more: ',"other_keys_can_be_added_here":"do not compare clientDataJSON against a template"' }), passkey({ flags: 0x1d })];
  for (const key of good) {
    assert.equal(await signedBy(key), 'signer', key.signer);
    assert.equal(await signedBy(key, { signer: `  ${key.signer}\n` }), 'signer');
    assert.equal((await core.readSigner(key.signer)).keyid, key.keyid, key.signer);
  }
  assert.equal((await core.readSigner(`${sshKey().signer} of the ministry, and blanks`)).keyid.slice(0, 7), 'sshsig:');
  for (let i = 0; i < 40; i++) assert.equal(await signedBy(sshKey({ kind: SK_ECDSA })), 'signer'); // numbers that are shorter than most
  const bad = {
    'another namespace': sshKey({ namespace: 'git' }), 'untouched': sshKey({ kind: SK_ED25519, flags: 4 }), 'nobody was asked': sshKey({ kind: SK_ED25519, flags: 1 }),
    'nobody was asked, ECDSA': sshKey({ kind: SK_ECDSA, flags: 1 }), 'the larger s': sshKey({ kind: SK_ECDSA, high: true }),
    'another site': sshKey({ kind: SK_ECDSA, app: 'register.example', browser: 'https://register.example.org' }), 'a plain site': sshKey({ kind: SK_ECDSA, app: 'register.example', browser: 'http://register.example' }),
    'in a frame': sshKey({ kind: SK_ECDSA, app: 'register.example', browser: HERE, more: ',"crossOrigin":true' }),
    'a passkey untouched': passkey({ flags: 4 }), 'a passkey that asked nobody': passkey({ flags: 1 }), 'a passkey of another site': passkey({ at: 'https://elsewhere.example' }),
    'a passkey of another rp id': passkey({ of: 'elsewhere.example' }), 'a passkey in a frame': passkey({ more: ',"crossOrigin":true' }), 'a passkey below a page': passkey({ more: ',"topOrigin":"https://a.example"' }),
    'a passkey with the larger s': passkey({ high: true }), 'copied, and cannot be': passkey({ flags: 0x15 }), 'of a registration': passkey({ flags: 0x45 }),
    'extensions that are none': passkey({ flags: 0x85 }), 'a member twice': passkey({ more: `,"origin":"${HERE}"` }), 'client data that are none': passkey({ more: ',' }),
  };
  for (const [name, key] of Object.entries(bad)) assert.equal(await signedBy(key), 'signature-bad', name);
  // A bit turned anywhere in a signature, and one cut short or with something behind it.
  for (const make of [() => sshKey(), () => sshKey({ kind: SK_ECDSA }), () => passkey()]) {
    const key = make();
    const raw = key.raw(Buffer.from('x'));
    const { good: fits } = await core.readSigner(key.signer);
    assert.equal(await fits(Buffer.from('x'), raw), true);
    assert.equal(await fits(Buffer.from('y'), raw), false);
    assert.equal(await fits(Buffer.from('x'), raw.subarray(0, -1)), false);
    assert.equal(await fits(Buffer.from('x'), Buffer.concat([raw, Buffer.from([0])])), false);
    for (let at = 0; at < raw.length; at += 3) {
      const wrong = Buffer.from(raw);
      wrong[at] ^= 1;
      assert.equal(await fits(Buffer.from('x'), wrong), false, `${key.signer}: byte ${at}`);
    }
  }
});

test('lines that are no key', async () => {
  const ssh = sshKey().signer;
  const web = passkey().signer;
  const [, data] = ssh.split(' ');
  const none = ['', 'ed25519', 'ed25519 AAAA', `rsa ${member.signer.slice(8)}`, `${member.signer} comment`, ssh.slice(0, -4), `ssh-rsa ${data}`, `${SK_ED25519} ${data}`, `ssh-ed25519 ${data}AAAA`,
    'ssh-ed25519', '-----BEGIN OPENSSH PRIVATE KEY-----', web.replace('ES256', 'RS256'), web.replace('ES256', 'EdDSA'), web.replace(' https:', ' http:'), `${web}/`, web.replace('https://', 'https://x'),
    `${web} x`, web.replace(' register.example ', ' Register.example '), web.slice(0, web.lastIndexOf(' ')), `ed25519 ${'A'.repeat(1100)}`, 'constructor x', 'webauthn toString AAAA register.example https://register.example'];
  for (const line of none) assert.equal(await fault(core.readSigner(line)), 'signer-form', line);
  const zero = Buffer.alloc(65);
  zero[0] = 4;
  for (const line of [`ed25519 ${'A'.repeat(43)}=`, `webauthn ES256 ${zero.toString('base64')} register.example ${HERE}`]) assert.equal(await fault(core.readSigner(line)), 'key-unsound', line);
  for (const [origin, rpId, is] of [[HERE, 'register.example', true], ['https://a.register.example', 'register.example', true], ['https://aregister.example', 'register.example', false],
    ['https://register.example:443', 'register.example', false], ['https://register.example:0', 'register.example', false], ['https://register.example:65536', 'register.example', false],
    ['https://register..example', 'example', false], ['https://.example', 'example', false], ['http://localhost', 'localhost', true], ['http://localhost:80', 'localhost', false]])
    assert.equal(core.originOf(origin, rpId), is, origin);
});

test('witnesses and the quorum', async () => {
  const word = async (quorum, witnesses) => (await check(log(key, entries, witnesses).proof(1), { quorum })).fault?.word ?? null;
  const both = [[w1, TIME], [w2, TIME]];
  assert.equal(await word('quorum one', both), null);
  assert.equal(await word('quorum three', both), 'quorum-missing');
  assert.equal(await word('group g 2 one two three\nquorum g', both), null);
  assert.equal(await word('group g 3 one two three\nquorum g', both), 'quorum-missing');
  assert.equal(await word('group g all one two three\nquorum g', both), 'quorum-missing');
  assert.equal(await word('group g any one two three\nquorum g', []), 'quorum-missing');
  assert.equal(await word('group g any one three\ngroup h all g two\nquorum h', both), null);
  assert.equal(await word('group g any one three\ngroup h all g two\nquorum h', [[w2, TIME]]), 'quorum-missing');
  assert.equal(await word('quorum none', []), null);
  const { fault: missing } = await check(made.proof(1), { quorum: 'group g all one two three\nquorum g' });
  assert.deepEqual(missing.slots, { quorum: 'g', n: 2, of: 3, names: 'three' });
  const { witnesses } = await check(made.proof(1), { quorum: 'group g 2 one two three\nquorum g' });
  assert.deepEqual([...witnesses.cosigned], [['one', BigInt(TIME)], ['two', BigInt(TIME + 60)]]);
  // A cosignature by a known witness that does not fit spoils the whole; so does time zero, and one that is a log's kind of line.
  assert.equal(await word('quorum two', [[{ cosign: () => w1.cosign('something else\n', TIME) }, TIME], [w2, TIME]]), 'cosignature-bad');
  assert.equal(await word('quorum two', [[w1, 0], [w2, TIME]]), 'cosignature-bad');
  assert.equal(await word('quorum two', [[{ cosign: (text) => w1.sign(text) }, TIME], [w2, TIME]]), 'cosignature-bad');
  assert.equal(await word('quorum one', [[w1, TIME + 5], [w1, TIME]]), null);
  // One from the future does not count, nor spoil anything; of several the earliest counts.
  const ahead = [[w1, Number(NOW) + 4000], [w2, Number(NOW) + 290]];
  assert.equal(await word('quorum one', ahead), 'quorum-missing');
  assert.equal(await word('quorum two', ahead), null);
  assert.equal(await word('quorum one', [ahead[0], [w1, TIME]]), null);
  const times = await check(log(key, entries, [[w1, TIME + 5], [w1, TIME], ...ahead]).proof(1), { quorum: 'quorum none' });
  assert.deepEqual([times.witnesses.cosigned.get('one'), [...times.witnesses.untimely]], [BigInt(TIME), []]);
});

test('what is wrong is refused where it is wrong', async () => {
  const good = made.proof(1);
  const other = noteKey(ORIGIN);
  const at = async (text, options) => {
    const { failed, fault: why } = await check(text, options);
    return failed && `${failed}: ${why.word}`;
  };
  assert.equal(await at(''), 'file: proof-first-line');
  assert.equal(await at(good.replace('@v1', '@v2')), 'file: proof-first-line');
  assert.equal(await at(good.replace('\nextra ', '\nextra  ')), 'file: proof-extra');
  assert.equal(await at(good.replace('\nindex 1\n', '\nindex 01\n')), 'file: proof-index');
  assert.equal(await at(good.replace('\nindex 1\n', '\nindex 18446744073709551616\n')), 'file: proof-index');
  assert.equal(await at(good.replace('\nindex 1\n', '\nindex 2\n')), 'inclusion: not-included');
  assert.equal(await at(good.replace('\nindex 1\n', '\nindex 5\n')), 'inclusion: not-included');
  assert.equal(await at(good.replace('\nindex 1\n', '\nindex 1\nAAAA\n')), 'file: proof-hash');
  assert.equal(await at(good.replace('\nindex 1\n', `\nindex 1\n${'A'.repeat(43)}=\n`)), 'inclusion: not-included');
  assert.equal(await at(good.slice(0, good.indexOf('\n\n') + 2)), 'file: proof-no-checkpoint');
  assert.equal(await at(good.slice(0, -1)), 'file: note-form');
  assert.equal(await at(good.slice(0, good.indexOf('\u2014'))), 'file: note-unsigned');
  assert.equal(await at(good.replaceAll('\n', '\r\n')), 'file: proof-first-line');
  assert.equal(await at(good.replace('\n5\n', '\n6\n')), 'log: log-signature-bad');
  assert.equal(await at(good.replace('\n5\n', '\n05\n')), 'file: checkpoint-form');
  assert.equal(await at(made.proof(1, { extra: entries[2] })), 'inclusion: not-included');
  assert.equal(await at(made.proof(1, { extra: null })), 'file: proof-no-entry');
  assert.equal(await at(made.proof(1, { extra: null }), { entry: core.bytesOf(entries[1]) }), null);
  assert.equal(await at(good, { entry: core.bytesOf(entries[2]) }), 'inclusion: not-included');
  // The same entries under another key of that name; a log of another name; no line of the key at all.
  assert.equal(await at(log(other, entries).proof(1)), 'log: log-unsigned');
  assert.equal(await at(log(noteKey('elsewhere.example/acts'), entries).proof(1)), 'log: log-unknown');
  assert.equal(await at(`${'x'.repeat(core.LIMIT.proof + 1)}`), 'file: proof-long');
});

test('an entry of the greatest length', async () => {
  const act = { kind: 'thanked', text: { en: 'x'.repeat(48700) } };
  const long = envelope(act, [key]);
  assert.ok(long.length > 65000 && long.length <= core.LIMIT.entry, `${long.length}`);
  assert.equal((await check(log(key, [long]).proof(0))).failed, null);
});

test('policies that are none', async () => {
  const words = {
    '': 'policy-no-log', 'quorum none': 'policy-no-log', [`log ${key.vkey}`]: 'policy-no-quorum', [`log ${key.vkey}\nquorum two`]: 'policy-unknown-name',
    [`log ${key.vkey}\nquorum none\nquorum none`]: 'policy-quorum-twice', [`log ${key.vkey}\nlog ${key.vkey}\nquorum none`]: 'policy-key-twice',
    [`log ${w1.vkey}\nquorum none`]: 'key-type', [`log ${key.vkey}\nwitness a ${key.vkey}\nquorum none`]: 'key-type',
    [`log ${key.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')}\nquorum none`]: 'key-hash', 'log register.example\nquorum none': 'key-form',
    [`${POLICY}witness one ${noteKey('x', 4).vkey}\nquorum none`]: 'policy-name-twice', [`${POLICY}witness none ${noteKey('x', 4).vkey}\nquorum none`]: 'policy-name-twice',
    [`${POLICY}group g 0 one\nquorum g`]: 'policy-threshold', [`${POLICY}group g 3 one two\nquorum g`]: 'policy-threshold', [`${POLICY}group g 01 one\nquorum g`]: 'policy-threshold',
    [`${POLICY}group g any four\nquorum g`]: 'policy-unknown-name', [`${POLICY}group g any one one\nquorum g`]: 'policy-grouped-twice',
    [`${POLICY}group g any one\ngroup h all g one\nquorum h`]: 'policy-grouped-twice', [`${POLICY}group g any g\nquorum g`]: 'policy-unknown-name',
    [`${POLICY}group g any none\nquorum g`]: 'policy-unknown-name', [`${POLICY}group g\nquorum none`]: 'policy-line', [`${POLICY}quorum`]: 'policy-line', 'trust me': 'policy-line',
    [`${POLICY}quorum none\u0001`]: 'policy-characters',
  };
  for (const [text, word] of Object.entries(words)) assert.equal(await fault(core.readPolicy(text && `${text}\n`)), word, text);
  assert.equal(await fault(core.readPolicy(`${POLICY}quorum none`)), 'policy-cut');
  assert.equal(await fault(core.readPolicy(`${POLICY}quorum none\r\n`)), 'policy-characters');
  for (const url of ['ftp://a', 'http://', 'https:///x', 'http://a?b', 'http://a#b', `http://${'a'.repeat(1018)}`])
    assert.equal(await fault(core.readPolicy(`log ${key.vkey} ${url}\nquorum none\n`)), 'policy-url', url);
  const many = (what, n) => Array.from({ length: n }, (_, i) => what(i)).join('');
  const witness = (i) => `witness w${i} ${noteKey(`w${i}`, 4).vkey}\n`;
  assert.equal(await fault(core.readPolicy(`log ${key.vkey}\n${many(witness, 240)}quorum none\n`)), null);
  assert.equal(await fault(core.readPolicy(`log ${key.vkey}\n${many(witness, 241)}quorum none\n`)), 'policy-long');
  const { fault: why } = await core.readPolicy(`# x\n\nlog ${key.vkey}\nquorum two\n`).then(() => ({}), (error) => ({ fault: error }));
  assert.equal(why.slots.line, 4);
  assert.equal((await core.readPolicy(key.vkey)).quorum, 'none');
  assert.equal((await core.readPolicy(`  ${key.vkey}\n`)).logs.length, 1);
});

test('the page and the command line agree on what fuzzing kept', { skip: process.env.COMITY ? false : 'needs COMITY, the program' }, async () => {
  const corpus = (name) => {
    const path = new URL(`../fuzz/corpus/${name}/`, import.meta.url);
    return readdirSync(path).map((file) => [`${name}/${file}`, readFileSync(new URL(file, path))]);
  };
  const golden = await core.readPolicy(GOLDEN);
  let good = 0;
  for (const [name, bytes] of corpus('proof')) {
    const text = core.textOf(bytes);
    const accepted = text !== null && (await core.checkProof(text, { policy: golden })).failed === null;
    assert.equal(comitySays(bytes, '--key', GOLDEN) === 0, accepted, name);
    good += accepted;
  }
  assert.ok(good >= 1);
  const path = join(folder, 'policy');
  for (const [name, bytes] of corpus('policy')) {
    const text = core.textOf(bytes);
    const why = text === null ? 'policy-characters' : await fault(core.readPolicy(text));
    writeFileSync(path, bytes);
    // One that can be read is of other logs, so this proof is refused: 1; one that cannot be read: 2.
    const status = comitySays(made.proof(1), '--policy', path);
    assert.equal(status, why === null ? 1 : 2, `${name}: ${why}`);
  }
});

test('this Node can do what a browser must', async () => {
  assert.equal(await core.ability(), 'yes');
});

// ---- texts ---------------------------------------------------------------------------------------------------------------------------------

test('texts that are the same, and not', () => {
  const text = 'Ten members met in Astana.\n\nThey agreed on twenty-four documents.';
  assert.equal(core.compare(text, text).same, 'exact');
  assert.equal(core.compare(text, text.replaceAll('\n', '\r\n')).same, 'words');
  assert.equal(core.compare(text, `\ufeff  ${text.replace(' met', '\u00a0met')} \n`).same, 'words');
  const blanks = '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
  assert.equal(core.compare(text, ['', ...text.split(/\s+/), ''].join(blanks)).same, 'words');
  for (const sign of '\u200b\u180e\u2060_') assert.equal(core.compare(text, text.replace(' ', sign)).same, null);
  const forged = core.compare(text, text.replace('twenty-four', 'twenty-two'));
  assert.equal(forged.same, null);
  assert.equal(forged.changes, 1);
  assert.deepEqual(forged.parts.filter((part) => part.kind !== 'same'), [{ kind: 'gone', words: [' twenty-four'] }, { kind: 'new', words: [' twenty-two'] }]);
  assert.equal(core.compare(text, 'Something else altogether').parts, null);
  assert.equal(core.compare(text, '').same, null);
  assert.equal(core.compare(text, text + ' '.repeat(core.MAX_TEXT)).same, null);
  const chinese = '成员国元首理事会在阿斯塔纳举行会议,会议完成接收白俄罗斯的程序。';
  assert.ok(core.compare(chinese, chinese.replace('白俄罗斯', '伊朗')).parts.some((part) => part.kind === 'new' && part.words.join('') === '伊朗'));
  const longer = core.compare(text, text.replace('documents.', 'documents, and no other.'));
  assert.deepEqual(longer.parts.filter((part) => part.kind !== 'same').map((part) => part.kind + part.words.join('')), ['new, and no other']);
  for (const one of [text, chinese, 'a . b', "l'Organisation, «x» — и\u0306", '']) assert.equal(core.wordsOf(one).join(''), core.plain(one));
});

test('the shortest way between two texts gives back both', () => {
  let seed = 7;
  const next = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round++) {
    const a = Array.from({ length: next(12) }, () => 'abc'[next(3)]);
    const b = Array.from({ length: next(12) }, () => 'abc'[next(3)]);
    const parts = core.edits(a, b);
    assert.deepEqual(parts.filter((part) => part.kind !== 'new').flatMap((part) => part.words), a);
    assert.deepEqual(parts.filter((part) => part.kind !== 'gone').flatMap((part) => part.words), b);
  }
});

test('what an act names by hash, and what it carries', () => {
  const hash = 'a'.repeat(64);
  const act = { bundle: `sha256:${hash}`, documents: [{ language: 'en', sha256: hash.toUpperCase() }], text: { en: 'x', ru: '' }, title: { en: 'y' }, args: { text: hash } };
  assert.deepEqual(core.hashesOf(act).map(({ path }) => path.join('.')), ['bundle', 'documents.0.sha256', 'args.text']);
  assert.equal(core.hashesOf(act)[1].thing.language, 'en');
  assert.deepEqual(core.textsOf(act), [{ where: 'text', lang: 'en', text: 'x' }, { where: 'title', lang: 'en', text: 'y' }]);
  assert.deepEqual(core.textsOf({ text: null, title: 'z' }), []);
});

test('every sentence that the scripts say stands in the page, and no other', () => {
  const source = (name) => readFileSync(new URL(`../../src/web/${name}`, import.meta.url), 'utf8');
  const has = [...source('pages/part-verify_words.html').matchAll(/data-w="([^"]+)"/g)].map((found) => found[1]);
  assert.deepEqual(has.filter((word, i) => has.indexOf(word) !== i), []);
  const faults = [...`${source('assets/verify-core.js')}${source('assets/verify-keys.js')}`.matchAll(/new Fault\('([^']+)'/g)].map((found) => found[1]);
  const page = source('assets/verify-page.js');
  const said = has.filter((word) => page.includes(`'${word}'`));
  // Those that are put together: say(`step-${how}`), say(`unable-${ability}`) and their like.
  const made = { verdict: ['exact', 'words', 'named'], step: ['exact', 'words', 'named', 'changed', 'other', 'signed-log', 'signed-signer', 'signed-entry'], unable: ['insecure', 'old'] };
  const wanted = [...faults, ...said, ...Object.entries(made).flatMap(([what, ends]) => ends.map((end) => `${what}-${end}`))];
  assert.deepEqual([...new Set(wanted)].sort(), [...has].sort());
  for (const [, word] of page.matchAll(/(?:say|textOf|paragraph|figure)\('([^']+)'/g)) assert.ok(has.includes(word), word);
});
