// SPDX-License-Identifier: Apache-2.0
//
// Reads a log as a browser could: fetch and crypto.subtle, and no library. Prints one line of JSON with what it counted; what is not right
// is an error.
//
//	node webcrypto.mjs log URL VKEY INDEX...	checkpoint, bundles, root, every envelope, proof files
//	node webcrypto.mjs cosigned FILE VKEY		{"good": true} if this witness cosigned it
import { webcrypto } from "node:crypto";

const { subtle } = webcrypto; // Node 18 has no globalThis.crypto
const utf8 = new TextEncoder();
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const join = (...parts) => Uint8Array.from(parts.flatMap((p) => [...(typeof p === "string" ? utf8.encode(p) : p)]));
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
const sha256 = async (...parts) => new Uint8Array(await subtle.digest("SHA-256", join(...parts)));
const must = (good, what) => {
	if (!good) throw new Error(what);
};

async function readKey(vkey, kind) {
	const [, name, id, key] = vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/);
	const data = bytes(key);
	must(data[0] === kind && data.length === 33, `${vkey}: not a key of type ${kind}`);
	must(hex((await sha256(name, "\n", data)).slice(0, 4)) === id, `${vkey}: its hash is another`);
	return { name, id, raw: data.slice(1), key: await subtle.importKey("raw", data.slice(1), { name: "Ed25519" }, false, ["verify"]) };
}

const verify = (k, signature, ...message) => subtle.verify({ name: "Ed25519" }, k.key, signature, join(...message));

// The text of a note, and what stands after the key's name and id in the line of that key.
function openNote(note, k) {
	const end = note.lastIndexOf("\n\n") + 1;
	must(end > 0, "no blank line before signatures");
	for (const line of note.slice(end + 1).split("\n")) {
		const found = line.match(/^\u2014 (\S+) (\S+)$/);
		if (!found || found[1] !== k.name) continue;
		const data = bytes(found[2]);
		if (hex(data.slice(0, 4)) === k.id) return { text: note.slice(0, end), signature: data.slice(4) };
	}
	return null;
}

async function openCheckpoint(note, k) {
	const found = openNote(note, k);
	must(found && (await verify(k, found.signature, found.text)), "the checkpoint is not signed by the log");
	const [origin, size, root, rest] = found.text.split("\n");
	must(origin === k.name && rest === "", "the checkpoint is of another log");
	return { size: Number(size), root: bytes(root) };
}

const tilePath = (n) => {
	const groups = [String(n % 1000).padStart(3, "0")];
	for (let left = Math.floor(n / 1000); left; left = Math.floor(left / 1000)) groups.unshift("x" + String(left % 1000).padStart(3, "0"));
	return groups.join("/");
};

async function rootOf(hashes) {
	if (hashes.length === 1) return hashes[0];
	let k = 1;
	while (2 * k < hashes.length) k *= 2;
	return sha256([1], await rootOf(hashes.slice(0, k)), await rootOf(hashes.slice(k)));
}

async function checkEnvelope(entry, keyid, k) {
	const { payloadType, payload, signatures } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(entry));
	const body = bytes(payload);
	must(signatures.length === 1 && signatures[0].keyid === keyid, `signed by ${JSON.stringify(signatures)}`);
	const head = `DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `;
	must(await verify(k, bytes(signatures[0].sig), head, body), "the signature of an envelope does not fit");
}

// RFC 9162, 2.1.3.2, for sizes below 2^53.
async function included(leaf, index, size, proof) {
	let [at, last, h] = [index, size - 1, leaf];
	const up = () => ([at, last] = [Math.floor(at / 2), Math.floor(last / 2)]);
	for (const p of proof) {
		must(last > 0, "the proof is too long");
		if (at % 2 || at === last) {
			h = await sha256([1], p, h);
			while (at % 2 === 0 && at) up();
		} else h = await sha256([1], h, p);
		up();
	}
	must(last === 0, "the proof is too short");
	return h;
}

async function checkProof(text, index, entries, k) {
	const cut = text.indexOf("\n\n");
	const lines = text.slice(0, cut).split("\n");
	must(lines.shift() === "c2sp.org/tlog-proof@v1", "no proof file");
	if (lines[0].startsWith("extra ")) must(same(bytes(lines.shift().slice(6)), entries[index]), "the extra line holds another entry");
	must(lines.shift() === `index ${index}`, "the proof is about another entry");
	const { size, root } = await openCheckpoint(text.slice(cut + 2), k);
	must(index < size && same(await included(await sha256([0], entries[index]), index, size, lines.map(bytes)), root), `entry ${index} is not proved`);
}

async function get(url) {
	const reply = await fetch(url);
	must(reply.status === 200, `${url}: ${reply.status}`);
	return new Uint8Array(await reply.arrayBuffer());
}

async function log(url, vkey, ...indexes) {
	const k = await readKey(vkey, 1);
	const text = async (path) => new TextDecoder().decode(await get(url + path));
	const { size, root } = await openCheckpoint(await text("/checkpoint"), k);
	const entries = [];
	for (let n = 0; n * 256 < size; n++) {
		const width = Math.min(256, size - n * 256);
		const bundle = await get(`${url}/tile/entries/${tilePath(n)}${width < 256 ? ".p/" + width : ""}`);
		for (let at = 0; at < bundle.length; ) {
			const length = bundle[at] * 256 + bundle[at + 1];
			entries.push(bundle.subarray(at + 2, at + 2 + length));
			at += 2 + length;
		}
	}
	must(entries.length === size, `${entries.length} entries in a tree of ${size}`);
	const leaves = await Promise.all(entries.map((entry) => sha256([0], entry)));
	must(same(await rootOf(leaves), root), "the entries give another root than the one that was signed");
	const keyid = "ed25519:" + hex((await sha256(k.raw)).slice(0, 8));
	for (const entry of entries) await checkEnvelope(entry, keyid, k);
	for (const index of indexes) await checkProof(await text(`/act/${index}.tlog-proof`), Number(index), entries, k);
	return { entries: size, proofs: indexes.length };
}

async function cosigned(file, vkey) {
	const { readFileSync } = await import("node:fs");
	const k = await readKey(vkey, 4);
	const found = openNote(readFileSync(file, "utf8"), k);
	if (!found) return { good: false };
	const time = found.signature.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
	return { good: await verify(k, found.signature.slice(8), `cosignature/v1\ntime ${time}\n`, found.text), time: String(time) };
}

const [command, ...rest] = process.argv.slice(2);
console.log(JSON.stringify(await { log, cosigned }[command](...rest)));
