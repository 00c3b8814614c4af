// SPDX-License-Identifier: Apache-2.0
// The page that verifies, as a person uses it: files dropped, chosen and pasted, good ones and bad ones, on the site and in a copy on disk
// without a network, by keyboard, narrow and wide, light and dark.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { url, openPage } from './harness.mjs';
import { vectors, noteKey, envelope, log } from './logs.mjs';
import { passkey, sshKey } from './signers.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGE = '/en/verify';
const shared = vectors();

const ORIGIN = 'register.example/acts';
const key = noteKey(ORIGIN);
const member = noteKey('member');
const [w1, w2] = ['w1', 'w2'].map((name) => noteKey(`${name}.example`, 4));
const TIME = 1767139200;
const TEXT = 'Ten members met in Astana.\n\nThey agreed on twenty-four documents.\n';
const DOCUMENT = Buffer.from('%PDF-1.7 \xff\xfe', 'latin1');
const act = { kind: 'release_issued', date: '2024-07-04', title: { en: 'Astana' }, text: { en: TEXT, ru: 'Десять.' },
  documents: [{ sha256: createHash('sha256').update(DOCUMENT).digest('hex') }] };
const entries = [envelope({ kind: 'genesis' }, [key]), envelope(act, [key]), envelope(act, [key, member]), 'an entry of another kind'];
const made = log(key, entries, [[w1, TIME], [w2, TIME + 60]]);
const POLICY = `log ${key.vkey}\nwitness one ${w1.vkey}\nwitness two ${w2.vkey}\n`;
const ANY = `${POLICY}quorum none\n`;

const file = (name, content) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
const proof = (text = made.proof(1)) => file('p.tlog-proof', text);
const clean = (text) => text.replace(/\s+/g, ' ').trim();

async function openVerifier(t, options = {}, policy = ANY) {
  const page = await openPage(t, options);
  await page.goto(url(PAGE));
  await page.fill('#policy', policy);
  return page;
}

/** Gives these files, and nothing else; the headings of the verdicts. */
async function give(page, ...files) {
  if (await page.isVisible('#again')) await page.click('#again');
  await page.waitForFunction(() => !document.querySelector('#verdict .ok'));
  await page.setInputFiles('#files', files);
  await page.waitForSelector('#verdict .ok');
  return (await page.locator('#verdict .ok').allTextContents()).map(clean);
}

const steps = async (page) => (await page.locator('#details .checks > li > :first-child').allTextContents()).map(clean);
const why = async (page) => clean(await page.textContent('#details .checks > .no > div > p'));

test('a proof and its text', async (t) => {
  const page = await openVerifier(t, {}, `${POLICY}group g all one two\nquorum g\n`);
  assert.deepEqual(await give(page, proof()), ['Yes. Entry 1 is in the log, signed and unaltered.']);
  assert.deepEqual(await steps(page), ['Yes', 'Yes', 'Yes', 'Yes', 'Yes']);
  const details = clean(await page.textContent('#details'));
  for (const part of [`${ORIGIN}, key ${key.vkey.split('+').slice(0, 2).join('+')}, over 4 entries`, 'one, 31 December 2025 at 00:00:00 UTC', 'two, 31 December 2025 at 00:01:00 UTC',
    'hashes on the way: 2', key.keyid, 'Ten members met in Astana.', 'Russian', '2024-07-04']) assert.ok(details.includes(part), `${part} in ${details}`);
  assert.equal(await page.isVisible('text=No witness is asked for'), false);

  assert.deepEqual(await give(page, proof(), file('text.txt', TEXT)), ['Yes. text.txt is what entry 1 says, to the last character.']);
  assert.deepEqual((await steps(page)).length, 6);
  assert.deepEqual(await give(page, proof(), file('mail.txt', `  ${TEXT.replaceAll('\n', '\r\n')}`)), ['Yes. mail.txt has the words of entry 1. Only blanks and line ends differ.']);
  assert.deepEqual(await give(page, proof(), file('a.pdf', DOCUMENT)), ['Yes. a.pdf is the file that entry 1 names.']);
  assert.deepEqual(await give(page, file('t', TEXT), proof(), file('a.pdf', DOCUMENT)),
    ['Yes. t is what entry 1 says, to the last character.', 'Yes. a.pdf is the file that entry 1 names.']);
});

test('a text that was changed is shown beside the act', async (t) => {
  const page = await openVerifier(t);
  assert.deepEqual(await give(page, proof(), file('forged.txt', TEXT.replace('twenty-four', 'twenty-two'))), ['No. forged.txt is not what entry 1 says: one place differs.']);
  assert.equal(clean(await page.textContent('.diff del')), 'twenty-four');
  assert.equal(clean(await page.textContent('.diff ins')), 'twenty-two');
  assert.deepEqual(await give(page, proof(), file('forged.txt', TEXT.replace('Ten', 'Nine').replace('twenty-four', 'twenty-two'))),
    ['No. forged.txt is not what entry 1 says: 2 places differ.']);
  assert.deepEqual(await give(page, proof(), file('other.txt', 'Quite another matter.')), ['No. other.txt is neither what the act says nor a file that it names.']);
  assert.deepEqual(await give(page, proof(), file('a.pdf', Buffer.concat([DOCUMENT, Buffer.from(' ')]))), ['No. a.pdf is neither what the act says nor a file that it names.']);
  assert.equal((await steps(page)).at(-1), 'No');
});

test('a text without a proof proves nothing, and the register is asked by its hash alone', async (t) => {
  const page = await openVerifier(t);
  assert.deepEqual(await give(page, file('text.txt', TEXT)), ['Not shown. text.txt came without a proof, and a text alone proves nothing.']);
  const link = new URL(await page.getAttribute('#verdict a', 'href'));
  assert.equal(link.searchParams.get('sha256'), createHash('sha256').update(TEXT).digest('hex'));
  assert.equal(link.searchParams.get('words'), createHash('sha256').update(TEXT.split(/\s+/).filter(Boolean).join(' ')).digest('hex'));
  await page.click('#verdict a');
  assert.equal(clean(await page.textContent('#found-title')), 'No public act speaks of it');
});

test('who signed, and with what', async (t) => {
  const page = await openVerifier(t);
  assert.deepEqual(await give(page, proof(made.proof(2))), ['Yes. Entry 2 is in the log, signed and unaltered.']);
  assert.deepEqual((await steps(page)).slice(4).sort(), ['Not checked', 'Yes']);
  assert.ok(await page.isVisible('text=was not checked'));
  assert.ok(await page.isVisible('text=No witness is asked for: that'));
  await page.fill('#signers', member.signer);
  await page.waitForFunction(() => document.querySelectorAll('.checks > .yes').length === 5);
  assert.equal(await page.isVisible('text=was not checked'), false);
  await page.fill('#signers', 'ed25519 AAAA');
  await page.waitForSelector('#signers-field.err');
  assert.match(clean(await page.textContent('#signers-msg')), /^Line 1: It is no public key: /);
  assert.deepEqual((await page.locator('#verdict .ok').allTextContents()).map(clean), ['Not checked. The list of those you trust cannot be read.']);
  await page.fill('#signers', '');
  await page.waitForSelector('#verdict .verify:not(.open)');
  assert.deepEqual(await give(page, proof(made.proof(3))), ['Yes. Entry 3 is in the log, unaltered.']);

  // Keys of OpenSSH, of tokens and passkeys, by this browser's own cryptography.
  const signers = [sshKey(), sshKey({ kind: 'sk-ssh-ed25519@openssh.com' }), sshKey({ kind: 'sk-ecdsa-sha2-nistp256@openssh.com' }), passkey(), passkey({ algorithm: 'EdDSA' })];
  await page.fill('#signers', signers.map((one) => `${one.signer}\n`).join(''));
  const together = log(key, [envelope(act, [key, ...signers])]);
  assert.deepEqual(await give(page, proof(together.proof(0))), ['Yes. Entry 0 is in the log, signed and unaltered.']);
  assert.deepEqual((await steps(page)).slice(4), Array(6).fill('Yes'));
  const lazy = sshKey({ kind: 'sk-ecdsa-sha2-nistp256@openssh.com', flags: 1 });
  await page.fill('#signers', lazy.signer);
  assert.deepEqual(await give(page, proof(log(key, [envelope(act, [key, lazy])]).proof(0))), ['No. The proof is not good.']);
  assert.equal(await why(page), `The signature with the key ${lazy.keyid} does not fit the act.`);
});

test('a key that another entry of the log names', async (t) => {
  const page = await openVerifier(t);
  const names = (one, more) => ({ kind: 'key_registered', register: ORIGIN, holder: 'KZ', key: one.signer, ...more });
  const ssh = sshKey();
  const keys = log(key, [envelope(act, [ssh]), envelope(names(ssh), [key, ssh]), envelope(act, [ssh]), envelope(names(member, { kind: 'key_rotated', holder: undefined, old: 'x' }), [key, member]), envelope(act, [member])]);
  const file2 = file('2.tlog-proof', keys.proof(2));
  assert.deepEqual(await give(page, file2), ['Yes. Entry 2 is in the log, signed and unaltered.']);
  assert.deepEqual((await steps(page)).slice(4), ['Not checked']);
  assert.deepEqual(await give(page, file2, file('1.tlog-proof', keys.proof(1))), ['Yes. Entry 2 is in the log, signed and unaltered.', 'Yes. Entry 1 is in the log, signed and unaltered.']);
  assert.equal(await page.locator('#details .dk').count(), 0);
  assert.match(clean(await page.textContent('#details')), /It is signed with the key that entry 1 names for KZ\.sshsig:[0-9a-f]{16}Whether that key had ended by then/);
  assert.equal(await page.isVisible('text=was not checked'), false);
  // An entry before it, of another log, or whose proof is not good, gives no key.
  await give(page, file('0.tlog-proof', keys.proof(0)), file('1.tlog-proof', keys.proof(1)));
  assert.equal(await page.locator('#details .dk').count(), 1);
  await give(page, file2, file('1.tlog-proof', keys.proof(1).replace('\nindex 1\n', '\nindex 0\n')));
  assert.equal(await page.locator('#details .dk').count(), 1);
  const elsewhere = noteKey('elsewhere.example/acts');
  await page.fill('#policy', `log ${key.vkey}\nlog ${elsewhere.vkey}\nquorum none\n`);
  await give(page, file2, file('1.tlog-proof', log(elsewhere, [envelope({}, [elsewhere]), envelope(names(ssh), [elsewhere, ssh])]).proof(1)));
  assert.equal(await page.locator('#details .dk').count(), 1);
  // A key that takes the place of another has no holder of its own.
  await give(page, file('4.tlog-proof', keys.proof(4)), file('3.tlog-proof', keys.proof(3)));
  assert.match(clean(await page.textContent('#details')), /It is signed with the key that entry 3 names\./);
});

test('each wrong proof is refused at its step', async (t) => {
  const page = await openVerifier(t);
  const good = made.proof(1);
  const cases = [
    ['another log', log(noteKey('elsewhere.example'), entries).proof(1), 1, 'It is of the log elsewhere.example, which you do not trust.'],
    ['another key', log(noteKey(ORIGIN), entries).proof(1), 1, `Its checkpoint is not signed with a key of ${ORIGIN} that you trust.`],
    ['another entry', made.proof(1, { extra: entries[2] }), 3, 'The hashes do not lead from the entry to the signed root. The entry was changed, or it is not of this log.'],
    ['another index', good.replace('\nindex 1\n', '\nindex 2\n'), 3, /^The hashes do not lead/],
    ['another size', good.replace('\n4\n', '\n5\n'), 1, /^The log’s signature does not fit the checkpoint/],
    ['a cosignature of another text', log(key, entries, [[{ cosign: () => w1.cosign('x\n', TIME) }, TIME]]).proof(1), 2, 'The cosignature of w1.example does not fit the checkpoint.'],
    ['a forged signature', log(key, [entries[0], envelope(act, [{ ...key, raw: member.raw }])]).proof(1), 4, /^The signature with the key ed25519:[0-9a-f]{16} does not fit the act\.$/],
    ['no entry', made.proof(1, { extra: null }), 0, 'The entry that it proves is not in it. Give the entry beside it.'],
    ['another version', good.replace('@v1', '@v2'), 0, 'It does not begin as a proof does.'],
    ['a hash cut short', good.replace(/\nindex 1\n./, '\nindex 1\n'), 0, 'Hash 1 in it cannot be read.'],
    ['a checkpoint cut short', good.slice(0, -1), 0, 'Its checkpoint cannot be read: it was cut off, or changed on the way.'],
  ];
  for (const [name, text, at, says] of cases) {
    assert.deepEqual(await give(page, proof(text)), ['No. The proof is not good.'], name);
    const seen = await steps(page);
    assert.equal(seen.indexOf('No'), at, `${name}: ${seen}`);
    assert.ok(seen.slice(at + 1).every((step) => step === 'Not reached'), `${name}: ${seen}`);
    if (typeof says === 'string') assert.equal(await why(page), says, name);
    else assert.match(await why(page), says, name);
    assert.equal(await page.locator('.said').count(), 0, `${name}: nothing is shown of the act`);
  }
  assert.deepEqual(await give(page, proof(cases[0][1]), file('text.txt', TEXT)), ['No. The proof is not good.', 'Not shown. text.txt came with a proof that is not good.']);
  // The entry beside a proof without it.
  assert.deepEqual(await give(page, proof(made.proof(1, { extra: null })), file('1.dsse', entries[1])), ['Yes. Entry 1 is in the log, signed and unaltered.']);
});

test('a bit turned anywhere is seen', async (t) => {
  const page = await openVerifier(t, {}, `${POLICY}group g all one two\nquorum g\n`);
  const good = Buffer.from(made.proof(1));
  for (let at = 3; at < good.length; at += 193) {
    const wrong = Buffer.from(good);
    wrong[at] ^= 1;
    const [said] = await give(page, proof(wrong));
    assert.match(said, /^(No|Not shown)\. /, `byte ${at}`);
  }
});

test('witnesses that are missing', async (t) => {
  const page = await openVerifier(t, {}, `${POLICY}witness three ${noteKey('w3.example', 4).vkey}\ngroup g all one two three\nquorum g\n`);
  assert.deepEqual(await give(page, proof()), ['No. The proof is not good.']);
  assert.equal(await why(page), 'Witnesses are missing: 2 of 3 have cosigned it, which is not enough for g. Missing: three.');
  assert.match(clean(await page.textContent('#trusted')), /Cosignatures are asked for: g, of 3 witnesses\.$/);
  // The policy is read anew as it is typed.
  await page.fill('#policy', `${POLICY}quorum two\n`);
  await page.waitForSelector('#verdict .verify:not(.failed)');
  assert.match(clean(await page.textContent('#trusted')), /A cosignature is asked for: two\.$/);
  await page.fill('#policy', `log ${key.vkey}\nquorum two\n`);
  await page.waitForSelector('#policy-field.err');
  assert.equal(clean(await page.textContent('#policy-msg')), 'Line 2: two is not defined above this line.');
  assert.equal(await page.getAttribute('#policy', 'aria-invalid'), 'true');
  await page.fill('#policy', key.vkey);
  await page.waitForSelector('#verdict .verify:not(.open)');
  assert.ok(clean(await page.textContent('#trusted')).includes(key.pub.toString('hex').match(/.{4}/g).slice(0, 8).join(' ')));
});

test('the vectors', { skip: shared ? false : 'needs COMITY_SHARED, the folder of test vectors' }, async (t) => {
  const page = await openVerifier(t, {}, 'register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4');
  for (const name of readdirSync(`${shared}/tlog-proof`).filter((one) => one.endsWith('.tlog-proof'))) {
    const [, index] = /\.(\d+)\.tlog-proof$/.exec(name);
    const text = readFileSync(`${shared}/tlog-proof/${name}`);
    assert.deepEqual(await give(page, proof(text), file('entry', `entry ${index}`)), [`Yes. Entry ${index} is in the log, unaltered.`], name);
    assert.equal((await give(page, proof(text), file('entry', 'entry X')))[0], 'No. The proof is not good.', name);
  }
});

test('the proofs of this register, with the key that the page came with', async (t) => {
  const page = await openPage(t);
  await page.goto(url(PAGE));
  for (const number of [0, 1, 1012]) {
    const answer = await page.request.get(url(`/act/${number}.tlog-proof`));
    assert.deepEqual(await give(page, proof(await answer.body())), [`Yes. Entry ${number} is in the log, signed and unaltered.`]);
  }
  await page.click('text=The act in the register');
  assert.equal(new URL(page.url()).pathname, '/en/acts/1012');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('text=Download proof')]);
  assert.equal(saved.suggestedFilename(), '1012.tlog-proof');
  await page.click('text=Check it in your browser');
  assert.equal(new URL(page.url()).pathname, PAGE);
});

test('dropped, pasted, taken away', async (t) => {
  const page = await openVerifier(t);
  const files = await page.evaluateHandle(([text, more]) => {
    const all = new DataTransfer();
    all.items.add(new File([text], 'p.tlog-proof'));
    all.items.add(new File([more], 'text.txt'));
    return all;
  }, [made.proof(1), TEXT]);
  await page.dispatchEvent('#main', 'dragover', { dataTransfer: files });
  assert.match(await page.getAttribute('html', 'class'), /dragging/);
  await page.dispatchEvent('#main', 'drop', { dataTransfer: files });
  await page.waitForSelector('#verdict >> text=Yes. text.txt is what entry 1 says');
  assert.doesNotMatch(await page.getAttribute('html', 'class'), /dragging/);
  await page.click('[aria-label="Remove: p.tlog-proof"]');
  await page.waitForSelector('#verdict >> text=Not shown. text.txt came without a proof');
  // What was copied out of a page or a mail has lost its last line end.
  await page.fill('#pasted', `\n${made.proof(1).trim()}`);
  await page.waitForSelector('#verdict >> text=Yes. text.txt is what entry 1 says');
  await page.click('#again');
  await page.waitForFunction(() => !document.querySelector('#verdict').hasChildNodes() && !document.querySelector('#details').hasChildNodes());
  assert.equal(await page.inputValue('#pasted'), '');
  assert.equal(await page.isVisible('#held'), false);
  const text = await page.evaluateHandle((words) => {
    const all = new DataTransfer();
    all.setData('text/plain', words);
    return all;
  }, TEXT);
  await page.dispatchEvent('#main', 'drop', { dataTransfer: text });
  await page.waitForSelector('#verdict >> text=Not shown. The pasted text came without a proof');
  // No more than can be looked through.
  await page.click('#again');
  await page.setInputFiles('#files', Array.from({ length: 21 }, (_, i) => file(`${i}.txt`, `text ${i}`)));
  await page.waitForSelector('text=More than 20 files');
  assert.equal(await page.locator('#held button').count(), 20);
});

test('by keyboard alone', async (t) => {
  const page = await openVerifier(t);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName);
  await page.focus('#files');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'pasted');
  await page.keyboard.insertText(made.proof(1));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.className === 'ok');
  assert.equal(clean(await page.evaluate(() => document.activeElement.textContent)), 'Yes. Entry 1 is in the log, signed and unaltered.');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none', 'focus is not shown');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'SUMMARY');
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() => document.activeElement.parentElement.open));
});

test('the page asks no server for anything, and cannot', async (t) => {
  const page = await openVerifier(t);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  assert.deepEqual(await give(page, proof(), file('text.txt', TEXT)), ['Yes. text.txt is what entry 1 says, to the last character.']);
  assert.deepEqual(asked, []);
  const answered = [];
  page.on('response', (response) => answered.push(response.url()));
  const tried = await page.evaluate(async () => {
    const image = new Image();
    const seen = [await fetch('/checkpoint').then(() => 'sent', () => 'refused')];
    seen.push(await new Promise((done) => {
      image.onload = () => done('sent');
      image.onerror = () => done('refused');
      image.src = '/asset/icon.svg';
    }));
    try {
      document.querySelector('#verdict').innerHTML = '<b>x</b>';
      seen.push('written');
    } catch {
      seen.push('refused');
    }
    return seen;
  });
  assert.deepEqual(tried, ['refused', 'refused', 'refused']);
  assert.deepEqual(answered, []);
  page.complaints.length = 0; // what was tried here is complained of
});

test('a browser that cannot says so, and shows nothing as good', async (t) => {
  const old = await openPage(t);
  await old.addInitScript(() => {
    const importKey = SubtleCrypto.prototype.importKey;
    SubtleCrypto.prototype.importKey = function refuse(format, bytes, how, ...more) {
      if ((how.name ?? how) === 'Ed25519') return Promise.reject(new DOMException('unknown', 'NotSupportedError'));
      return importKey.call(this, format, bytes, how, ...more);
    };
  });
  await old.goto(url(PAGE));
  assert.deepEqual(await give(old, proof()), ['Not checked. This browser cannot do it.']);
  assert.match(await old.textContent('#verdict'), /knows no Ed25519 signatures/);
  const lax = await openPage(t); // one that takes every signature for good
  await lax.addInitScript(() => {
    SubtleCrypto.prototype.verify = () => Promise.resolve(true);
  });
  await lax.goto(url(PAGE));
  assert.deepEqual(await give(lax, proof()), ['Not checked. This browser cannot do it.']);
  const plain = await openPage(t);
  await plain.addInitScript(() => Object.defineProperty(globalThis, 'crypto', { value: {} }));
  await plain.goto(url(PAGE));
  assert.deepEqual(await give(plain, proof()), ['Not checked. This browser cannot do it.']);
  assert.match(await plain.textContent('#verdict'), /only to pages that came by https, or from your own disk/);
});

test('without scripts', async (t) => {
  const page = await openPage(t, { javaScriptEnabled: false });
  await page.goto(url(PAGE));
  assert.ok(await page.isVisible('text=comity verify 17.tlog-proof --policy trusted.policy --document communique.pdf'));
  assert.equal(await page.isVisible('#check'), false);
  assert.equal(await page.isVisible('#save'), false);
  assert.match(await page.inputValue('#policy'), /^log \S+\+[0-9a-f]{8}\+\S+\nquorum none\n$/);
  await page.fill('#sha256', createHash('sha256').update('Descriptive title.').digest('hex'));
  await page.click('text=Find acts');
  assert.match(clean(await page.textContent('#found-title')), /^\d+ acts speak of it$/);
  assert.match(clean(await page.textContent('#found li')), /It carries this text, to the last character, in text\.en\. Download its proof$/);
  const [first] = await page.locator('#found li a').evaluateAll((all) => all.map((a) => a.getAttribute('href')).filter((href) => href.startsWith('/act/')));
  assert.match(await (await page.request.get(url(first))).text(), /^c2sp\.org\/tlog-proof@v1\n/);
});

// ---- a copy on somebody's disk ------------------------------------------------------------------------------------------------------------------

/** Opens a copy of the page from the disk, with the network off. */
async function openCopy(t, html) {
  const folder = mkdtempSync(join(tmpdir(), 'comity-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'verify.html');
  writeFileSync(path, html);
  const page = await openPage(t, { offline: true });
  page.on('request', (request) => request.url() !== pathToFileURL(path).href && !request.url().startsWith('blob:') && page.complaints.push(`asked for ${request.url()}`));
  await page.goto(pathToFileURL(path).href);
  return page;
}

async function tryCopy(page, origin) {
  assert.ok(await page.isVisible('#check'), 'the script of the copy runs');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.querySelector('.drop')).borderStyle), 'none', 'the copy has its style');
  assert.equal(await page.isVisible('#only-text'), false);
  for (const href of await page.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) assert.match(href, /^(#|https?:)/);
  assert.match(clean(await page.textContent('#trusted')), new RegExp(`^The key of ${origin}`));
}

async function download(page) {
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  const chunks = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk);
  return { name: saved.suggestedFilename(), html: Buffer.concat(chunks).toString() };
}

test('a copy of the page as it is sent', async (t) => {
  const html = await (await (await openPage(t)).request.get(url(PAGE))).text();
  const page = await openCopy(t, html);
  await tryCopy(page, 'register.sco.example/acts');
  assert.deepEqual(await give(page, proof()), ['No. The proof is not good.']);
  await page.fill('#policy', ANY);
  assert.deepEqual(await give(page, proof(), file('text.txt', TEXT)), ['Yes. text.txt is what entry 1 says, to the last character.']);
});

test('a copy that the page saves, with the reader’s keys', async (t) => {
  const site = await openVerifier(t);
  await site.fill('#signers', member.signer);
  assert.deepEqual(await give(site, proof(made.proof(2))), ['Yes. Entry 2 is in the log, signed and unaltered.']);
  const { name, html } = await download(site);
  assert.equal(name, 'verify-register.sco.example-acts.html');
  const page = await openCopy(t, html);
  await tryCopy(page, ORIGIN);
  assert.equal(await page.inputValue('#policy'), ANY);
  assert.equal(await page.inputValue('#signers'), member.signer);
  assert.equal(await page.isVisible('#verdict .ok'), false, 'what was checked is not in the copy');
  assert.deepEqual(await give(page, proof(made.proof(2)), file('text.txt', TEXT)), ['Yes. text.txt is what entry 2 says, to the last character.']);
  assert.deepEqual((await steps(page)).slice(4), ['Yes', 'Yes', 'Yes']);
  // A copy of the copy is the same, but for its keys.
  await page.fill('#policy', key.vkey);
  const again = await download(page);
  const second = await openCopy(t, again.html);
  assert.equal(await second.inputValue('#policy'), key.vkey);
  assert.deepEqual(await give(second, proof()), ['Yes. Entry 1 is in the log, signed and unaltered.']);
  assert.deepEqual(await give(second, proof(log(noteKey(ORIGIN), entries).proof(1))), ['No. The proof is not good.']);
});

test('a copy that the browser saves keeps the keys too', async (t) => {
  const site = await openVerifier(t);
  await site.fill('#policy', `${POLICY}quorum one\n`);
  const page = await openCopy(t, await site.content()); // the page as it stands, as "save page as" writes it
  await tryCopy(page, ORIGIN);
  assert.equal(await page.inputValue('#policy'), `${POLICY}quorum one\n`);
  assert.deepEqual(await give(page, proof()), ['Yes. Entry 1 is in the log, signed and unaltered.']);
});

// ---- everybody can read it ----------------------------------------------------------------------------------------------------------------------

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']]) {
  test(`no finding at ${width} pixels, ${colorScheme}`, async (t) => {
    const page = await openVerifier(t, { width, colorScheme });
    const bad = [];
    const look = async (state) => {
      await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (beyond > 0) bad.push(`${state}: ${beyond} pixels wider than the window`);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), TAGS);
      bad.push(...violations.map((v) => `${state}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`));
    };
    await look('empty');
    await give(page, proof(made.proof(2)), file('forged.txt', TEXT.replace('Ten', 'Nine')));
    await look('forged');
    await give(page, proof(), file('text.txt', TEXT));
    await look('good');
    await give(page, proof(made.proof(1).replace('\nindex 1\n', '\nindex 2\n')), file('text.txt', TEXT));
    await look('bad');
    await page.fill('#policy', 'trust me');
    await page.waitForSelector('#policy-field.err');
    await look('no policy');
    await page.goto(url(`${PAGE}?sha256=${createHash('sha256').update('Descriptive title.').digest('hex')}`));
    await look('found');
    assert.deepEqual(bad, []);
  });
}
