// SPDX-License-Identifier: Apache-2.0
// Takes pictures, to be looked at by a person. Not part of the tests.
//
//   COMITY=build/src/cli/comity tests/browser/run.py shots.mjs                    those of the documents (docs/images) anew
//   SHOTS=build/shots COMITY=... tests/browser/run.py shots.mjs                   every kind of page in every language, at 390, 768 and 1280
//                                                                                  pixels, light and dark, into that folder
//   SHOTS=build/shots ONLY='^en-(home|why)-' ...                                   of those, the ones whose name (LANG-PAGE-WIDTH-SCHEME) fits
//
// The documents show a fixed day, so that a picture changes only when the page does.
import { test } from 'node:test';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { languages, pagesOf } from './site.mjs';
import { url, openPage } from './harness.mjs';

const DOCUMENTS = [
  { name: 'participant', path: '/en/participants/BY?on=2024-07-05', width: 1280, height: 980 },
];
const WIDTHS = [390, 768, 1280], SCHEMES = ['light', 'dark'];
const only = new RegExp(process.env.ONLY ?? '');

/** Every kind of page of one language. */
async function album(t, lang, folder) {
  const page = await openPage(t, { reducedMotion: 'reduce' });
  for (const { name, url: address, status } of pagesOf(lang)) {
    const looks = SCHEMES.flatMap((scheme) => WIDTHS.map((width) => ({ scheme, width, file: `${lang}-${name}-${width}-${scheme}` }))).filter(({ file }) => only.test(file));
    if (looks.length) await page.goto(address);
    if (status !== 200) page.complaints.length = 0;
    for (const { scheme, width, file } of looks) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true, timeout: 120000 });
    }
  }
}

if (process.env.SHOTS) {
  const folder = resolve(process.env.PWD ?? '.', process.env.SHOTS);
  mkdirSync(folder, { recursive: true });
  for (const lang of await languages()) test(lang, (t) => album(t, lang, folder));
} else {
  for (const { name, path, width, height } of DOCUMENTS) {
    test(name, async (t) => {
      const page = await openPage(t, { width, height });
      await page.goto(url(path));
      await page.screenshot({ path: fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url)) });
    });
  }
}
