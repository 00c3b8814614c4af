// SPDX-License-Identifier: Apache-2.0
// The page that verifies: takes files and texts, has them checked (verify-core.js, verify-keys.js, verify-text.js) and says what came out, in
// the words that stand in the page (template #words). It asks no server for anything; the page's own policy forbids it.
'use strict';

(() => {
  const MAX_FILE = 64 * 1024 * 1024; // as long as a document of a register may be
  const MAX_HELD = 20;
  const MAX_CHANGES_SHOWN = 40;
  const $ = (id) => document.getElementById(id);
  const page = $('verifier');
  const lang = document.documentElement.lang;
  const words = $('words').content;
  const held = []; // { name, bytes, text: null where it is none }
  let run = 0;

  // ---- words and elements -------------------------------------------------------------------------------------------------------

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  /** A sentence of the page with its slots filled: text, or an element. */
  function say(word, slots = {}) {
    const made = document.createDocumentFragment();
    made.append(...words.querySelector(`[data-w="${word}"]`).cloneNode(true).childNodes);
    for (const slot of made.querySelectorAll('[data-s]')) {
      slot.append(slots[slot.dataset.s] ?? '');
      slot.removeAttribute('data-s');
    }
    return made;
  }

  const textOf = (word) => say(word).textContent;
  const paragraph = (word, slots, attributes) => element('p', attributes, say(word, slots));
  const figure = (word, slots) => element('p', { class: 'small quiet' }, say(word, slots));

  function moment(seconds) {
    const at = new Date(Number(seconds) * 1000);
    if (Number.isNaN(at.getTime())) return `${seconds}`;
    const how = { dateStyle: 'long', timeStyle: 'medium', hourCycle: 'h23', timeZone: 'UTC' };
    return `${new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, how).format(at)} UTC`;
  }

  function languageName(code) {
    try {
      return new Intl.DisplayNames([lang], { type: 'language' }).of(code);
    } catch {
      return code;
    }
  }

  // ---- what is held ---------------------------------------------------------------------------------------------------------------

  const isProof = (item) => item.text !== null && comity.looksLikeProof(item.text);
  const kindOf = (item) => (isProof(item) ? 'held-proof' : item.text !== null ? 'held-text' : 'held-file');

  /** A text that was pasted. What was copied from a page may have lost the last line end of a proof. */
  function pastedItem() {
    let text = $('pasted').value;
    if (!text.trim()) return null;
    if (comity.looksLikeProof(text.trimStart())) text = `${text.trim()}\n`;
    return { name: textOf('held-pasted'), bytes: comity.bytesOf(text), text, pasted: true };
  }

  function showHeld(complaint = null) {
    const lines = held.map((item) => {
      const label = `${textOf('held-remove')}: ${item.name}`;
      const remove = element('button', { type: 'button', class: 'ghost slim', 'aria-label': label }, textOf('held-remove'));
      remove.addEventListener('click', () => {
        held.splice(held.indexOf(item), 1);
        changed();
        ($('held').querySelector('button') ?? $('files')).focus();
      });
      const line = say('held-line', { name: item.name, kind: textOf(kindOf(item)), n: `${item.bytes.length}` });
      return element('li', null, element('span', null, line), remove);
    });
    if (complaint) lines.push(element('li', { class: 'bad' }, complaint));
    $('held').replaceChildren(...lines);
    $('held').hidden = lines.length === 0;
    $('again').hidden = held.length === 0 && !$('pasted').value;
  }

  async function take(files) {
    let complaint = null;
    for (const file of files) {
      if (held.length >= MAX_HELD) {
        complaint = say('held-many', { n: `${MAX_HELD}` });
        break;
      }
      if (file.size > MAX_FILE) {
        complaint = say('held-long', { name: file.name, n: `${MAX_FILE}` });
        continue;
      }
      const bytes = new Uint8Array(await file.arrayBuffer());
      held.push({ name: file.name, bytes, text: comity.textOf(bytes) });
    }
    await changed(complaint);
  }

  // ---- whom the reader trusts -------------------------------------------------------------------------------------------------------

  /** Keeps what was typed in the page itself, so that "save page as" keeps it too. */
  function keepTyped(field) {
    field.textContent = field.value;
  }

  function complain(name, fault) {
    const field = $(`${name}-field`);
    field.classList.toggle('err', !!fault);
    $(name).setAttribute('aria-invalid', fault ? 'true' : 'false');
    const line = fault?.slots.line ? element('span', null, say('at-line', { line: `${fault.slots.line}` }), ' ') : null;
    $(`${name}-msg`).replaceChildren(...(fault ? [line, say(fault.word, fault.slots)].filter(Boolean) : []));
  }

  async function read(name, reader) {
    try {
      const value = await reader($(name).value);
      complain(name, null);
      return value;
    } catch (fault) {
      if (!(fault instanceof comity.Fault)) throw fault;
      complain(name, fault);
      return null;
    }
  }

  async function readSigners(text) {
    const signers = [];
    for (const [i, line] of text.split('\n').entries()) {
      if (!line.trim() || line.trim().startsWith('#')) continue;
      try {
        signers.push(await comityKeys.readSigner(line));
      } catch (fault) {
        if (fault instanceof comity.Fault) fault.slots.line = i + 1;
        throw fault;
      }
    }
    return signers;
  }

  /** Null while either list cannot be read. */
  async function readTrust() {
    const policy = await read('policy', (text) => comity.readPolicy(text.endsWith('\n') ? text : `${text}\n`));
    const signers = await read('signers', readSigners);
    $('trusted').replaceChildren(...(policy ? trusted(policy) : []));
    return policy && signers ? { policy, signers } : null;
  }

  /** What the policy comes to; the keys in digits that two people can read to each other. */
  function trusted(policy) {
    const witnesses = comity.witnessesOf(policy, policy.quorum).length;
    const word = witnesses === 0 ? 'trusted-none' : witnesses === 1 ? 'trusted-witness' : 'trusted';
    const line = (half) => [element('br'), element('code', { class: 'digits' }, half.match(/.{4}/g).join(' '))];
    const digits = (key) => comity.hex(key.pub).match(/.{32}/g).flatMap(line);
    const keys = policy.logs.map((log) => element('p', { class: 'small' }, say('trusted-log', { origin: log.name }), ...digits(log)));
    return [...keys, element('p', { class: 'small' }, say(word, { m: `${witnesses}`, quorum: policy.quorum }))];
  }

  // ---- checking -----------------------------------------------------------------------------------------------------------------------

  /** A proof, with the entry in it, or with one of the other files as its entry. */
  async function checkOne(item, others, trust) {
    let report = await comity.checkProof(item.text, trust);
    for (const other of report.fault?.word === 'proof-no-entry' ? others : []) {
      const tried = await comity.checkProof(item.text, { ...trust, entry: other.bytes });
      if (tried.failed === 'inclusion') continue;
      report = tried;
      other.isEntry = true;
      break;
    }
    if (report.failed || !report.envelope) return { item, report, act: null };
    let act = null;
    try {
      act = JSON.parse(comity.textOf(report.envelope.payload));
    } catch { /* it is shown as it stands */ }
    return { item, report, act };
  }

  /** What an act says of a file or text: { how: 'exact'|'words'|'named'|'changed'|'other', ... }. */
  async function compareWith(act, item) {
    const hash = comity.hex(await comity.sha256(item.bytes));
    const named = comityText.hashesOf(act).find((one) => one.hash === hash);
    if (named) return { how: 'named', hash, where: named.path.join('.') };
    let best = { how: 'other', hash, likeness: 0 };
    for (const { where, lang: language, text } of item.text === null ? [] : comityText.textsOf(act)) {
      const found = comityText.compare(text, item.text);
      const place = { hash, where: `${where}.${language}`, language };
      if (found.same === 'exact') return { how: 'exact', ...place };
      if (found.same === 'words') best = { how: 'words', ...place, likeness: 2 };
      else if (where === 'text' && found.parts && found.likeness > best.likeness) best = { how: 'changed', ...found, ...place };
    }
    return best;
  }

  const NAMES_A_KEY = ['key_registered', 'key_delegated', 'key_rotated'];

  /** The keys that proved entries of key acts name: a signature in the same log, not before that entry, can be checked with them. */
  async function namedKeys(proofs) {
    const named = [];
    for (const { report, act } of proofs) {
      if (!NAMES_A_KEY.includes(act?.kind) || typeof act.key !== 'string') continue;
      try {
        const signer = await comityKeys.readSigner(act.key);
        const holder = typeof act.holder === 'string' ? act.holder : '';
        named.push({ ...signer, by: 'entry', origin: report.head.origin, entry: report.proof.index, holder });
      } catch { /* whatever stands there is no key */ }
    }
    return named;
  }

  async function checkProofs(items, trust) {
    const others = items.filter((other) => !isProof(other));
    const proofs = [];
    for (const item of items.filter(isProof)) proofs.push(await checkOne(item, others, trust));
    const named = await namedKeys(proofs);
    for (const [i, { item, report }] of proofs.entries()) {
      const signers = named.filter((key) => key.origin === report.head?.origin && key.entry <= report.proof.index);
      if (signers.length && !report.failed) proofs[i] = await checkOne(item, others, { ...trust, signers: [...trust.signers, ...signers] });
    }
    return proofs;
  }

  const RANK = ['exact', 'named', 'words', 'changed', 'other'];

  /** Everything that is held, against everything that was proved. */
  async function checkAll(trust) {
    const items = [...held, pastedItem()].filter(Boolean).map((item) => ({ ...item }));
    const proofs = await checkProofs(items, trust);
    const documents = [];
    for (const item of items.filter((one) => !isProof(one) && !one.isEntry)) {
      const found = [];
      for (const proof of proofs.filter((one) => !one.report.failed)) found.push({ proof, ...(await compareWith(proof.act, item)) });
      found.sort((a, b) => RANK.indexOf(a.how) - RANK.indexOf(b.how));
      const hash = comity.hex(await comity.sha256(item.bytes));
      const isText = item.text !== null && item.text.length <= comityText.MAX_TEXT;
      const plain = isText ? comity.hex(await comity.sha256(comity.bytesOf(comityText.plain(item.text)))) : null;
      documents.push({ item, found, hash, plain });
    }
    return { proofs, documents };
  }

  // ---- telling: the verdict ---------------------------------------------------------------------------------------------------------------

  /** Draws a box. state: 'good', 'failed', 'open'. */
  function box(state, heading, ...more) {
    const kind = state === 'good' ? 'box verify' : `box verify ${state}`;
    return element('section', { class: kind }, element('p', { class: 'ok', tabindex: '-1' }, heading), ...more);
  }

  const entryOf = (proof) => `${proof.report.proof.index}`;

  function proofNotes(proof) {
    const title = titleOf(proof.act);
    const notes = title ? [element('p', { class: 'src', lang: title.lang }, title.text)] : [];
    if (proof.report.signatures?.some((signature) => signature.by === null)) notes.push(paragraph('note-unknown', {}, { class: 'small' }));
    if (proof.report.witnesses.asked.length === 0) notes.push(paragraph('note-no-witness', {}, { class: 'small' }));
    return notes;
  }

  function askLink({ hash, plain }) {
    const query = plain ? `sha256=${hash}&words=${plain}` : `sha256=${hash}`;
    const href = `${page.dataset.site}/${page.dataset.code}/verify?${query}#found`;
    return element('p', { class: 'small' }, element('a', { href }, say('ask-register')), element('br'), say('figure-hash', { hash }));
  }

  function documentVerdict(one, proofs) {
    const [best] = one.found;
    const name = one.item.name;
    if (!proofs.length) return box('open', say('verdict-alone', { name }), askLink(one));
    if (!best) return box('failed', say('verdict-bad-document', { name }));
    const slots = { name, entry: entryOf(best.proof), n: `${best.changes}` };
    if (best.how === 'other') return box('failed', say('verdict-other', slots), askLink(one));
    if (best.how === 'changed') return box('failed', say(best.changes === 1 ? 'verdict-changed-once' : 'verdict-changed', slots), changes(best));
    return box('good', say(`verdict-${best.how}`, slots), ...proofNotes(best.proof));
  }

  function proofVerdict(proof) {
    const { report, item } = proof;
    if (report.failed)
      return box('failed', say('verdict-bad'), paragraph(report.fault.word, report.fault.slots), figure('head-bad-proof', { name: item.name }));
    return box('good', say(report.envelope ? 'verdict-act' : 'verdict-entry', { entry: entryOf(proof) }), ...proofNotes(proof));
  }

  /** Where a text differs from the act's, word by word. */
  function changes({ parts, language }) {
    const shown = element('p', { class: 'src diff', lang: language });
    const tags = { same: 'span', gone: 'del', new: 'ins' };
    for (const part of parts.slice(0, 2 * MAX_CHANGES_SHOWN)) {
      const text = part.words.join('');
      shown.append(text.startsWith(' ') ? ' ' : '', element(tags[part.kind], null, text.trimStart()));
    }
    if (parts.length > 2 * MAX_CHANGES_SHOWN) shown.append('\u2026');
    return element('div', null, element('h3', null, say('head-changed')), shown, figure('legend-changed'));
  }

  // ---- telling: step by step --------------------------------------------------------------------------------------------------------------

  const step = (state, label, sentence, ...figures) =>
    element('li', state ? { class: state } : null, element('span', null, say(label)), element('div', null, element('p', null, sentence), ...figures));

  const STEP_WORDS = { file: 'step-file', log: 'step-log', witnesses: 'step-no-witness', inclusion: 'step-inclusion', signatures: 'step-signed-log' };

  const tell = {
    file: ({ report, item }) => [step('yes', 'say-yes', say('step-file', { entry: `${report.proof.index}` }),
      figure('figure-file', { n: `${item.bytes.length}`, m: `${report.entry.length}` }))],
    log: ({ report }) => [step('yes', 'say-yes', say('step-log'),
      ...report.logs.map((log) => figure('figure-log', { origin: report.head.origin, id: `${log.name}+${log.id}`, n: `${report.head.size}` })))],
    witnesses: ({ report: { witnesses } }) => {
      const figures = [...witnesses.cosigned].map(([name, time]) => figure('figure-cosigned', { name, time: moment(time) }));
      figures.push(...[...witnesses.untimely].map(([name, time]) => figure('figure-untimely', { name, time: moment(time) })));
      const n = witnesses.asked.filter((name) => witnesses.cosigned.has(name)).length;
      return [witnesses.asked.length ? step('yes', 'say-yes', say('step-witnesses', { n: `${n}`, of: `${witnesses.asked.length}` }), ...figures)
        : step('', 'say-none', say('step-no-witness'), ...figures)];
    },
    inclusion: ({ report }) => [step('yes', 'say-yes', say('step-inclusion'),
      figure('figure-inclusion', { leaf: comity.hex(report.leaf), root: comity.base64(report.head.root), n: `${report.proof.path.length}` }))],
    signatures: ({ report }) => (report.envelope ? report.signatures.map(({ keyid, by, entry, holder }) => {
      const key = element('p', { class: 'small quiet' }, element('code', { class: 'hash' }, keyid));
      if (!by) return step('dk', 'say-unchecked', say('step-signed-unknown'), key, figure('figure-unknown'));
      const word = by === 'entry' && !holder ? 'step-signed-entry-alone' : `step-signed-${by}`;
      const earlier = by === 'entry' && entry < report.proof.index;
      return step('yes', 'say-yes', say(word, { entry: `${entry}`, holder }), key, earlier ? figure('figure-entry') : null);
    }) : [step('', 'say-none', say('step-no-act'))]),
  };

  /** What the step would have shown, for one that failed or was not reached. */
  const untold = (name, report) => say(name === 'file' ? 'step-file' : STEP_WORDS[name], { entry: report.proof ? `${report.proof.index}` : '' });

  function steps(proof, documents) {
    const { report } = proof;
    const list = element('ol', { class: 'conds checks' });
    const failedAt = report.failed ? comity.STEPS.indexOf(report.failed) : comity.STEPS.length;
    for (const [i, name] of comity.STEPS.entries()) {
      if (i < failedAt) list.append(...tell[name](proof));
      else if (i === failedAt) list.append(step('no', 'say-no', say(report.fault.word, report.fault.slots)));
      else list.append(step('later', 'say-later', untold(name, report)));
    }
    for (const { item, found } of documents) {
      const here = found.find((one) => one.proof === proof);
      if (!here) continue;
      const good = here.how !== 'changed' && here.how !== 'other';
      const seen = here.language ? figure('figure-text', { ...here, language: languageName(here.language) })
        : figure(here.how === 'named' ? 'figure-named' : 'figure-hash', here);
      list.append(step(good ? 'yes' : 'no', good ? 'say-yes' : 'say-no', say(`step-${here.how}`, { name: item.name }), seen));
    }
    return list;
  }

  // ---- telling: the act ---------------------------------------------------------------------------------------------------------------------

  const titleOf = (act) => {
    const titles = act?.title && typeof act.title === 'object' ? act.title : {};
    const language = titles[page.dataset.code] ? page.dataset.code : Object.keys(titles)[0];
    return typeof titles[language] === 'string' ? { text: titles[language], lang: language } : null;
  };

  const source = (language, ...content) => element('div', { class: 'src', lang: language }, ...content);

  function actOf({ report, act }) {
    const rows = element('dl', { class: 'kv' });
    const row = (name, value) => {
      if (['string', 'number', 'boolean'].includes(typeof value)) rows.append(element('dt', null, name), element('dd', null, `${value}`));
    };
    row(say('row-kind'), act?.kind);
    row(say('row-date'), act?.date);
    for (const members of [act?.args, act]) // the act's own names for what it says; the rest stands in it as filed
      for (const [name, value] of Object.entries(members && typeof members === 'object' ? members : {}))
        if (name !== 'kind' && name !== 'date') row(element('code', null, name), value);
    const made = [element('h3', null, say('head-says')), rows];
    const title = titleOf(act);
    if (title) made.push(source(title.lang, element('p', null, element('strong', null, title.text))));
    for (const { where, lang: language, text } of comityText.textsOf(act)) {
      if (where !== 'text') continue;
      made.push(element('p', { class: 'small quiet' }, languageName(language)));
      made.push(source(language, ...text.split(/\n\s*\n/).map((part) => element('p', null, part))));
    }
    const filed = act ? JSON.stringify(act, null, 2) : comity.textOf(report.envelope.payload) ?? comity.base64(report.envelope.payload);
    made.push(element('details', null, element('summary', null, say('head-filed')),
      element('pre', { tabindex: '0', role: 'region', 'aria-label': textOf('head-filed') }, filed)));
    if (report.head.origin === page.dataset.origin)
      made.push(element('p', { class: 'small' }, say('note-later'), ' ',
        element('a', { href: `${page.dataset.site}/${page.dataset.code}/acts/${report.proof.index}` }, say('see-act'))));
    return made;
  }

  function section(proof, documents) {
    const { report, item } = proof;
    const heading = report.failed ? say('head-bad-proof', { name: item.name })
      : say('head-proof', { entry: entryOf(proof), origin: report.head.origin });
    const made = element('section', null, element('h2', null, heading), steps(proof, documents));
    if (report.envelope && !report.failed) made.append(element('div', { class: 'said' }, ...actOf(proof)));
    return made;
  }

  // ---- everything together ----------------------------------------------------------------------------------------------------------------------

  function show(verdicts, sections) {
    $('verdict').replaceChildren(...verdicts);
    $('details').replaceChildren(...sections);
  }

  async function check() {
    const mine = ++run;
    const ability = await comity.ability();
    const trust = ability === 'insecure' ? null : await readTrust();
    if (mine !== run) return;
    if (!held.length && !pastedItem()) return show([], []);
    if (ability !== 'yes') return show([box('open', say('verdict-unable'), paragraph(`unable-${ability}`))], []);
    if (!trust) return show([box('open', say('verdict-trust'))], []);
    const { proofs, documents } = await checkAll(trust);
    if (mine !== run) return;
    const bad = proofs.filter((proof) => proof.report.failed);
    const alone = documents.length ? bad : proofs;
    const checked = figure('checked-at', { time: moment(Date.now() / 1000) });
    show([...alone.map(proofVerdict), ...documents.map((one) => documentVerdict(one, proofs)), checked], proofs.map((proof) => section(proof, documents)));
  }

  async function changed(complaint = null) {
    showHeld(complaint);
    await check();
  }

  // ---- a copy of the page ---------------------------------------------------------------------------------------------------------------------

  /** The page as it was given, with the reader's keys in it and links that lead back to the site. */
  function copyOfPage() {
    const copy = document.documentElement.cloneNode(true);
    for (const id of ['verdict', 'details', 'held', 'trusted', 'policy-msg', 'signers-msg', 'pasted']) copy.querySelector(`#${id}`).replaceChildren();
    for (const id of ['check', 'keep', 'held', 'again']) copy.querySelector(`#${id}`).hidden = true;
    copy.querySelector('#noscript').hidden = false;
    for (const part of copy.querySelectorAll('#found, .alert')) part.remove();
    copy.classList.remove('dragging');
    for (const id of ['policy', 'signers']) copy.querySelector(`#${id}`).textContent = $(id).value;
    for (const link of copy.querySelectorAll('a[href^="/"]')) link.setAttribute('href', page.dataset.site + link.getAttribute('href'));
    copy.querySelector('#only-text')?.remove();
    copy.querySelector('.find')?.remove();
    return new Blob(['<!DOCTYPE html>\n', copy.outerHTML, '\n'], { type: 'text/html' });
  }

  function save() {
    const name = `${textOf('saved-name')}-${page.dataset.origin.replace(/[^\w.-]+/g, '-')}.html`;
    const link = element('a', { href: URL.createObjectURL(copyOfPage()), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /** In a copy on somebody's disk the site's own addresses lead nowhere. */
  function settleCopy() {
    if (/^https?:$/.test(location.protocol)) return;
    for (const link of document.querySelectorAll('a[href^="/"]')) link.setAttribute('href', page.dataset.site + link.getAttribute('href'));
    for (const part of document.querySelectorAll('#only-text, .find')) part.hidden = true;
  }

  // ---- hands ------------------------------------------------------------------------------------------------------------------------------------

  function begin() {
    let waiting = 0;
    const wait = (what) => {
      clearTimeout(waiting);
      waiting = what ? setTimeout(what, 250) : 0;
    };
    $('files').addEventListener('change', async () => {
      await take([...$('files').files]);
      $('files').value = '';
    });
    $('pasted').addEventListener('input', () => wait(changed));
    for (const id of ['policy', 'signers'])
      $(id).addEventListener('input', () => {
        keepTyped($(id));
        wait(check);
      });
    $('check').addEventListener('submit', async (event) => {
      event.preventDefault();
      wait(null);
      await changed();
      ($('verdict').querySelector('.ok') ?? $('files')).focus();
    });
    $('again').addEventListener('click', () => {
      held.length = 0;
      $('pasted').value = '';
      changed();
      $('files').focus();
    });
    $('save').addEventListener('click', save);
    const dragging = (on) => (event) => {
      event.preventDefault();
      document.documentElement.classList.toggle('dragging', on);
    };
    document.addEventListener('dragover', dragging(true));
    document.addEventListener('dragleave', (event) => event.relatedTarget === null && dragging(false)(event));
    document.addEventListener('drop', (event) => {
      dragging(false)(event);
      if (event.dataTransfer.files.length) return take([...event.dataTransfer.files]);
      $('pasted').value = event.dataTransfer.getData('text/plain');
      return changed();
    });
  }

  document.addEventListener('DOMContentLoaded', settleCopy);
  $('noscript').hidden = true;
  $('check').hidden = false;
  $('keep').hidden = false;
  begin();
  check();
})();
