// SPDX-License-Identifier: Apache-2.0
// Every page of the navigation, wide and narrow: it loads, complains of nothing, and does not scroll sideways.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { url, openPage } from './harness.mjs';

const FIRST = '/en/participants/BY';

async function navigation(t) {
  const page = await openPage(t);
  await page.goto(url(FIRST));
  const links = await page.$$eval('nav a', (all) => all.map((a) => a.getAttribute('href')));
  return [...new Set([FIRST, ...links.filter((href) => href.startsWith('/en/'))])];
}

for (const width of [1280, 390]) {
  test(`pages of the navigation at ${width} pixels`, async (t) => {
    for (const path of await navigation(t)) {
      await t.test(path, async (t) => {
        const page = await openPage(t, { width });
        const answer = await page.goto(url(path));
        assert.equal(answer.status(), 200);
        assert.notEqual((await page.textContent('h1')).trim(), '');
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(beyond <= 0, `${beyond} pixels wider than the window`);
      });
    }
  });
}
