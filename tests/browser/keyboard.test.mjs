// SPDX-License-Identifier: Apache-2.0
// By keyboard, by ear and by whoever sets the browser up for himself: order and visibility of the focus, a way past the head of each page, no trap,
// text at twice its size and with wide spacing, no movement, forced colours, and what is printed. On the pages that everybody looks at, in every language.
import { test } from 'node:test';
import process from 'node:process';
import { strict as assert } from 'node:assert';
import { languages, pagesOf } from './site.mjs';
import { openPage } from './harness.mjs';

const main = (lang) => pagesOf(lang, ({ main: yes, status }) => yes && !status);
const MOST_STEPS = 40; // Tab, on one page: the head of a page and the first links of its text

/** What has the focus: its place in the document, and whether a reader can see that it has it. */
const focused = () => {
  const e = document.activeElement;
  const all = [...document.querySelectorAll('*')], box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {
    at: all.indexOf(e), name: `${e.tagName.toLowerCase()} ${(e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 40)}`,
    body: e === document.body,
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.height > 0,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
};

for (const lang of await languages()) {
  test(`focus: ${lang}`, async (t) => {
    const page = await openPage(t);
    const bad = [];
    // The order is that of the templates, so the other languages may be content with a few pages.
    for (const { name, url } of main(lang).filter(({ name: one }) => lang === 'en' || ['home', 'participant', 'why', 'search'].includes(one))) {
      await page.goto(url);
      await page.keyboard.press('Tab');
      const first = await page.evaluate(() => [document.activeElement.className, document.activeElement.getAttribute('href')]);
      if (first.join() !== 'skip,#main') bad.push(`${name}: the first step is not the way past the head: ${first}`);
      let before = await page.evaluate(focused), end = false;
      for (let i = 0; i < MOST_STEPS; i++) {
        await page.keyboard.press('Tab');
        const now = await page.evaluate(focused);
        if ((end = now.body)) break; // the end of the page: the browser's own buttons come next
        if (now.at <= before.at) bad.push(`${name}: after “${before.name}” the focus goes back to “${now.name}”`);
        if (!now.shown) bad.push(`${name}: nobody sees that “${now.name}” has the focus`);
        if (!now.inside) bad.push(`${name}: “${now.name}” has the focus outside of the window`);
        before = now;
      }
      await page.keyboard.press('Shift+Tab');
      const back = await page.evaluate(focused);
      if (end ? back.at !== before.at : back.at >= before.at) bad.push(`${name}: no way back from “${before.name}”`);
      // Past the head: the next step is in the text.
      await page.goto(url);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      if (!await page.evaluate(() => document.activeElement.closest('main'))) bad.push(`${name}: the way past the head does not lead into the text`);
    }
    assert.deepEqual(bad, []);
  });

  test(`reflow: ${lang}`, async (t) => {
    const page = await openPage(t);
    const bad = [];
    const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    // What scrolls sideways by itself must be reached by keyboard and have a name.
    const silent = () => page.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX) &&
      !e.matches('input, textarea, select') && !(e.tabIndex === 0 && e.getAttribute('aria-label'))).map((e) => e.outerHTML.slice(0, 80)));
    for (const { name, url } of main(lang)) {
      await page.setViewportSize({ width: 640, height: 450 }); // 1280 by 900 at 200 %
      await page.goto(url);
      await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
      if (await beyond() > 0) bad.push(`${name}: wider than the window at 200 %`);
      bad.push(...(await silent()).map((what) => `${name}: scrolls, and no key reaches it: ${what}`));
      // Letters twice as large in a window of the same width.
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
      if (await beyond() > 0) bad.push(`${name}: wider than the window with letters twice as large`);
      // WCAG 1.4.12: nothing is cut off when a reader spaces the text out.
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '';
        for (const e of document.querySelectorAll('body *')) {
          if (e.closest('svg, .vh')) continue;
          e.style.lineHeight = '1.5'; e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em';
          if (e.tagName === 'P') e.style.marginBlockEnd = '2em';
        }
      });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        if (await beyond() > 0) bad.push(`${name}: wider than the window of ${width} with spaced text`);
        const cut = await page.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => getComputedStyle(e).overflow === 'hidden' && getComputedStyle(e).clipPath === 'none' && !e.closest('svg') &&
          (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)).map((e) => e.outerHTML.slice(0, 80)));
        bad.push(...cut.map((what) => `${name}: cut off with spaced text: ${what}`));
      }
    }
    assert.deepEqual(bad, []);
  });
}

test('nothing unfolds without a key for it', async (t) => {
  const page = await openPage(t);
  for (const path of ['participants/BY', 'why/status/BY', 'search?q=belarus', 'about']) {
    await page.goto(new URL(`/en/${path}`, process.env.COMITY_URL).href);
    for (const summary of await page.locator('summary:visible').all()) {
      const details = summary.locator('xpath=..');
      const was = await details.evaluate((d) => d.open);
      await summary.focus();
      await page.keyboard.press(was ? 'Enter' : 'Space');
      assert.equal(await details.evaluate((d) => d.open), !was, `${path}: ${await summary.textContent()}`);
      await page.keyboard.press(was ? 'Space' : 'Enter');
      assert.equal(await details.evaluate((d) => d.open), was);
    }
  }
});

test('nothing moves', async (t) => {
  // Not even for a reader who has nothing against it.
  const page = await openPage(t, { reducedMotion: 'no-preference' });
  for (const { name, url } of main('en')) {
    await page.goto(url);
    const moving = await page.evaluate(() => [document.getAnimations().length,
      [...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0 || getComputedStyle(e).animationName !== 'none' || getComputedStyle(e).scrollBehavior === 'smooth').length,
      document.querySelectorAll('marquee, blink, video, animate, animateTransform').length]);
    assert.deepEqual(moving, [0, 0, 0], name);
  }
});

test('forced colours: statuses, signs and the chosen section are still told apart', async (t) => {
  const page = await openPage(t, { forcedColors: 'active' });
  const picture = async (locator) => (await locator.screenshot()).toString('base64');
  await page.goto(new URL('/en/participants?on=2016-06-24', process.env.COMITY_URL).href);
  const seen = new Set(), ranks = [];
  for (const rank of ['s1', 's3', 's4']) {
    const mark = page.locator(`#table .st.${rank}`).first();
    await mark.evaluate((e) => { e.textContent = 'x'; }); // the same word: what differs is the shape
    ranks.push(rank);
    seen.add(await picture(mark));
  }
  assert.equal(seen.size, ranks.length, 'statuses have different shapes');
  const [on, off] = await page.evaluate(() => [document.querySelector('.nav [aria-current]'), document.querySelector('.nav a:not([aria-current])')].map((a) => getComputedStyle(a).borderBlockEndColor));
  assert.notEqual(on, off, 'the section in which one is');
  assert.equal(off, await page.evaluate(() => { // a border that was transparent is drawn here
    document.body.style.color = 'Canvas';
    return getComputedStyle(document.body).color;
  }), 'the others have no line');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
  await page.goto(new URL('/en/admissions/BY?on=2023-08-01', process.env.COMITY_URL).href);
  const step = page.locator('.steps > li:not(.todo)').first();
  const done = await picture(step);
  await step.evaluate((e) => e.classList.add('todo'));
  assert.notEqual(await picture(step), done, 'a step that was taken and one that was not');
});

for (const lang of await languages()) {
  test(`printed: ${lang}`, async (t) => {
    const page = await openPage(t);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' }); // paper is white, whatever the screen is
    for (const { name, url } of main(lang)) {
      await page.goto(url);
      const seen = await page.evaluate(() => ({
        gone: [...document.querySelectorAll('.nav, .find, .skip, .langs:not(main .langs), main form, button, .btn')].filter((e) => e.getClientRects().length).map((e) => e.outerHTML.slice(0, 60)),
        notice: document.querySelector('.demo').getClientRects().length > 0,
        bar: !document.querySelector('.asof') || document.querySelector('.asof-date').getClientRects().length > 0,
        address: !document.querySelector('.asof') || [...document.querySelectorAll('.foot .hash')].some((e) => e.getClientRects().length > 0 && e.textContent.includes('known=')),
        paper: [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color],
        folded: [...document.querySelectorAll('.proof details')].filter((d) => [...d.children].some((e) => e.tagName !== 'SUMMARY' && !e.getClientRects().length && getComputedStyle(e).display !== 'none')).length,
      }));
      assert.deepEqual(seen.gone, [], `${name}: what one cannot press on paper is not printed`);
      assert.ok(seen.notice, `${name}: the notice is printed`);
      assert.ok(seen.bar, `${name}: the day is printed`);
      assert.ok(seen.address, `${name}: the permanent address is printed`);
      assert.deepEqual(seen.paper, ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'], `${name}: ink on white`);
      assert.equal(seen.folded, 0, `${name}: every step of a proof is printed`);
      if (await page.locator('.sheet, .mx').count() === 0) continue;
      const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
      const pages = pdf.match(/\/Type \/Page\b/g).length, [, across, down] = pdf.match(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/).map(Number);
      if (name === 'backgrounder') assert.equal(pages, 1, `${name}: a sheet is one page`);
      else assert.ok(across > down, `${name}: a matrix lies across the paper`);
    }
  });
}
