// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of the documents (docs/images) anew: COMITY=build/src/cli/comity tests/browser/run.py shots.mjs
// Each shows a fixed day, so that a picture changes only when the page does. Not part of the tests.
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { url, openPage } from './harness.mjs';

const SHOTS = [
  { name: 'participant', path: '/en/participants/BY?on=2024-07-05', width: 1280, height: 980 },
];

for (const { name, path, width, height } of SHOTS) {
  test(name, async (t) => {
    const page = await openPage(t, { width, height });
    await page.goto(url(path));
    await page.screenshot({ path: fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url)) });
  });
}
