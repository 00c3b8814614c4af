// SPDX-License-Identifier: Apache-2.0
// What is drawn must be told apart without colour, stay inside its boxes, and be reached by keyboard. What it says is held against the data
// elsewhere (tests/web/test_drawn.py).
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { url, openPage } from './harness.mjs';
import { languages, pagesOf } from './site.mjs';

const SCHEMES = [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', media: 'print' }];

/** Pictures of the elements without colour; two that look alike are named. */
async function alike(page, selector) {
  const seen = new Map(), same = [];
  for (const one of await page.locator(selector).all()) {
    const name = await one.evaluate((e) => e.closest('li').textContent.trim());
    const picture = (await one.screenshot()).toString('base64');
    if (seen.has(picture)) same.push([seen.get(picture), name]);
    seen.set(picture, name);
  }
  assert.ok(seen.size > 1, `there is something to compare: ${selector}`);
  return same;
}

for (const { colorScheme, media } of SCHEMES) {
  const where = media ?? colorScheme;
  test(`told apart without colour: ${where}`, async (t) => {
    const page = await openPage(t, { colorScheme, reducedMotion: 'reduce' });
    if (media) await page.emulateMedia({ media });
    for (const [path, selector] of [['/en/participants', '#time .key svg'], ['/en/participants?on=2016-06-24', '#number .key svg'], ['/en/instruments', '.key .sg'],
      ['/en/bodies', '#relations .key svg']]) {
      await page.goto(url(path));
      // The policy of the pages forbids styles of elements; the browser's own hand is free.
      await page.evaluate(() => { document.documentElement.style.filter = 'grayscale(1)'; });
      assert.deepEqual(await alike(page, selector), [], path);
    }
    await page.goto(url('/en/'));
    const marks = await page.locator('svg.tiles a').evaluateAll((all) => all.map((a) => [a.getAttribute('aria-label').split(' ').pop(),
      [...a.querySelectorAll('circle, path, rect[stroke-dasharray]')].map((e) => `${e.tagName} ${e.getAttribute('class')} ${e.getAttribute('r')}`).join()]));
    const shapes = new Map(marks);
    for (const [status, shape] of marks) assert.equal(shape, shapes.get(status), `every tile of one status has one mark: ${status}`);
    assert.equal(new Set(shapes.values()).size, shapes.size, 'statuses have different marks on tiles');
  });
}

for (const width of [390, 768, 1280]) {
  test(`inside its boxes: ${width} px`, async (t) => {
    const page = await openPage(t, { width });
    for (const path of ['/en/', '/en/participants', '/en/bodies', '/en/bodies?on=2010-01-01', '/en/cooperation', '/en/participants/BY', '/en/admissions/IR?on=2023-01-01', '/en/instruments']) {
      await page.goto(url(path));
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} needs no scrolling sideways`);
      const out = await page.evaluate(() => [...document.querySelectorAll('.graph a, .tiles a')].flatMap((a) => {
        const box = a.querySelector('rect').getBBox();
        return [...a.querySelectorAll('text')].filter((text) => {
          const b = text.getBBox();
          return b.x < box.x || b.x + b.width > box.x + box.width || b.y < box.y - 4 || b.y + b.height > box.y + box.height + 4; // a line is higher than its letters
        }).map((text) => text.textContent);
      }));
      assert.deepEqual(out, [], `${path}: every word stands inside its box`);
      const small = await page.evaluate(() => [...document.querySelectorAll('.tl text, .lanes text, .graph text')]
        .filter((text) => parseFloat(getComputedStyle(text).fontSize) < 12).map((text) => text.textContent));
      assert.deepEqual(small, [], `${path}: no word is smaller than 12 px`);
    }
  });
}

test('reached by keyboard', async (t) => {
  const page = await openPage(t);
  for (const [path, selector] of [['/en/', 'svg.tiles'], ['/en/bodies', 'svg.graph']]) {
    await page.goto(url(path));
    const links = page.locator(`${selector} a`);
    const n = await links.count();
    assert.ok(n > 5);
    await links.first().focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    const first = await page.evaluate(() => [document.activeElement.getAttribute('aria-label'), getComputedStyle(document.activeElement).outlineWidth]);
    assert.deepEqual(first, [await links.first().getAttribute('aria-label'), '3px'], 'the link has the focus, and it can be seen');
    for (let i = 1; i < n; i++) await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), await links.last().getAttribute('aria-label'), 'one after the other, all of them');
  }
});

test('back and on point to where they lead', async (t) => {
  const page = await openPage(t);
  await page.goto(url('/en/participants?on=2016-06-24'));
  const arrows = (dir) => page.evaluate((side) => {
    document.documentElement.dir = side;
    return [['prev', '::before'], ['next', '::after']].map(([rel, where]) => getComputedStyle(document.querySelector(`.step a[rel=${rel}]`), where).content.replace(/[" ]/g, '')).join('');
  }, dir);
  assert.equal(await arrows('ltr'), '←→');
  assert.equal(await arrows('rtl'), '→←');
});

// A matrix and the graph may be wider than a window; what is read row by row may not.
const TABLES = new Set(['participants', 'participants-past', 'participant', 'participant-heavy', 'meeting', 'act', 'admissions', 'backgrounder', 'changes', 'changes-who', 'changes-fact', 'strategy']);

for (const lang of await languages()) {
  test(`tables and the navigation have room: ${lang}`, async (t) => {
    const page = await openPage(t);
    const wide = [];
    for (const { name, url: address } of pagesOf(lang).filter((p) => TABLES.has(p.name))) {
      await page.goto(address);
      for (const width of [768, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        wide.push(...await page.locator('.scroll:has(> :is(.rec, .fix))').evaluateAll((all, where) => all.filter((e) => e.scrollWidth > e.clientWidth + 1)
          .map((e) => `${where}: ${e.getAttribute('aria-label')}, ${e.scrollWidth} in ${e.clientWidth}`), `${name} at ${width}`));
        const beyond = await page.locator('.nav').evaluate((e) => [e.scrollWidth - e.clientWidth, new Set([...e.children].map((li) => li.offsetTop)).size]);
        assert.deepEqual(beyond, [0, 1], `${name} at ${width}: the sections stand in one line`);
      }
    }
    assert.deepEqual(wide, []);
  });
}

test('a table that is a list uses the width of the window', async (t) => {
  const page = await openPage(t, { width: 620 });
  for (const path of ['/en/participants/BY', '/en/admissions/BY?on=2023-08-01']) {
    await page.goto(url(path));
    const narrow = await page.locator('.rec td[data-l]').evaluateAll((all) => all.filter((e) => e.getClientRects().length && e.offsetWidth < e.parentElement.offsetWidth).map((e) => e.textContent));
    assert.deepEqual(narrow, [], path);
  }
});
