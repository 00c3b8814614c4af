// SPDX-License-Identifier: Apache-2.0
// Looks pages over with Lighthouse in Debian's Chromium: node lighthouse.mjs ADDRESS ...
// Prints a line of JSON for each address and each of two devices: the scores of the categories, from 0 to 100, what cost points,
// and how fast the machine was just then (Lighthouse's benchmarkIndex).
import process from 'node:process';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const TRIES = 6; // the recording of a load gets lost now and then (NO_NAVSTART): then there is no score, and it is made again
const DEVICES = { mobile: undefined, desktop: desktopConfig };

const flags = ['--headless=new', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];

/** What of a category did not get all its points. */
function lost(category, audits) {
  return category.auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
    .map(({ id }) => `${id} ${audits[id].score}${audits[id].displayValue ? ` (${audits[id].displayValue})` : ''}`);
}

async function look(address, config) {
  for (let i = 1; ; i++) {
    const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags: flags });
    try {
      const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: 'silent' }, config);
      if (!lhr.runtimeError) return lhr;
      if (i === TRIES) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    } finally {
      await chrome.kill();
    }
  }
}

for (const address of process.argv.slice(2)) {
  for (const [device, config] of Object.entries(DEVICES)) {
    const { categories, audits, environment } = await look(address, config);
    const scores = Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
    console.log(JSON.stringify({ address, device, scores, speed: environment.benchmarkIndex, lost: Object.values(categories).flatMap((category) => lost(category, audits)) }));
  }
}
