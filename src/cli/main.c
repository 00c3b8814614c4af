/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "register/similar.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- what commands share --------------------------------------------------------------------------------------------- */

const char *given(const struct call *c, const char *opt)
{
	for (int i = 0; i < MAX_OPTS && c->command->opts[i].name; i++)
		if (strcmp(c->command->opts[i].name, opt) == 0)
			return c->value[i];
	return NULL;
}

int fail_with(const struct err *e)
{
	struct buf line;
	buf_init(&line, 2000);
	err_print(e, &line);
	fprintf(stderr, "comity: %s\n", buf_str(&line).p);
	buf_done(&line);
	return e->code == ERR_REFUSED ? NO : CANNOT;
}

int usage(const struct call *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "comity: %s: ", c->command->name);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, " (see: comity %s --help)\n", c->command->name);
	va_end(ap);
	return CANNOT;
}

void warn_lines(struct str lines)
{
	fwrite(lines.p, 1, lines.n, stderr);
}

bool number_given(const struct call *c, const char *opt, uint64_t *ret, int *ret_status)
{
	const char *text = given(c, opt);
	if (!text || str_u64(str_of(text), ret))
		return true;
	*ret_status = usage(c, "--%s wants a whole number, not \"%s\"", opt, text);
	return false;
}

int file_write(const char *path, struct str bytes, bool secret, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0666);
	if (fd >= 0 && secret)
		(void)fchmod(fd, 0600); /* it may have been there, and may be no file */
	FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
	bool ok = f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	int why = errno;
	if (f && fclose(f) != 0 && ok) {
		why = errno;
		ok = false;
	}
	return ok ? 0 : err_set(e, ERR_SYSTEM, path, "it cannot be written: %s", strerror(why));
}

static time_t progress_began;
static bool progress_shown;

void progress(void *ctx, uint64_t done, uint64_t total)
{
	if (!isatty(STDERR_FILENO))
		return;
	time_t now = time(NULL);
	if (!progress_began)
		progress_began = now;
	if (now - progress_began < 2)
		return;
	progress_shown = true;
	fprintf(stderr, "\r%s %llu of %llu\033[K", (const char *)ctx, (unsigned long long)done, (unsigned long long)total);
}

void progress_end(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

/* ---- the table --------------------------------------------------------------------------------------------------------- */

static int run_help(const struct call *c);
static int run_version(const struct call *c);

#define AS {"as", "AUDIENCE", "what this audience may know: public (if not given), members, KZ ..."}
#define FULL {"full", NULL, "unfold also the checks that nothing else happened"}
#define PROOF {"proof", "FILE", "write the proof with all it rests on (comity-proof checks it)"}
#define TOUCHED {"touched", NULL, "in that file only the entries the answer can depend on"}
#define JSON {"json", NULL, "answer as JSON"}

const struct command commands[] = {
	{"init", "DIR", "make a register from an organisation's folder",
		"DIR must not exist, or be empty. The folder holds org.json, the rulebook that it names, and words/. Makes the organisation's\n"
		"key (DIR/log.key: keep it) and the first entry, which adopts the rulebook.\n"
		"\n"
		"    comity init data --org orgs/sco\n",
		{{"org", "FOLDER", "the organisation's folder (needed)"}, {"warnings", NULL, "print the warnings of the rulebook too"}, JSON},
		1, 1, run_init},
	{"load", "DIR ACTS.jsonl", "file many acts, one JSON object a line",
		"Checks each act as if it had been filed alone, signs it and appends it. Stops at the first that is refused; a thousand acts are\n"
		"committed together, or none of them. \"-\" reads standard input.\n"
		"\n"
		"    comity load data orgs/sco/record.jsonl\n",
		{JSON}, 2, 2, run_load},
	{"ask", "DIR QUESTION", "ask what a fact is, on a date, as known at an entry",
		"A question is a fact, as the rulebook writes it, optionally with \"is VALUE\", \"on DATE\" (if not given: today) and\n"
		"\"as known at ENTRY\". Where it can be answered by yes or no, the answer begins so; \"differs\": the readings of the law do.\n"
		"\"(unverified)\" after a day: it rests on an act whose day is verified in no source. Exit status 0: it is so, or it has a\n"
		"value; 1: it is not so, or has none; 2: there is no answer, for the question or the register cannot be read.\n"
		"With --suppose the answer is the one that would follow if that act (as for file; \"-\": standard input) were filed next.\n"
		"It is checked, but neither signed nor written; one that would be refused gives no answer.\n"
		"\n"
		"    comity ask data 'status(\"KZ\") on 2016-01-01 as known at 120'\n"
		"    comity ask data 'status(\"BY\") is observer or member on 2016-01-01'\n"
		"    comity ask data 'status(\"BY\")' --suppose act.json\n",
		{AS, {"suppose", "ACT.json", "answer as if this act were filed"}, JSON}, 2, 2, run_ask},
	{"why", "DIR QUESTION", "say why a fact is so",
		"Prints the proof: each line is a statement, true by itself, with the article and rule or the act it rests on; what stands below it\n"
		"is what it follows from. If it is not so, says what is missing. \"(day unverified)\" after a day: it rests on an act whose day is\n"
		"verified in no source. Exit status 0: it is so; 1: it is not.\n"
		"\n"
		"    comity why data 'status(\"BY\") on 2024-07-05'\n"
		"    comity why data 'status(\"BY\") on 2024-07-05' --proof by.json\n",
		{AS, FULL, PROOF, TOUCHED, JSON}, 2, 2, run_why},
	{"whynot", "DIR QUESTION", "say why a fact is not so, and what would change it",
		"Prints what each rule that could make it so asks for, and what of that was there; then the acts that would help, who could\n"
		"sign them, and from when they would count. Exit status 0: it is not so; 1: it is.\n"
		"\n"
		"    comity whynot data 'status(\"IR\") is member on 2022-09-16'\n",
		{AS, FULL, PROOF, TOUCHED, JSON}, 2, 2, run_whynot},
	{"timeline", "DIR FACT", "show a fact from beginning to end",
		"One line for each interval: from (the first day), until (the first day on which it is so no more), value, the readings of the law\n"
		"that have it (none named: all), and by which article, rule and act it began. \"?\" after a day: it rests on an act whose day is\n"
		"verified in no source.\n"
		"\n"
		"    comity timeline data 'status(\"BY\")'\n"
		"    comity timeline data 'status(\"BY\") as known at 500'\n",
		{AS, JSON}, 2, 2, run_timeline},
	{"diff", "DIR --known A [B] | --rulebook FILE", "show what entries changed, or what another text would change",
		"With --known: compares what was known at entry A with what was known at B (if not given: the newest): every interval of every\n"
		"fact that one has and the other has not. With --rulebook: who would gain or lose what, from when, if the text in that file were\n"
		"adopted. org.json and the words beside it count too; if there are none, those in force. Everything is checked as by adopt, and\n"
		"rules that change the past without saying so are named; nothing is written. Exit status 1: the text would be refused.\n"
		"\n"
		"    comity diff data --known 110 120\n"
		"    comity diff data --rulebook new.md --date 2027-01-01\n",
		{{"known", "A", "the earlier entry; B follows"}, {"rulebook", "FILE", "the other text"},
			{"date", "DATE", "when it would be decided (if not given: today)"}, AS, JSON},
		1, 2, run_diff},
	{"serve", "DIR", "serve the site",
		"Answers on http://ADDRESS:PORT until it is stopped (Ctrl-C). Reads the register and follows what others file. Without a\n"
		"proxy before it, keep it on this machine. --base is the address by which others know the site: it begins every\n"
		"permanent address. With --accept the organisation's key is here too: signed acts are taken by POST /api/acts, and nobody\n"
		"else files beside it.\n"
		"Where DIR/policy names witnesses, every signed checkpoint is taken to them, and /checkpoint gives out the newest that has the quorum.\n"
		"If one waits longer than --deadline, standard error and every page say so, until the quorum is there.\n"
		"\n"
		"    comity serve data --port 8080\n"
		"    comity serve data --base https://register.example\n",
		{{"port", "N", "the port (if not given: 8080)"}, {"address", "IP", "where to listen (if not given: 127.0.0.1)"},
			{"base", "URL", "what permanent addresses begin with"},
			{"accept", NULL, "take acts that were signed elsewhere, by POST /api/acts"},
			{"deadline", "SECONDS", "how long a checkpoint may wait for its quorum (if not given: 60)"},
			{"connections", "N", "at once, at most (if not given: 4096)"}},
		1, 1, run_serve},
	{"publish", "DATA DIR", "write the public site as files, for any web server",
		"Writes into DIR/www every page of today in every language, data, feeds, the log's tiles and documents, with a compressed copy beside\n"
		"each; and below DIR/www/at/DAY every page on each day on which it changes, reasons on each day on which what they explain changes.\n"
		"The first time on a day every page is made; after that only those that a new act can have changed. Only files that differ are\n"
		"written. DIR/nginx.conf serves them: what no file answers (a search, a day without a file, what was known earlier) goes to the server at\n"
		"--upstream, or, if there is none, gets 404 and a page that says which days there are, and to ask at --server. Start that server with the\n"
		"same --base (comity serve data --base URL): else the permanent addresses in its answers are not those in the files. Pages say what day\n"
		"it is: publish after every act, and after midnight at the seat.\n"
		"\n"
		"    comity publish data /srv/register --base https://register.example --upstream 127.0.0.1:8080\n",
		{{"base", "URL", "what permanent addresses begin with (needed)"}, {"upstream", "HOST:PORT", "the server to which nginx passes questions"},
			{"server", "URL", "where readers can ask, without --upstream (if not given: --base)"},
			{"threads", "N", "how many (if not given: one for each processor)"},
			{"all", NULL, "make every page again, also those that no act can have changed: what was damaged is mended"}, JSON},
		2, 2, run_publish},
	{"mirror", "URL DIR", "follow a register: hold all of it, believe nothing, compare everything",
		"Reads the checkpoint of the register at URL, holds it against what DIR holds and against --policy, takes in every new entry with its\n"
		"rulebooks and documents, and compares every tile, document and derived fact with its own. DIR is made if it is not there, and is a\n"
		"register like any other, without a key. Goes on every few minutes until it is stopped, may be killed at any moment, and with --port\n"
		"serves its copy. What is wrong it names in one sentence, keeps as evidence in DIR/evidence, and stops; the good copy stays and is\n"
		"served with an alert. With --once: exit status 0: in step; 1: a fraud was found; 2: it could not be read.\n"
		"\n"
		"    comity mirror https://register.example copy --key register.example/acts+1a2b3c4d+AfZk... --policy policy --once\n"
		"    comity mirror https://register.example copy --key ... --policy policy --cosign kz.key --name register.example/mirrors/kz --port 8080\n",
		{{"key", "VKEY", "the register's public key, as its members know it (needed)"}, {"policy", "FILE", "whose cosignatures must be there (C2SP tlog-policy)"},
			{"peers", "URL,URL", "other mirrors and witnesses: compare with what they were shown"}, {"cosign", "FILE", "co-sign what is held, with this key"},
			{"name", "NAME", "make that key, under this name, if it is not there"}, {"read-with", "FILE", "a secret key (comity key new) of who may read sealed acts: fetch their bodies"},
			{"once", NULL, "one round, of everything"},
			{"every", "SECONDS", "between rounds (if not given: 300)"}, {"resume", NULL, "go on after an alert"},
			{"port", "N", "serve the copy at this port"}, {"address", "IP", "where to listen (if not given: 127.0.0.1)"},
			{"base", "URL", "what permanent addresses begin with"}, JSON},
		2, 2, run_mirror},
	{"judge", "FILE [FILE]", "say what the evidence of a mirror or a witness proves, and what rests on its word",
		"FILE is what a mirror kept in DIR/evidence. Two files are two checkpoints: what a witness had signed, and the request that it refused\n"
		"(comity witness evidence), or any two that somebody kept. Everything is checked with the register's public key, without a network.\n"
		"Exit status 0: it is proved by this alone; 1: it is not, or what it says is not so; 2: it cannot be read.\n"
		"\n"
		"    comity judge copy/evidence/20260701T120000Z-fork.json --key register.example/acts+1a2b3c4d+AfZk...\n"
		"    comity judge folder/0001.signed folder/0001.request --key register.example/acts+1a2b3c4d+AfZk...\n",
		{{"key", "VKEY", "the register's public key, as its members know it (needed)"}, JSON}, 1, 2, run_judge},
	{"eval", "RULEBOOK ACTS.jsonl", "print every fact that follows from a file of acts",
		"Evaluates the rulebook over the acts, one JSON object a line, and prints every interval of every fact. Needs no\n"
		"register. Included files are looked for beside the rulebook, then in the standard folder. \"-\" reads standard input.\n"
		"\n"
		"    comity eval treaty.md acts.jsonl --facts in_force,party\n",
		{{"facts", "F,G", "only these facts"}, {"known", "N", "only the first N acts are known"},
			{"format", "csv|json", "csv (if not given), or json"}, {"json", NULL, "the same as --format json"}},
		2, 2, run_eval},
	{"check", "RULEBOOK", "look for errors in a rulebook",
		"Prints errors and warnings, one a line: FILE:LINE: [article] message. Exit status 1 if there are errors.\n"
		"\n"
		"    comity check orgs/sco/rulebook.md\n",
		{{"strict", NULL, "warnings count as errors"}, {"json", NULL, "print the messages as JSON on standard output"}},
		1, 1, run_check},
	{"file", "DIR ACT.json", "file one act, and show what it changes",
		"The act is a JSON object; \"-\" reads standard input. It is checked, and all its consequences are found, before it is signed.\n"
		"Or it is an envelope that others have signed (see sign): every signature must be of a key in force here.\n"
		"With --preview nothing is signed or written: who would gain or lose what, from when. Exit status 1: it was refused.\n"
		"\n"
		"    comity file data act.json --preview\n"
		"    echo '{\"kind\": \"state_listed\", \"date\": \"2026-03-01\", \"args\": {\"S\": \"NR\"}}' | comity file data -\n",
		{{"preview", NULL, "only show what it would change"}, {"body", "FILE", "of an envelope that is sealed: the body that it commits to"},
			{"documents", "PATH", "a folder or file with the documents that the act names by their SHA-256"}, JSON},
		2, 2, run_file},
	{"sign", "ACT.json", "sign an act away from the register, to be filed later",
		"Prints an envelope, for file. An envelope that others have signed already gets one signature more. The act must name its register\n"
		"and have an id, so that it counts there only, and once; --register adds both. To sign with a key of OpenSSH, also on a FIDO2\n"
		"token: --print fixes the act, --pae gives the bytes that are signed, and --sshsig takes in the signature. Needs no register.\n"
		"\n"
		"    comity sign act.json --register register.example/acts --key kz.key > act.dsse\n"
		"    comity sign act.json --register register.example/acts --print > fixed.json\n"
		"    comity sign fixed.json --pae > fixed.pae\n"
		"    ssh-keygen -Y sign -n comity -f id_ed25519_sk fixed.pae\n"
		"    comity sign fixed.json --sshsig fixed.pae.sig > act.dsse\n",
		{{"key", "FILE", "sign with this secret key"}, {"register", "ORIGIN", "the register that the act is for"},
			{"seal", "FILE", "seal an act that is not for everybody: its body goes into FILE"},
			{"print", NULL, "only print the act as it would be signed"}, {"pae", NULL, "only print the bytes that are signed (DSSE)"},
			{"sshsig", "FILE", "add a signature that ssh-keygen made"}},
		1, 1, run_sign},
	{"key", "new|show|register|delegate|rotate|revoke ...", "make a key, show keys, put them in force or out of it",
		"new FILE --name NAME            make a key; it stays with its holder\n"
		"    comity key new kz.key --name KZ\n"
		"show FILE                       the public half of a key\n"
		"    comity key show kz.key > kz.pub\n"
		"show DIR                        every key of a register: whose it is, from which entry to which it signs\n"
		"    comity key show data\n"
		"register DIR KEY --holder H     a key of H, for every act; the first is registered by the organisation, later ones by H (--by)\n"
		"    comity key register data kz.key --holder KZ\n"
		"delegate DIR KEY --holder H --by BY --acts A,B     it signs for H, and only acts of these kinds\n"
		"    comity key delegate data desk.key --holder KZ --by kz.key --acts voted,consultation_requested\n"
		"rotate DIR KEY --by OLD         KEY takes the place of OLD\n"
		"    comity key rotate data new.key --by kz.key\n"
		"revoke DIR KEYID --by BY        that key, by its name or a file of it, ends; what it signed stays\n"
		"    comity key revoke data ed25519:70e56292c41f45b1 --by kz2.key --reason \"the disk was lost\"\n"
		"\n"
		"The last four file an act, signed by the organisation's key or by --by, and by KEY itself. With --print the act is only printed, to be\n"
		"signed elsewhere (sign) and filed; so keys of OpenSSH and of FIDO2 tokens are used (docs/keys.md). Exit status 1: it was refused.\n",
		{{"name", "NAME", "whose new key it is"}, {"holder", "H", "an entity of the record, or an office"}, {"by", "FILE", "a secret key that signs"},
			{"acts", "A,B", "kinds of acts"}, {"until", "N", "only before entry N"}, {"print", NULL, "print the act, do not file it"},
			{"reason", "TEXT", "why, for whoever reads it"}, JSON},
		1, 3, run_key},
	{"adopt", "DIR", "adopt another text of the rulebook, and show what it changes",
		"Reads the organisation's folder as init does. The text is checked, and everything on record is read and evaluated under it, before\n"
		"it is adopted by a signed entry; from that entry on it is in force, and a question asked as known earlier is still answered\n"
		"under the text of then. A rule that changes facts of before the day of the decision must be marked retroactive. What the text\n"
		"would change is shown beforehand by diff --rulebook. Exit status 1: it was refused, and the text in force stays.\n"
		"\n"
		"    comity adopt data --org orgs/sco --date 2026-07-01\n",
		{{"org", "FOLDER", "the organisation's folder (needed)"}, {"date", "DATE", "when it was decided (if not given: today)"},
			JSON},
		1, 1, run_adopt},
	{"proof", "DIR N [FILE]", "write the proof of one entry, to be checked anywhere",
		"One file (C2SP tlog-proof) with the entry as signed, its place in the log, the hashes that lead to the signed root, and the newest\n"
		"checkpoint; to standard output, or into FILE. comity verify FILE checks it without the register, and so does the page Verify\n"
		"of the site. That a fact follows from acts is proved by another file: see why --proof.\n"
		"Where DIR/policy wants witnesses, the checkpoint is one with their quorum. As long as there is none over entry N, no proof is made\n"
		"(as on the site): exit status 1.\n"
		"\n"
		"    comity proof data 7 7.tlog-proof\n"
		"    comity proof data 1205 --wait 60 > 1205.tlog-proof\n",
		{{"wait", "SECONDS", "wait so long for the quorum"}, {"unconfirmed", NULL, "without the quorum: the register alone has signed"}}, 2, 3, run_proof},
	{"verify", "DIR | PROOF [ENTRY]", "read everything again and check it; or one entry by its proof",
		"Of a register: every signature, hash, checkpoint and blob of the log, and that each entry is an act of the rulebook. Names the first\n"
		"entry that was changed. Exit status 1: something was.\n"
		"Of a proof, as a register gives it out (N.tlog-proof), without the register and without a network: that the checkpoint is signed by\n"
		"a log of the policy and cosigned by its quorum of witnesses, that the entry stands in its tree, and the entry's signatures. Prints who\n"
		"signed, who cosigned and when, and the act. A signature by a key that is not known here is named as not checked; that alone is no\n"
		"failure, for a log takes no entry that it cannot check itself. With --signer one of those keys must have signed. ENTRY is needed only\n"
		"for a proof without the entry in it, as other logs write them. Exit status 1: not verified, and the message says at which step.\n"
		"\n"
		"    comity verify data\n"
		"    comity verify 7.tlog-proof --policy trusted.policy\n"
		"    comity verify 7.tlog-proof --key register.example/acts+1a2b3c4d+AfZk... --document communique.pdf\n",
		{{"policy", "FILE", "whom you trust: logs, witnesses, their quorum (C2SP tlog-policy)"}, {"key", "VKEY", "the register's public key: one log, no witnesses"},
			{"signer", "KEY", "a signer's public key, a file of them, or the proof of an entry that names one"},
			{"document", "FILE", "is this text or file what the act carries or names?"}, JSON},
		1, 2, run_verify},
	{"backup", "DIR FILE", "write the whole register into one file, while it is served and filled",
		"FILE must not exist. It is a tar archive of log.db (every entry, every document, also the bodies of sealed acts) and of the newest\n"
		"checkpoint, for its owner's eyes only (mode 0600). It appears under its name when it is whole and on the disk; while it is\n"
		"written, FILE.part and FILE.part.db take twice its room. The organisation's key is in it only if asked for.\n"
		"\n"
		"    comity backup data register.tar\n",
		{{"with-key", NULL, "put the organisation's key in too: whoever has FILE can then sign in its name"}, JSON}, 2, 2, run_backup},
	{"restore", "FILE DIR | --confirm DIR", "make a register from a backup, once all of it is verified",
		"DIR must not exist. Everything is read and checked as by verify before DIR appears; until then it is DIR.restoring. A backup\n"
		"without the key can be read and served; to file again, put log.key into DIR. Filing on an old backup makes a second history:\n"
		"give with --checkpoint the newest checkpoint that is known anywhere (the lost directory's, a mirror's, a member's), and an older\n"
		"backup is refused. Without one DIR can be read and served, and refuses to be filed in until --confirm DIR, with --checkpoint, or,\n"
		"where nobody can have a newer one, on your word alone; so does the copy of a mirror that gets the key. Exit status 1: it was not\n"
		"verified, or is older.\n"
		"\n"
		"    comity restore register.tar data --checkpoint lost/checkpoint\n"
		"    comity restore register.tar data\n"
		"    comity restore --confirm data --checkpoint from-a-mirror\n",
		{{"checkpoint", "FILE", "the newest signed checkpoint known elsewhere"}, {"confirm", NULL, "let a restored register, or the copy of a mirror, be filed in"}, JSON}, 1, 2,
		run_restore},
	{"rebuild", "DIR", "make anew from the entries what is derived from them",
		"Every hash of the tree and the index of the documents are dropped and made again. The result must be what each signed checkpoint\n"
		"says; if it is not, an entry was changed or lost: it is refused, and nothing is changed. (Facts are derived too, each time a\n"
		"register is opened; they are not on the disk.) May run beside a server without --accept. Exit status 1: it was refused.\n"
		"\n"
		"    comity rebuild data\n",
		{JSON}, 1, 1, run_rebuild},
	{"anchor", "DIR", "have the time of the register attested by an outside authority",
		"With --tsa asks the authority at URL (RFC 3161) for a token over the newest checkpoint, verifies it against the certificates in the\n"
		"--ca file, and files it: an act \"timestamped\" whose documents are the token and the text of the checkpoint. For an authority that is\n"
		"reached by other means, --request writes what to ask and --response takes what was answered (with --request too, it must be\n"
		"the answer to that). A token that does not verify is not filed. Those on record are shown by --list; --verify judges each against the log and\n"
		"the --ca file, by the day on which the next token covered it; --export writes them so that openssl alone can judge.\n"
		"Exit status 1: refused, or one does not verify.\n"
		"\n"
		"    comity anchor data --tsa https://tsa.example/ --ca tsa.pem\n"
		"    comity anchor data --verify --ca authorities.pem\n",
		{{"tsa", "URL", "the authority to ask"}, {"ca", "FILE", "certificates to believe (PEM)"},
			{"request", "FILE", "write a request, to be brought to an authority"}, {"response", "FILE", "file what it answered"},
			{"list", NULL, "the tokens on record"}, {"verify", NULL, "judge them"},
			{"export", "FOLDER", "write them into this folder, which is made if need be, for openssl"}, JSON},
		1, 1, run_anchor},
	{"witness", "VERB DIR [VKEY | FOLDER]", "watch logs of others, and sign that each has one history",
		"init DIR --name NAME    makes a witness with a key of its own, and prints the public half, for policies that trust it\n"
		"add DIR VKEY            it shall know the log with this key, which its register says (init); one that runs learns of it\n"
		"run DIR                 takes checkpoints by POST /add-checkpoint (C2SP tlog-witness) until Ctrl-C; at / it says what it knows\n"
		"show DIR                its key, and of each log what it signed last\n"
		"evidence DIR [FOLDER]   the requests that contradict what it signed; into FOLDER as files: what was signed, what was refused\n"
		"It signs a tree of a log only if that grew out of the one it signed before. Never put an old copy of DIR back: make a new witness.\n"
		"\n"
		"    comity witness init w --name witness.example/astana\n"
		"    comity witness add w register.example/acts+1a2b3c4d+AfZk...\n"
		"    comity witness run w --port 8081\n",
		{{"name", "NAME", "init: a host name and path without scheme; it stands in every signature"}, {"port", "N", "run: 8081 if not given"},
			{"address", "ADDRESS", "run: numeric, 127.0.0.1 if not given"}, {"base", "URL", "run: the address that others see"}, JSON},
		2, 3, run_witness},
	{"version", "", "print the version", "    comity version\n", {{"json", NULL, "as JSON"}}, 0, 0, run_version},
	{"help", "[COMMAND]", "explain a command, or list them all", "    comity help ask\n", {{0}}, 0, 1, run_help},
};
const size_t ncommands = sizeof commands / sizeof *commands;

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ncommands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void print_list(struct buf *out)
{
	buf_adds(out, "Comity: the register of an organisation, with reasons.\n\nusage: comity COMMAND ...\n\n");
	for (size_t i = 0; i < ncommands; i++)
		buf_addf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
	buf_adds(out, "\ncomity COMMAND --help explains a command and gives an example.\n"
		      "Exit status: 0 done, or yes; 1 no: false, refused, not verified, rulebook with errors; 2 usage or unreadable input.\n");
}

static void print_help(const struct command *cmd, struct buf *out)
{
	buf_addf(out, "usage: comity %s%s%s%s\n\n%c%s.\n\n%s", cmd->name, *cmd->synopsis ? " " : "", cmd->synopsis,
		cmd->opts[0].name ? " [OPTION]..." : "", cmd->summary[0] - 'a' + 'A', cmd->summary + 1, cmd->details);
	buf_adds(out, "\noptions:\n");
	for (int i = 0; i < MAX_OPTS && cmd->opts[i].name; i++) {
		char left[40];
		const struct opt *o = &cmd->opts[i];
		(void)snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		buf_addf(out, "  %-18s %s\n", left, o->what);
	}
	buf_addf(out, "  %-18s %s\n", "--help", "this text");
}

static int no_such_command(const char *name)
{
	char hint[200];
	struct similar near;
	similar_start(&near, str_of(name));
	for (size_t i = 0; i < ncommands; i++)
		similar_offer(&near, str_of(commands[i].name), str_of(commands[i].name));
	similar_words(&near, hint, sizeof hint);
	fprintf(stderr, "comity: there is no command \"%s\" (%s)\n", name, *hint ? hint : "see: comity help");
	return CANNOT;
}

static int run_help(const struct call *c)
{
	if (c->n == 0) {
		print_list(c->out);
		return DONE;
	}
	const struct command *cmd = find(c->word[0]);
	if (!cmd)
		return no_such_command(c->word[0]);
	print_help(cmd, c->out);
	return DONE;
}

static int run_version(const struct call *c)
{
	buf_adds(c->out, given(c, "json") ? "{\"comity\": \"" VERSION "\"}\n" : "comity " VERSION "\n");
	return DONE;
}

/* ---- options ------------------------------------------------------------------------------------------------------------- */

/* Fills the call from the command line. Returns DONE, CANNOT, or -1 if help was asked for. */
static int read_options(struct call *c, int argc, char **argv)
{
	struct option longs[MAX_OPTS + 2] = {{0}};
	int n = 0, got, which = 0;
	for (; n < MAX_OPTS && c->command->opts[n].name; n++)
		longs[n] = (struct option){c->command->opts[n].name, c->command->opts[n].value ? required_argument : no_argument, NULL, 0};
	longs[n] = (struct option){"help", no_argument, NULL, 'h'};
	opterr = 0;
	optind = 1;
	while ((got = getopt_long(argc, argv, ":h", longs, &which)) != -1) {
		const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
		if (got == 'h')
			return -1;
		if (got == ':')
			return usage(c, "%s needs a value", word);
		if (got == '?')
			return usage(c, "there is no option %s", word);
		c->value[which] = optarg ? optarg : "";
	}
	c->word = argv + optind;
	c->n = argc - optind;
	if (c->n < c->command->min)
		return usage(c, "something is missing: comity %s %s", c->command->name, c->command->synopsis);
	if (c->n > c->command->max)
		return usage(c, "\"%s\" is too much: comity %s %s", c->word[c->command->max], c->command->name, c->command->synopsis);
	return DONE;
}

static int write_out(const struct buf *out, int status)
{
	if (out->over) {
		fprintf(stderr, "comity: the answer is longer than %d bytes\n", MAX_OUTPUT);
		return CANNOT;
	}
	if ((out->n && fwrite(out->p, 1, out->n, stdout) != out->n) || fflush(stdout) != 0) {
		fprintf(stderr, "comity: standard output: %s\n", strerror(errno));
		return CANNOT;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct buf out;
	buf_init(&out, MAX_OUTPUT);
	const char *name = argc > 1 ? argv[1] : NULL;
	int status;
	if (!name) {
		print_list(&out);
		warn_lines(buf_str(&out));
		buf_done(&out);
		return CANNOT;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	struct call c = {.command = find(name), .arena = &arena, .out = &out};
	if (!c.command) {
		status = no_such_command(name);
	} else if ((status = read_options(&c, argc - 1, argv + 1)) == -1) {
		print_help(c.command, &out);
		status = DONE;
	} else if (status == DONE) {
		status = c.command->run(&c);
		progress_end();
	}
	status = write_out(&out, status);
	buf_done(&out);
	arena_done(&arena);
	return status;
}
