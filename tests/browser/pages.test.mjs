// SPDX-License-Identifier: Apache-2.0
// Every page of the navigation, wide and narrow: it loads, complains of nothing, and does not scroll sideways.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { url, openPage } from './harness.mjs';
import { languages } from './site.mjs';

const FIRST = '/en/participants/BY';

async function navigation(page) {
  await page.goto(url(FIRST));
  const links = await page.$$eval('nav a', (all) => all.map((a) => a.getAttribute('href')));
  return [...new Set([FIRST, '/ar/instruments/INS-CHARTER-2002', ...links.filter((href) => href.startsWith('/en/'))])];
}

for (const width of [1280, 390]) {
  test(`pages of the navigation at ${width} pixels`, async (t) => {
    const page = await openPage(t, { width });
    for (const path of await navigation(page)) {
      await t.test(path, async () => {
        const before = page.complaints.length;
        const answer = await page.goto(url(path));
        assert.equal(answer.status(), 200);
        assert.notEqual((await page.textContent('h1')).trim(), '');
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(beyond <= 0, `${beyond} pixels wider than the window`);
        const hidden = await page.$$eval('a[href] *:not(.vh, svg *)', (all) => all.filter((e) => e.checkVisibility && !e.checkVisibility()).map((e) => e.textContent));
        assert.deepEqual(hidden, [], 'a link is shown without a part of its words');
        assert.deepEqual(page.complaints.slice(before), [], 'the page complained');
      });
    }
  });
}

for (const lang of await languages()) {
  test(`${lang}: each card fits the frame that is offered for it`, async (t) => {
    const page = await openPage(t, { width: 560 });
    await page.goto(url(`/${lang}/participants`));
    const names = [...new Set(await page.$$eval('#table a, #organisations a', (all) => all.map((a) => a.getAttribute('href').match(/\/participants\/([^/?]+)$/)?.[1]).filter(Boolean)))];
    assert.ok(names.length > 10, `${names.length} participants`);
    const cut = [];
    for (const name of names) {
      await page.goto(url(`/${lang}/participants/${name}/backgrounder`));
      const [, wide, high] = (await page.textContent('main')).match(/<iframe [^>]*width="(\d+)" height="(\d+)"/);
      await page.setViewportSize({ width: Number(wide), height: Number(high) });
      await page.goto(url(`/${lang}/participants/${name}/card`));
      const needs = await page.evaluate(() => document.documentElement.scrollHeight);
      if (needs > Number(high)) cut.push(`${name}: ${needs} of ${high} pixels`);
    }
    assert.deepEqual(cut, []);
  });
}
