// SPDX-License-Identifier: Apache-2.0
// Everybody can read it: no finding of axe (WCAG 2.0 to 2.2, A and AA, best practice) on any kind of page in any language, wide and narrow, each light
// and dark, with everything unfolded; and nothing wider than the window, down to 320 pixels (which is 1280 at 400 %).
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { languages, pagesOf } from './site.mjs';
import { openPage } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const COLOURS = ['color-contrast', 'link-in-text-block']; // of these rules, those that look at colours
const WIDTHS = [1280, 320], SCHEMES = ['light', 'dark'];

/** Everything in everything; everything but colours in everything; colours, where letters of one look stand on a ground of one look for the first time. */
const WHOLE = { runOnly: TAGS }, SHAPE = { runOnly: TAGS, rules: Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }])) };
const COLOUR = { runOnly: { type: 'rule', values: COLOURS }, fresh: true };

/** What axe finds on the page as it stands, a line each. */
async function findings(page, { fresh = false, ...options }) {
  return page.evaluate(async ([only, how]) => {
    // Letters are alike where they look alike and all grounds under them do: the first of them, in this window and way of looking, speak for the others.
    const chosen = [], grounds = new Map();
    const seen = ((window.seenBefore ??= {})[`${innerWidth} ${matchMedia('(prefers-color-scheme: dark)').matches}`] ??= new Set());
    const ground = (e) => {
      if (!e) return '';
      if (!grounds.has(e)) {
        const s = getComputedStyle(e), below = ground(e.parentElement);
        const own = [s.backgroundColor.replace('rgba(0, 0, 0, 0)', ''), s.backgroundImage.replace('none', ''), s.opacity, s.position.replace('static', '')].join();
        grounds.set(e, own === ',,1,' ? below : `${below}>${own}`);
      }
      return grounds.get(e);
    };
    if (only) {
      for (const e of document.body.querySelectorAll('*')) {
        const speaks = e.matches('input, select, textarea') || [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
        if (!speaks || !e.getClientRects().length) continue;
        const s = getComputedStyle(e), link = e.matches('a[href]') && getComputedStyle(e.parentElement).color; // a link is compared with the words around it
        const look = [ground(e), e.namespaceURI, s.color, s.fill, s.fontSize, s.fontWeight, s.textShadow, link, s.textDecorationLine].join();
        if (!seen.has(look)) chosen.push(e);
        seen.add(look);
      }
      if (!chosen.length) return [];
    }
    const { violations } = await window.axe.run(only ? { include: chosen } : document, { ...how, resultTypes: ['violations'], preload: false, elementRef: false });
    return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes[0].target.join(' ')}`);
  }, [fresh, options]);
}

/**
 * Shows a page of the site in the window as it stands, so that the browser need not read and warm up axe for each of hundreds of pages. A page of the other
 * server, or one with a policy of its own, is gone to as a reader goes.
 */
async function show(page, { url, status }) {
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  const policy = answer.headers.get('content-security-policy');
  assert.equal(answer.status, status, url);
  if (new URL(page.url()).origin !== new URL(url).origin || page.policy !== policy) {
    await page.goto(url);
    if (status !== 200) page.complaints.length = 0; // the browser logs what it could not load
    page.policy = policy;
    await page.evaluate(AXE);
    await page.evaluate(() => window.axe.configure({ noHtml: true }));
    return;
  }
  await page.evaluate(async ([html, address]) => {
    history.replaceState(null, '', address);
    document.open();
    const loaded = new Promise((done) => { window.addEventListener('load', done, { once: true }); });
    document.write(html);
    document.close();
    await loaded;
  }, [await answer.text(), url]);
}

test('what is wrong would be seen', async (t) => {
  const page = await openPage(t);
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><p>pale <a href="x"></a></p></main>');
  await page.evaluate(() => { document.querySelector('p').style.color = '#eee'; });
  await page.evaluate(AXE);
  const rules = async (how) => (await findings(page, how)).map((finding) => finding.split(':')[0]).sort();
  assert.deepEqual(await rules(WHOLE), ['color-contrast', 'link-name']);
  assert.deepEqual(await rules(SHAPE), ['link-name']);
  assert.deepEqual(await rules(COLOUR), ['color-contrast']);
});

test('the second of two is not taken for the first if it looks another way', async (t) => {
  const page = await openPage(t);
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><div><p>same</p></div><div><p>same</p></div></main>');
  await page.evaluate(AXE);
  assert.deepEqual(await findings(page, COLOUR), []);
  await page.evaluate(() => { document.querySelectorAll('div')[1].style.background = '#333'; });
  assert.equal((await findings(page, COLOUR)).length, 1);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal((await findings(page, COLOUR)).length, 1, 'and what was seen in one scheme is looked at again in the other');
});

for (const [nth, lang] of (await languages()).entries()) {
  test(`axe: ${lang}`, async (t) => {
    const page = await openPage(t);
    const bad = [], rows = new Set();
    // Every page in every width and scheme; each as a whole in one of two ways, wide and light or narrow and dark, in the next language in the other; what
    // everybody looks at in both in the first language. In English that is every page of the list, in the others what everybody looks at and one for each
    // row of the route table.
    const fresh = ({ row, main }) => lang === 'en' || main || (row && !rows.has(row) && rows.add(row));
    const all = pagesOf(lang).filter(fresh);
    for (const [i, one] of all.entries()) {
      await show(page, one);
      await page.evaluate(() => {
        document.querySelectorAll('details').forEach((d) => { d.open = true; });
        // axe compares the label of a drawn link with its lines as if no blank stood between them, and stumbles over Persian and Arabic: where the lines
        // are the whole label, letter by letter, they may speak for themselves.
        document.querySelectorAll('svg a[aria-label]').forEach((link) => {
          const letters = (words) => words.replace(/[\s\u200c]/g, '');
          const lines = [...link.querySelectorAll('text:not(.q)')].map((line) => line.textContent).join('');
          if (letters(lines) === letters(link.getAttribute('aria-label'))) link.removeAttribute('aria-label');
        });
      });
      for (const [w, width] of WIDTHS.entries()) {
        await page.setViewportSize({ width, height: 900 });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (beyond > 0) bad.push(`${one.name} at ${width}: ${beyond} pixels wider than the window`);
        for (const [s, colorScheme] of SCHEMES.entries()) {
          await page.emulateMedia({ colorScheme });
          const whole = w === s && ((one.main && nth === 0) || w === (i + nth) % WIDTHS.length);
          for (const how of whole ? [WHOLE] : w === s ? [SHAPE, COLOUR] : [COLOUR])
            bad.push(...(await findings(page, how)).map((finding) => `${one.name} at ${width}, ${colorScheme}: ${finding}`));
        }
      }
    }
    assert.deepEqual(bad, []);
  });
}
