// SPDX-License-Identifier: Apache-2.0
// What a legal officer does: from the count of the day to the act and the article behind it. With and without scripts, with the
// keyboard, and with the day kept while moving about.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { url, openPage } from './harness.mjs';

const text = async (page, selector) => (await page.textContent(selector)).replace(/\s+/g, ' ').trim();

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`from the front page to the law, ${how}`, async (t) => {
    const page = await openPage(t, { javaScriptEnabled });
    await page.goto(url('/en/'));
    assert.match(await text(page, 'h1'), /^\d+ members, \d+ partners, 1 disputed$/);

    await page.selectOption('#who', 'BY');
    await page.fill('#day', '2024-07-05');
    await page.click('text=Show status');
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/en/participants/BY?on=2024-07-05');
    assert.equal(await text(page, 'h1'), 'Belarus');
    assert.match(await text(page, '.lead'), /^On 5 July 2024 Belarus had been a member since 4 July 2024, by “.+” \(act \d+\)\. Why$/);

    await page.click('.lead .why');
    assert.equal(await text(page, 'h1'), 'Why is Belarus a member?');
    assert.match(page.url(), /on=2024-07-05/);
    assert.match(await text(page, '.proof > details > .basis'), /^Charter 13;/);

    const act = page.locator('aside .box ol a').first();
    const number = (await act.textContent()).match(/\d+/)[0];
    await act.click();
    assert.match(page.url(), new RegExp(`/en/acts/${number}\\?on=2024-07-05$`));
    assert.ok((await text(page, 'h1')).length > 0);

    await page.goBack();
    await page.locator('.proof > details > .basis a').first().click();
    assert.match(page.url(), /\/en\/law\/charter-13-membership\?on=2024-07-05$/);
    assert.match(await text(page, 'main'), /Charter 13: Membership/);
  });

  test(`a past day is marked and leads back, ${how}`, async (t) => {
    const page = await openPage(t, { javaScriptEnabled });
    await page.goto(url('/en/participants?on=2016-06-24'));
    assert.equal(await page.getAttribute('body', 'class'), 'past');
    assert.match(await text(page, '.asof'), /You are reading a day in the past\. 21 facts on this page differ today\./);
    assert.match(await text(page, '.lead'), /^6 members, 6 observers, 6 dialogue partners\./);
    await page.click('.asof >> text=Which');
    assert.equal(new URL(page.url()).hash, '#differ');
    assert.equal(await page.locator('#differ tbody tr').count(), 21);
    await page.click('[rel=next]');
    assert.match(page.url(), /on=2017-06-09$/);
    await page.click('text=Back to today');
    assert.equal(new URL(page.url()).search, '');
  });

  test(`the permanent address shows the same page, ${how}`, async (t) => {
    const page = await openPage(t, { javaScriptEnabled });
    await page.goto(url('/en/participants/BY?on=2012-01-01'));
    const main = await text(page, 'main');
    const permanent = new URL(await text(page, '.foot code.hash'));
    await page.goto(url(permanent.pathname + permanent.search));
    assert.equal(await text(page, 'main'), main);
  });
}

test('why not, and both readings', async (t) => {
  const page = await openPage(t);
  await page.goto(url('/en/participants/IR?on=2022-09-16'));
  await page.click('.lead .why');
  await page.click('text=Why not a member?');
  assert.equal(await text(page, 'h1'), 'Why was Iran not a member on 16 September 2022?');
  assert.match(await text(page, 'main'), /It became so on 4 July 2023/);
  await page.goto(url('/en/'));
  await page.click('text=Why they differ');
  assert.equal(await text(page, 'h1'), 'Status of Laos: disputed');
  assert.equal(await page.locator('.reads > div').count(), 2);
});

test('the keyboard reaches everything', async (t) => {
  const page = await openPage(t);
  await page.goto(url('/en/why/status/BY'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/why/status/BY#main'); // the address follows the key a moment later

  // A closed step opens with the keyboard, and the links inside it come next.
  const closed = page.locator('.proof details:not([open]) > summary').first();
  await closed.focus();
  const outline = await closed.evaluate((node) => getComputedStyle(node).outlineStyle);
  assert.notEqual(outline, 'none', 'focus is not shown');
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() => document.activeElement.parentElement.open));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.closest('details details') !== null), true);

  // The form of the front page, without the mouse.
  await page.goto(url('/en/'));
  await page.focus('#who');
  await page.keyboard.type('Bel');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('2016-01-01');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/participants/BY?on=2016-01-01');
});

test('search reads a name and a day as a question', async (t) => {
  const page = await openPage(t);
  await page.goto(url('/en/'));
  await page.fill('#q', 'Belarus 2016-01-01');
  await page.press('#q', 'Enter');
  assert.match(await text(page, '.answer .lead'), /^Belarus is an observer \(since 10 July 2015\)\. Why$/);
});
