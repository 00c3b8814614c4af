// SPDX-License-Identifier: Apache-2.0
// What every browser test begins with: Debian's Chromium without a head, and pages that hold it against the site when they complain.
//
//   import { test } from 'node:test';
//   import { url, openBrowser, openPage } from './harness.mjs';
//
//   test('home', async (t) => {
//     const page = await openPage(t, { width: 390 });
//     await page.goto(url('/en/'));
//   });
//
// tests/browser/run.py has loaded the sample record and started a server: COMITY_URL says where (and COMITY_FURNISHED_URL: site.mjs).
import { after } from 'node:test';
import { strict as assert } from 'node:assert';
import process from 'node:process';
import { chromium } from 'playwright-core';

// The engine without the windows, tabs and profile of a browser: those cost more time than the pages.
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';
const OWN = [process.env.COMITY_URL, process.env.COMITY_FURNISHED_URL].filter(Boolean).map((address) => new URL(address).origin);
let browser;

/** The address of a path of the site under test. */
export function url(path) {
  return new URL(path, process.env.COMITY_URL).href;
}

/** The browser of this test file; it is closed when the file ends. */
export async function openBrowser() {
  if (!browser) {
    // Chromium's own sandbox refuses to work for root, which is what a build machine's container gives us.
    const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  }
  return browser;
}
after(() => browser?.close());

/**
 * A page in a fresh context, closed when the test `t` ends. The test fails if the page logged an error, threw, or asked
 * another host for anything. options: width, height (CSS pixels), and what playwright's newContext() takes
 * (locale, colorScheme, javaScriptEnabled ...). page.complaints is the list so far; a test that provokes an error
 * (a 404 page logs one) empties it.
 */
export async function openPage(t, { width = 1280, height = 900, ...options } = {}) {
  const context = await (await openBrowser()).newContext({ viewport: { width, height }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.complaints.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !OWN.includes(origin))
      page.complaints.push(`asked another host: ${request.url()}`);
  });
  t.after(async () => {
    const complaints = page.complaints;
    await context.close();
    assert.deepEqual(complaints, [], 'a page of the site complained');
  });
  return page;
}
