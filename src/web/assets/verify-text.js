// SPDX-License-Identifier: Apache-2.0
// Is this text, or this file, the one that an act names or carries? Two texts are the same to the last character, or have the same words
// (only blanks and line ends differ), or differ: then this says where.
'use strict';

const comityText = (() => {
  const MAX_WORDS = 30000; // of a text that is compared word by word
  const MAX_EDITS = 600; // beyond, two texts are called different and not shown beside each other
  const MAX_TEXT = 1 << 20; // characters: no act carries as much, whatever blanks are added to it
  const CONTEXT = 10; // words shown around a difference

  /** A text whose blanks and line ends count for nothing. */
  const plain = (text) => text.split(/[\s\u0085]+/u).filter(Boolean).join(' ');

  const TEXT_MEMBERS = ['text', 'title'];

  /** The texts that an act carries: [{ where: 'text', lang, text }]. */
  function textsOf(act) {
    const found = [];
    for (const where of TEXT_MEMBERS)
      for (const [lang, text] of Object.entries(act?.[where] && typeof act[where] === 'object' ? act[where] : {}))
        if (typeof text === 'string' && text) found.push({ where, lang, text });
    return found;
  }

  /** Every SHA-256 that an act names, in hexadecimal digits, and the thing that names it: [{ path: ['documents', 0], hash, thing }]. */
  function hashesOf(act) {
    const found = [];
    const walk = (value, path, thing, depth) => {
      const [, hash] = (typeof value === 'string' && /^(?:sha256:)?([0-9a-fA-F]{64})$/.exec(value)) || [];
      if (hash) found.push({ path, hash: hash.toLowerCase(), thing });
      else if (value && typeof value === 'object' && depth < 32)
        for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name], Array.isArray(value) ? thing : value, depth + 1);
    };
    walk(act, [], act, 0);
    return found;
  }

  /** Words, signs and single Chinese or Japanese characters, each with the blank before it, so that joined they are the text again. */
  const WORDS = / ?(?:[\u3040-\u30ff\u3400-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])[\p{L}\p{N}\p{M}'\u2019-])+|[^ ])/gu;
  const wordsOf = (text) => plain(text).match(WORDS) ?? [];

  /** In the search for the shortest way, from which diagonal the one numbered k is reached. */
  const cameFrom = (reach, d, k) => (k === -d || (k !== d && reach.get(k - 1) < reach.get(k + 1)) ? k + 1 : k - 1);

  /** The shortest way from one list of words to another (Myers 1986): [{ kind: 'same'|'gone'|'new', words }]; null: too far. */
  function edits(a, b) {
    const reach = new Map([[1, 0]]); // diagonal -> how far in a
    const steps = [];
    for (let d = 0; d <= Math.min(a.length + b.length, MAX_EDITS); d++) {
      steps.push(new Map(reach));
      for (let k = -d; k <= d; k += 2) {
        const from = cameFrom(reach, d, k);
        let x = reach.get(from) + (from < k);
        while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
        reach.set(k, x);
        if (x >= a.length && x - k >= b.length) return walkBack(a, b, steps);
      }
    }
    return null;
  }

  function walkBack(a, b, steps) {
    const parts = [];
    const add = (kind, word) => (parts.at(-1)?.kind === kind ? parts.at(-1).words.push(word) : parts.push({ kind, words: [word] }));
    let x = a.length;
    let y = b.length;
    for (let d = steps.length - 1; d >= 0; d--) {
      const from = cameFrom(steps[d], d, x - y);
      const start = steps[d].get(from);
      while (x > start && y > start - from) {
        add('same', a[--x]);
        y--;
      }
      if (d > 0 && x === start) add('new', b[--y]);
      else if (d > 0) add('gone', a[--x]);
    }
    return parts.reverse().map(({ kind, words }) => ({ kind, words: words.reverse() }));
  }

  /**
   * Compares what the act carries with what is given: { same: 'exact' | 'words' }, or { same: null, likeness (0 to 1), changes, parts }
   * with the differences and the words around them; parts is null where the two are too far apart to be shown.
   */
  function compare(carried, given) {
    if (carried === given) return { same: 'exact' };
    if (given.length > MAX_TEXT) return { same: null, likeness: 0, parts: null, changes: 0 };
    if (plain(carried) === plain(given)) return { same: 'words' };
    const a = wordsOf(carried);
    const b = wordsOf(given);
    const parts = a.length <= MAX_WORDS && b.length <= MAX_WORDS ? edits(a, b) : null;
    const kept = parts?.filter((part) => part.kind === 'same').reduce((n, part) => n + part.words.length, 0) ?? 0;
    const likeness = (2 * kept) / (a.length + b.length);
    const changes = parts?.filter((part, i) => part.kind !== 'same' && (i === 0 || parts[i - 1].kind === 'same')).length ?? 0;
    return { same: null, likeness, parts: likeness >= 0.5 ? parts?.map(shorten) ?? null : null, changes };
  }

  /** Of a long stretch that both have, the ends. */
  function shorten(part, i, all) {
    const { kind, words } = part;
    if (kind !== 'same' || words.length <= 2 * CONTEXT + 1) return part;
    const head = i === 0 ? [] : words.slice(0, CONTEXT);
    const tail = i === all.length - 1 ? [] : words.slice(-CONTEXT);
    return { kind, words: [...head, ' \u2026', ...tail] };
  }

  return { MAX_TEXT, compare, edits, hashesOf, plain, textsOf, wordsOf };
})();
