// SPDX-License-Identifier: Apache-2.0
// Everybody can read it: no finding of axe (WCAG 2.0 to 2.2, A and AA, best practice) on any kind of page in any language, wide and light, narrow
// and dark, with everything unfolded; and nothing wider than the window, down to 320 pixels (which is 1280 at 400 %).
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { languages, pagesOf } from './site.mjs';
import { openPage } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LOOKS = [[1280, 'light'], [320, 'dark']];

/** What axe finds on the page as it stands, a line each. */
async function findings(page) {
  return page.evaluate(async (tags) => {
    const { violations } = await window.axe.run({ runOnly: tags, resultTypes: ['violations'], preload: false, elementRef: false });
    return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`);
  }, TAGS);
}

test('what is wrong would be seen', async (t) => {
  const page = await openPage(t);
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><p>pale <a href="x"></a></p></main>');
  await page.evaluate(() => { document.querySelector('p').style.color = '#eee'; });
  await page.evaluate(AXE);
  assert.deepEqual((await findings(page)).map((finding) => finding.split(':')[0]).sort(), ['color-contrast', 'link-name']);
});

for (const [nth, lang] of (await languages()).entries()) {
  test(`axe: ${lang}`, async (t) => {
    const page = await openPage(t);
    const bad = [], rows = new Set();
    // What everybody looks at is looked at in both ways; of the rest each page in one of them, the other in the next language. In English that is
    // every page of the list, in the others one for each row of the route table.
    const fresh = ({ row, main }) => lang === 'en' || main || (row && !rows.has(row) && rows.add(row));
    for (const [i, { name, url, main, status }] of pagesOf(lang).filter(fresh).entries()) {
      await page.goto(url);
      if (status !== 200) page.complaints.length = 0; // the browser logs what it could not load
      await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
      // axe compares the label of a drawn link with its lines as if no blank stood between them, and stumbles over Persian and Arabic: where the lines
      // are the whole label, letter by letter, they may speak for themselves.
      await page.evaluate(() => document.querySelectorAll('svg a[aria-label]').forEach((link) => {
        const letters = (words) => words.replace(/[\s\u200c]/g, '');
        const lines = [...link.querySelectorAll('text:not(.q)')].map((line) => line.textContent).join('');
        if (letters(lines) === letters(link.getAttribute('aria-label'))) link.removeAttribute('aria-label');
      }));
      await page.evaluate(AXE);
      for (const [k, [width, colorScheme]] of LOOKS.entries()) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (beyond > 0) bad.push(`${name} at ${width}: ${beyond} pixels wider than the window`);
        if (main || k === (i + nth) % LOOKS.length) bad.push(...(await findings(page)).map((finding) => `${name} at ${width}, ${colorScheme}: ${finding}`));
      }
    }
    assert.deepEqual(bad, []);
  });
}
