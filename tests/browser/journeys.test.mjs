// SPDX-License-Identifier: Apache-2.0
// What people come for, done by them in each language of the site, with scripts and without. A way is held by what pages are made of and by the addresses
// that it meets, not by words: those are held elsewhere (tests/web/test_tongues.py), and walk.test.mjs reads the English ones.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import process from 'node:process';
import { languages } from './site.mjs';
import { openPage } from './harness.mjs';

/** Somebody who reads the site in one language. Each page he meets is in that language, has a heading, and keeps the day he asked about. */
class Reader {
  constructor(page, lang, site) {
    Object.assign(this, { page, lang, site });
  }

  at() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  async arrived(match) {
    assert.match(this.at(), match);
    assert.ok(this.at().startsWith(`/${this.lang}/`), `${this.at()}: still in this language`);
    assert.equal((await this.page.getAttribute('html', 'lang')).split('-')[0], this.lang, this.at());
    assert.notEqual((await this.text('h1')), '', this.at());
    return this;
  }

  async open(path, match = /./) {
    await this.page.goto(new URL(`/${this.lang}/${path}`, this.site).href);
    return this.arrived(match);
  }

  async follow(selector, match) {
    await this.page.locator(selector).first().click();
    return this.arrived(match);
  }

  async text(selector) {
    return (await this.page.locator(selector).first().textContent()).replace(/\s+/g, ' ').trim();
  }

  count(selector) {
    return this.page.locator(selector).count();
  }

  /** What a link leads to that is no page: its type, and its beginning. */
  async fetched(selector) {
    const answer = await fetch(new URL(await this.page.locator(selector).first().getAttribute('href'), this.page.url()));
    assert.equal(answer.status, 200, `${this.at()}: ${selector}`);
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  }
}

const JOURNEYS = {
  async 'a legal officer: since when, by which article, by which act'(r) {
    await r.open('');
    assert.match(await r.text('h1'), /\p{Nd}/u);
    const name = await r.text('#who option[value=BY]');
    await r.page.selectOption('#who', 'BY');
    await r.page.fill('#day', '2024-07-05');
    await r.follow('form.box button', /\/participants\/BY\?on=2024-07-05$/);
    assert.equal(await r.text('h1'), name);
    assert.equal(await r.page.locator('.lead time').first().getAttribute('datetime'), '2024-07-04');
    await r.follow('.lead .why', /\/why\/status\/BY\?on=2024-07-05$/);
    assert.ok(await r.count('.proof details') > 5, 'a proof has steps');
    await r.follow('aside .box ol a', /\/acts\/\d+\?on=2024-07-05$/);
    assert.equal(await r.count('.verify'), 1);
    await r.page.goBack();
    await r.follow('.proof > details > .basis a', /\/law\/charter-13-membership\?on=2024-07-05$/);
    assert.ok(await r.count('.law pre') > 0, 'the article has its rules beside it');
  },

  async 'a legal officer: why not, and what would have changed it'(r) {
    await r.open('participants/IR?on=2022-09-16');
    await r.follow('.lead .why', /\/why\/status\/IR/);
    await r.follow('main .links a[href*="is=member"]', /\/whynot\/status\/IR\?.*is=member/);
    assert.ok(await r.count('.conds .no') >= 1, 'the condition that is not met');
    assert.ok(await r.count('main table.rec tbody tr') >= 2, 'the acts that are missing');
  },

  async 'a delegation: which meetings are open to it, and why'(r) {
    await r.open('meetings');
    await r.page.selectOption('#f-body', 'CHS');
    await r.follow('form.row button', /[?&]body=CHS/);
    await r.follow('a[href*="/meetings/CHS-2024"]', /\/meetings\/CHS-2024/);
    const row = 'tr:has(> th > a[href*="/participants/MN"])';
    assert.ok(await r.count(`${row} .cell`) === 1 && await r.count(`${row} a[href*="/law/"]`) >= 1, 'a right, and its article');
    await r.follow(`${row} .why`, /\/why\/may_attend\/MN\/CHS-2024/);
    await r.open('meetings/CHS-2024');
    await r.follow('tr a[href*="/participants/TR"]', /\/participants\/TR/);
  },

  async 'an applicant: how far it is, and what is missing'(r) {
    await r.open('');
    await r.follow('.foot nav a[href$="/admissions"]', /\/admissions$/);
    await r.follow('main table a[href*="/admissions/AM"]', /\/admissions\/AM$/);
    assert.ok(await r.count('.ways svg') >= 1, 'the path is drawn');
    await r.open('admissions/BY?on=2023-08-01');
    assert.ok(await r.count('.steps > li') >= 3, 'its stages');
    await r.follow('main table .why', /\/why\/.*on=2023-08-01/);
  },

  async 'a member: how a decision was taken'(r) {
    await r.open('decisions');
    await r.page.selectOption('#f-outcome', { index: 1 });
    await r.follow('form.row button', /outcome=/);
    await r.follow('main table a[href*="/decisions/"]', /\/decisions\//);
    assert.ok(await r.count('.conds .yes') >= 1, 'the rule, and that it was met');
    await r.follow('.lead .why, .conds + p a', /\/(why|law)\//);
  },

  async 'a journalist: releases by topic, a feed, and whether a text is genuine'(r, scripts) {
    await r.open('');
    await r.follow('.nav a[href$="/releases"]', /\/releases$/);
    await r.page.selectOption('#f-category', { index: 1 });
    await r.follow('form.row button', /category=/);
    const feed = await r.fetched('aside a[href*=".atom"]');
    assert.match(feed.type, /^application\/atom\+xml/);
    await r.follow('.gaz h3 a', /\/releases\/./);
    assert.ok(await r.count('main .langs > li') >= 3, 'what there is in each language');
    await r.follow('aside .verify a[href*="/verify"]', /\/verify/);
    assert.equal(await r.page.locator('#noscript').isVisible(), !scripts, 'without scripts it says what to do instead');
    if (scripts) {
      await r.page.fill('#check textarea', 'This text is not on record.');
      await r.page.locator('#check button:not(.ghost):visible').first().click();
      await r.page.waitForSelector('#verdict .ok');
      assert.notEqual(await r.text('#verdict .ok'), '');
    }
    await r.open('participants/BY/backgrounder');
    assert.ok(await r.count('.sheet') === 1, 'a sheet for who writes');
  },

  async 'a researcher: another day, its data, and how to cite it'(r) {
    await r.open('participants');
    await r.follow('.asof-row a[href*="/date?"]', /\/date\?/);
    await r.page.fill('#on', '2016-06-24');
    await r.follow('.asof-form button', /\/participants\?on=2016-06-24$/);
    assert.equal(await r.page.getAttribute('body', 'class'), 'past');
    assert.equal(await r.count('#table tbody tr:has(.st):not(:has(.s0))'), 18);
    const rows = (await r.fetched('.foot a[href*=".csv"]')).text.trim().split(/\r?\n/).slice(1);
    assert.equal(rows.filter((row) => row.includes(',member,')).length, 6);
    assert.match((await r.fetched('.foot a[href*=".bib"]')).text, /^@/);
    const main = await r.text('main');
    const permanent = new URL(await r.text('.foot code.hash'));
    await r.page.goto(new URL(permanent.pathname + permanent.search, r.site).href);
    assert.equal(await r.text('main'), main);
    await r.follow('[rel=next]', /on=2017-06-09/);
    await r.open('data');
    assert.ok(await r.count('main h2') >= 10, 'the data sets');
  },

  async 'a researcher: what changed on the day on which statuses merged'(r) {
    await r.open('changes?from=2025-08-31&on=2025-09-01');
    assert.ok(await r.count('main table.rec tbody tr:not(.grp)') >= 16);
    await r.page.selectOption('#f-fact', 'status');
    await r.follow('form button.ghost, main form button', /fact=status/);
    assert.equal(await r.count('main table.rec tbody tr:not(.grp)'), 17);
  },

  async 'anybody: a name and a day, typed'(r) {
    await r.open('');
    const name = await r.text('#who option[value=KZ]');
    await r.page.fill('#q', `${name} 2016-01-01`);
    await r.follow('.find button', /\/search\?q=/);
    assert.ok(await r.count('.answer .lead .st') >= 1, 'the question is answered');
    await r.page.fill('#qq', name);
    await r.follow('form[role=search]:not(.find) button', /\/search\?q=/);
    assert.ok(await r.count('.gaz mark') >= 1, 'what was found is marked');
    await r.follow('.gaz h3 a[href*="/participants/KZ"]', /\/participants\/KZ/);
  },

  async 'anybody: the same page in another language'(r) {
    // Opened anew for each language: the browser's way back, taken while it still notes where it arrived, once went two steps.
    for (const other of (await languages()).filter((code) => code !== r.lang)) {
      await r.open('participants/BY?on=2016-06-24');
      await r.page.locator(`.mast .langs a[href^="/${other}/"]`).click();
      assert.equal(r.at(), `/${other}/participants/BY?on=2016-06-24`);
    }
  },

  async 'a member: the rest of the record, room by room'(r) {
    for (const [room, thing] of [['authorities', 'KZ-customs'], ['consultations', 'KZ-MN-2026'], ['strategy', 'strategy.3.4'], ['projects', 'EV-006'], ['areas', 'drugs']]) {
      await r.open(room);
      await r.follow(`main table a[href*="/${room}/${thing}"]`, new RegExp(`/${room}/${thing}$`));
      await r.follow('.gaz h3 a', /\/acts\/\d+$/);
    }
    await r.open('cooperation');
    await r.follow('#with table a[href*="/participants/ORG-"]', /\/participants\/ORG-/);
  },

  async 'who trusts nobody: the proof of an act, and the log'(r) {
    await r.open('acts/1012');
    assert.match((await r.fetched('a[href$=".tlog-proof"]')).text, /^c2sp\.org\/tlog-proof/);
    assert.match((await r.fetched('.foot a[href="/checkpoint"]')).text, /^\S+\n\d+\n/);
    await r.open('keys');
    await r.open('about');
    assert.ok(await r.count('main pre') >= 3, 'the commands that check it');
  },
};

for (const lang of await languages()) {
  for (const javaScriptEnabled of [true, false]) {
    test(`${lang}, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async (t) => {
      const page = await openPage(t, { javaScriptEnabled });
      for (const [name, go] of Object.entries(JOURNEYS)) {
        const site = name.includes('room by room') ? process.env.COMITY_FURNISHED_URL : process.env.COMITY_URL;
        await t.test(name, () => go(new Reader(page, lang, site), javaScriptEnabled));
      }
    });
  }
}
