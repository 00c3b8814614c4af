// SPDX-License-Identifier: Apache-2.0
// Every kind of page, in every language, is valid HTML by html-validate (MIT, for tests only); and each kind is in the list of pages.
import { test } from 'node:test';
import { strict as assert } from 'node:assert';
import { HtmlValidate } from 'html-validate';
import { SAME, languages, openapi, pagesOf } from './site.mjs';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document'],
  elements: ['html5'],
  rules: {
    'long-title': 'off', // the title of an act is as long as it is
    'prefer-native-element': ['error', { exclude: ['region'] }], // code that scrolls is a region, and stays code
    'require-sri': ['error', { target: 'crossorigin' }], // what comes from the site itself comes over the same connection
  },
});

async function faults({ url, status }) {
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  if (answer.status !== status) return [`${url}: ${answer.status}, not ${status}`];
  const report = await validator.validateString(await answer.text(), url);
  return report.results.flatMap(({ messages }) => messages.map((m) => `${url}:${m.line}:${m.column}: ${m.ruleId}: ${m.message}`));
}

test('the list has a page of each row of the route table', async () => {
  const { paths } = await openapi();
  const rows = Object.entries(paths).filter(([path, { get }]) => path.startsWith('/{lang}') && get?.responses['200']?.content?.['text/html'])
    .map(([path]) => path.slice('/{lang}'.length))
    .filter((row) => !row.endsWith('.html')); // the same page, at the address that names its form
  const listed = new Set(pagesOf('en').map(({ row }) => row));
  assert.deepEqual(rows.filter((row) => !listed.has(row) && !SAME.includes(row)), [], 'rows without a page in site.mjs');
  assert.deepEqual([...listed].filter((row) => row && !rows.includes(row)), [], 'pages of rows that are no more');
});

test('what is wrong would be seen', async () => {
  const report = await validator.validateString('<!DOCTYPE html>\n<html lang="en"><head><title>x</title></head><body><p><div>x</div></p></body></html>', 'wrong');
  assert.ok(report.errorCount > 0);
});

for (const lang of await languages()) {
  test(`valid HTML: ${lang}`, async () => {
    const bad = [];
    for (const page of pagesOf(lang)) bad.push(...await faults(page));
    assert.deepEqual(bad, []);
  });
}
