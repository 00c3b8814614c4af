// SPDX-License-Identifier: Apache-2.0
// Everybody can read it: no finding of axe (WCAG 2.0 to 2.2, A and AA, best practice) and nothing wider than the window, on a wide
// and a narrow screen, the one light and the other dark, with everything unfolded.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { url, openPage } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const PAGES = [
  '/en/',
  '/en/?on=2016-06-24',
  '/en/participants',
  '/en/participants/BY',
  '/en/participants/RU?on=2016-06-24',
  '/en/participants/LA',
  '/en/why/status/BY',
  '/en/why/status/LA',
  '/en/whynot/status/IR?is=member&on=2022-09-16',
  '/en/search?q=belarus',
  '/en/date',
  '/en/acts',
  '/en/acts/1012',
  '/en/instruments',
  '/en/instruments/INS-CHARTER-2002',
  '/en/meetings/CHS-2024',
  '/en/bodies',
  '/en/bodies/CHS',
  '/en/admissions/BY',
  '/en/decisions',
  '/en/releases',
  '/en/changes?from=2024-06-01&on=2024-08-01',
  '/en/participants/BY/backgrounder',
  '/en/participants/LA/card',
  '/en/admissions',
  '/en/admissions/BY?on=2023-08-01',
  '/en/projects',
  '/en/areas/drugs',
  '/en/authorities',
  '/en/cooperation',
  '/en/about',
  '/en/law/charter-13-membership',
];

async function findings(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), TAGS);
  return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`);
}

for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark']]) {
  test(`${width} pixels, ${colorScheme}`, async (t) => {
    const page = await openPage(t, { width, colorScheme });
    const bad = [];
    for (const path of PAGES) {
      await page.goto(url(path));
      await page.$$eval('details', (all) => all.forEach((d) => { d.open = true; }));
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (beyond > 0) bad.push(`${path}: ${beyond} pixels wider than the window`);
      bad.push(...(await findings(page)).map((finding) => `${path}: ${finding}`));
    }
    assert.deepEqual(bad, []);
  });
}
