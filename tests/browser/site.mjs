// SPDX-License-Identifier: Apache-2.0
// The site as a list: its languages, and pages that show every kind of page there is, with contents, empty, on a day in the past, as known
// earlier, and wrong. pages.test.mjs holds the list against the route table: a new row needs a page here.
import process from 'node:process';

/** The servers that run.py started: the sample record, and the same with something more in the rooms where it has little. */
export const SAMPLE = process.env.COMITY_URL;
export const FURNISHED = process.env.COMITY_FURNISHED_URL ?? SAMPLE;

let described;

/** The route table as the server describes it. */
export async function openapi() {
  described ??= (await fetch(new URL('/api/openapi.json', SAMPLE))).json();
  return described;
}

/** The languages of the site, as they stand in addresses. */
export async function languages() {
  const { paths } = await openapi();
  return paths['/{lang}/'].get.parameters.find((p) => p.name === 'lang').schema.enum;
}

// name: [row of the route table, path below the language, options]
// main: of those that everybody looks at; furnished: of the second register; status: of an error.
const KINDS = {
  home: ['/', '', { main: true }],
  'home-past': ['/', '?on=2016-06-24'],
  'home-known': ['/', '?on=2016-06-24&known=500'],
  'home-future': ['/', '?on=2031-01-01'],
  'home-empty': ['/', '?known=0'],
  participants: ['/participants', 'participants', { main: true }],
  'participants-past': ['/participants', 'participants?on=2016-06-24', { main: true }],
  'participants-empty': ['/participants', 'participants?on=1999-01-01'],
  participant: ['/participants/{id}', 'participants/BY', { main: true }],
  'participant-heavy': ['/participants/{id}', 'participants/KZ'],
  'participant-disputed': ['/participants/{id}', 'participants/LA'],
  'participant-past': ['/participants/{id}', 'participants/RU?on=2016-06-24'],
  'participant-organisation': ['/participants/{id}', 'participants/ORG-UN'],
  meetings: ['/meetings', 'meetings'],
  'meetings-empty': ['/meetings', 'meetings?on=1999-01-01'],
  meeting: ['/meetings/{id}', 'meetings/CHS-2024', { main: true }],
  'meeting-guests': ['/meetings/{id}', 'meetings/CHS-2022'],
  bodies: ['/bodies', 'bodies', { main: true }],
  body: ['/bodies/{id}', 'bodies/CHS'],
  instruments: ['/instruments', 'instruments', { main: true }],
  'instruments-empty': ['/instruments', 'instruments?on=1999-01-01'],
  instrument: ['/instruments/{id}', 'instruments/INS-CHARTER-2002', { main: true }],
  'instrument-text': ['/instruments/{id}', 'instruments/INS-MEMO-BY-2023'],
  decisions: ['/decisions', 'decisions'],
  'decisions-empty': ['/decisions', 'decisions?on=1999-01-01'],
  decision: ['/decisions/{id}', 'decisions/DEC-042'],
  acts: ['/acts', 'acts'],
  'acts-filtered': ['/acts', 'acts?about=BY&year=2024'],
  'acts-empty': ['/acts', 'acts?known=0'],
  act: ['/acts/{entry}', 'acts/1012', { main: true }],
  'act-first': ['/acts/{entry}', 'acts/0'],
  changes: ['/changes', 'changes?from=2024-06-01&on=2024-08-01', { main: true }],
  'changes-wide': ['/changes', 'changes?from=2001-01-01'],
  'changes-who': ['/changes', 'changes?from=2010-01-01&who=BY'],
  'changes-fact': ['/changes', 'changes?from=2020-01-01&fact=may_attend'],
  'changes-none': ['/changes', 'changes?from=2024-08-01&on=2024-08-02'],
  backgrounder: ['/participants/{id}/backgrounder', 'participants/BY/backgrounder', { main: true }],
  card: ['/participants/{id}/card', 'participants/LA/card'],
  admissions: ['/admissions', 'admissions', { main: true }],
  'admissions-empty': ['/admissions', 'admissions?on=1999-01-01'],
  admission: ['/admissions/{id}', 'admissions/BY'],
  'admission-open': ['/admissions/{id}', 'admissions/BY?on=2023-08-01', { main: true }],
  keys: ['/keys', 'keys'],
  laws: ['/law', 'law'],
  law: ['/law/{article}', 'law/charter-13-membership', { main: true }],
  releases: ['/releases', 'releases', { main: true }],
  'releases-empty': ['/releases', 'releases?year=1999'],
  release: ['/releases/{id}', 'releases/NEWS-001', { main: true }],
  verify: ['/verify', 'verify'],
  cooperation: ['/cooperation', 'cooperation', { main: true }],
  'cooperation-empty': ['/cooperation', 'cooperation?on=1999-01-01'],
  areas: ['/areas', 'areas'],
  area: ['/areas/{id}', 'areas/drugs'],
  projects: ['/projects', 'projects'],
  project: ['/projects/{id}', 'projects/EV-006'],
  'consultations-empty': ['/consultations', 'consultations'],
  consultations: ['/consultations', 'consultations', { furnished: true }],
  consultation: ['/consultations/{id}', 'consultations/KZ-MN-2026', { furnished: true }],
  'strategy-empty': ['/strategy', 'strategy'],
  strategy: ['/strategy', 'strategy', { furnished: true }],
  goal: ['/strategy/{id}', 'strategy/strategy.3.4', { furnished: true }],
  'authorities-empty': ['/authorities', 'authorities'],
  authorities: ['/authorities', 'authorities', { furnished: true }],
  authority: ['/authorities/{id}', 'authorities/KZ-customs', { furnished: true }],
  entities: ['/entities', 'entities'],
  entity: ['/entities/{id}', 'entities/BY-memo-1'],
  about: ['/about', 'about'],
  data: ['/data', 'data'],
  'why-plain': ['/why/{fact}', 'why/shares_complete'],
  why: ['/why/{fact}/{a}', 'why/status/BY', { main: true }],
  'why-disputed': ['/why/{fact}/{a}', 'why/status/LA'],
  'why-open': ['/why/{fact}/{a}', 'why/status/BY?open=all'],
  'why-two': ['/why/{fact}/{a}/{b}', 'why/may_attend/BY/CHS-2024'],
  'whynot-plain': ['/whynot/{fact}', 'whynot/shares_complete?on=2003-01-01'],
  whynot: ['/whynot/{fact}/{a}', 'whynot/status/IR?is=member&on=2022-09-16', { main: true }],
  'whynot-two': ['/whynot/{fact}/{a}/{b}', 'whynot/may_attend/TR/CHS-2024'],
  search: ['/search', 'search?q=belarus', { main: true }],
  'search-question': ['/search', 'search?q=BY+2016-01-01'],
  'search-start': ['/search', 'search'],
  'search-none': ['/search', 'search?q=zzzzqqqq'],
  date: ['/date', 'date'],
  'date-of-page': ['/date', 'date?page=/en/participants/BY'],
  'error-absent': ['', 'participants/XX', { status: 404 }],
  'error-nowhere': ['', 'nowhere/at/all', { status: 404 }],
  'error-date': ['', 'participants?on=2024-02-30', { status: 400 }],
  'error-parameter': ['', 'acts?colour=green', { status: 400 }],
};

// Rows whose pages are those of another row: redirections, and reasons with more arguments.
export const SAME = ['/ask', '/when', '/why/{fact}/{a}/{b}/{c}', '/whynot/{fact}/{a}/{b}/{c}'];

/** All pages of one language: {name, row, lang, url, main, status}. */
export function pagesOf(lang, choose = () => true) {
  return Object.entries(KINDS).filter(([, [, , options]]) => choose(options ?? {})).map(([name, [row, path, { main = false, furnished = false, status = 200 } = {}]]) =>
    ({ name, row, lang, main, status, url: new URL(`/${lang}/${path.replace('page=/en/', `page=/${lang}/`)}`, furnished ? FURNISHED : SAMPLE).href }));
}
