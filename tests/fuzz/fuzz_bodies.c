/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for bodies of sealed acts. The first line is "PEN SHIFT", the rest what is signed by that pen; k and b are keys of KZ and BE, d one of KZ
 * for other things, l the log's own, s a stranger's. In it $ is the time SHIFT seconds after now. With any other pen the rest is the envelope.
 *
 * Whatever is refused says why and answers nothing. An answer has bodies that its holder may read, in the order of the log, and goes on behind
 * them. Nobody but a key that was registered, or was given for it, gets one.
 */
#include "log/note.h"
#include "register/bodies.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 20000, PENS = 5 };
#define NOW 1795000000
#define REG "\"register\":\"league.example/acts\""

static const char letters[] = "kbdls";

static struct world {
	char dir[64];
	struct reg *reg;
	struct ed25519_key pens[PENS];
	char ids[PENS][KEYID_MAX + 1], texts[PENS][100];
	uint64_t size;
} w;

static void remove_all(void)
{
	struct dirent *one;
	char path[400];
	reg_close(w.reg);
	DIR *d = opendir(w.dir);
	while (d && (one = readdir(d))) {
		(void)snprintf(path, sizeof path, "%s/%s", w.dir, one->d_name);
		(void)unlink(path);
	}
	if (d)
		(void)closedir(d);
	(void)rmdir(w.dir);
}

static void make_pens(void)
{
	struct hasher h;
	char path[100], log_key[200];
	hasher_init(&h);
	(void)snprintf(path, sizeof path, "%s/log.key", w.dir);
	FILE *f = fopen(path, "r");
	must(f && fgets(log_key, sizeof log_key, f));
	(void)fclose(f);
	for (size_t i = 0; i < PENS; i++) {
		uint8_t seed[ED25519_SEED] = {(uint8_t)(i + 1)};
		struct note_key note;
		struct pubkey pub;
		struct buf text;
		must(letters[i] == 'l' ? note_secret_read(&h, NOTE_ED25519, str_trim(str_of(log_key)), &note, &w.pens[i], NULL) == 0
				       : ed25519_key_make(&w.pens[i], seed, NULL) == 0);
		pubkey_ed25519(&w.pens[i].pub, &pub);
		pubkey_id(&h, &pub, w.ids[i]);
		buf_init(&text, sizeof w.texts[i] - 1);
		pubkey_write(&pub, &text);
		memcpy(w.texts[i], text.p, text.n + 1);
		buf_done(&text);
	}
	hasher_done(&h);
}

static size_t pen_of(char letter)
{
	const char *at = letter ? strchr(letters, letter) : NULL;
	return at ? (size_t)(at - letters) : PENS;
}

static void sign(struct str type, struct str payload, const char *who, struct arena *a, struct buf *out)
{
	struct dsse d = {.type = type, .payload = payload};
	for (const char *c = who; *c; c++)
		must(dsse_sign(&d, a, str_of(w.ids[pen_of(*c)]), &w.pens[pen_of(*c)], NULL) == 0);
	must(dsse_write(&d, out, NULL) == 0);
}

/* The second pen becomes a key of the holder; signed by both. `acts`: what it is given for; NULL: everything. */
static void register_key(const char *holder, const char *who, const char *acts)
{
	struct arena a = {0};
	struct buf out;
	struct err e = {0};
	uint64_t pos;
	buf_init(&out, LOG_MAX_ENTRY);
	sign(STR(REG_ACT_TYPE), arena_fmt(&a, "{\"kind\":\"key_%s\"," REG ",\"holder\":\"%s\",\"key\":\"%s\"%s}", acts ? "delegated" : "registered", holder,
		w.texts[pen_of(who[1])], acts ? acts : ""), who, &a, &out);
	must(reg_submit(w.reg, &(struct act_in){.text = buf_str(&out)}, &pos, &e) == 0);
	buf_done(&out);
	arena_done(&a);
}

static void load(const char *acts)
{
	struct err e = {0};
	uint64_t done;
	must(reg_load(w.reg, str_of(acts), "acts", NULL, NULL, &done, &e) == 0);
}

static void make_world(void)
{
	struct buf diags;
	struct err e = {0};
	strcpy(w.dir, "/tmp/fuzz-bodies-XXXXXX");
	must(mkdtemp(w.dir));
	must(atexit(remove_all) == 0);
	buf_init(&diags, 1 << 20);
	must(reg_create(w.dir, ORG, &diags, &e) == 0 && reg_open(w.dir, REG_WRITE, &w.reg, &e) == 0);
	buf_done(&diags);
	make_pens();
	load("{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"KZ\"}}\n{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"BE\"}}\n");
	register_key("KZ", "lk", NULL);
	register_key("BE", "lb", NULL);
	register_key("KZ", "kd", ",\"acts\":[\"thanked\"]");
	load("{\"kind\":\"thanked\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"BE\"},\"for\":[\"KZ\"]}\n"
	     "{\"kind\":\"thanked\",\"date\":\"2005-01-02\",\"args\":{\"P\":\"BE\"}}\n"
	     "{\"kind\":\"thanked\",\"date\":\"2005-01-03\",\"args\":{\"P\":\"BE\"},\"for\":[\"BE\"]}\n"
	     "{\"kind\":\"thanked\",\"date\":\"2005-01-04\",\"args\":{\"P\":\"BE\"},\"for\":[\"KZ\",\"BE\"]}\n"
	     "{\"kind\":\"thanked\",\"date\":\"2005-01-05\",\"args\":{\"P\":\"BE\"},\"for\":[\"secretariat\"]}\n");
	w.size = reg_size(w.reg);
}

/* By what stands in the body. */
static bool may_read(char pen, struct str body)
{
	return pen == 'l' || str_find(body, pen == 'k' ? STR("\"for\":[\"KZ\"") : STR("BE\"]}}")) < body.n;
}

/* Of a list: by where it stands among the last five. */
static bool may_know(char pen, json_int_t at)
{
	static const char *const readers[] = {"lk", "", "lb", "lkb", "l"};
	json_int_t i = at - (json_int_t)w.size + 5;
	return i >= 0 && i < 5 && strchr(readers[i], pen);
}

static void check_answer(char pen, struct str text)
{
	AUTO_JSON json_t *answer = NULL;
	struct err e;
	must(json_read(text, "answer", &answer, &e) == 0);
	const json_t *list = json_object_get(answer, "entries");
	json_int_t last = 0, next = json_integer_value(json_object_get(answer, "next"));
	must((uint64_t)json_integer_value(json_object_get(answer, "size")) == w.size && (uint64_t)next == w.size);
	must(pen == 'k' || pen == 'b' || pen == 'l');
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		bool listed = json_is_integer(one);
		json_int_t at = json_integer_value(listed ? one : json_object_get(one, "entry"));
		must(at > last && at < next && may_know(pen, at) && (listed || may_read(pen, json_get_str(one, "body"))));
		last = at;
	}
}

static struct str with_time(struct str text, int64_t at, struct arena *a)
{
	struct buf ask, out;
	buf_init(&ask, 400);
	buf_init(&out, 20 * LONGEST);
	bodies_ask(STR("x"), 0, false, at, &ask);
	struct str time = str_slice(buf_str(&ask), ask.n - 22, ask.n - 2);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '$')
			buf_add(&out, time);
		else
			buf_addc(&out, text.p[i]);
	struct str s = arena_str(a, buf_str(&out));
	buf_done(&ask);
	buf_done(&out);
	return s;
}

static int64_t shift_of(struct str line)
{
	struct str who, number = {"", 0};
	uint64_t shift = 0;
	(void)str_cut(line, ' ', &who, &number);
	bool back = str_starts(number, STR("-"));
	(void)str_u64(str_slice(number, back, number.n), &shift);
	return (back ? -1 : 1) * (int64_t)(shift % 1000000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data, n < LONGEST ? n : LONGEST}, line = {"", 0};
	struct arena a = {0};
	struct buf envelope, out;
	struct err e = {0};
	if (!w.reg)
		make_world();
	buf_init(&envelope, 1 << 20);
	buf_init(&out, 1 << 20);
	(void)str_line(&text, &line);
	char pen[2] = {line.n ? line.p[0] : '-', 0};
	struct str payload = with_time(text, NOW + shift_of(line), &a);
	if (pen_of(pen[0]) < PENS && payload.n < 40000)
		sign(STR(BODIES_REQUEST_TYPE), payload, pen, &a, &envelope);
	else
		buf_add(&envelope, text);
	int rc = bodies_answer(w.reg, buf_str(&envelope), NOW, &a, &out, &e);
	must(rc == 0 || (rc == e.code && e.what[0] && out.n == 0));
	must(reg_size(w.reg) == w.size);
	if (rc == 0)
		check_answer(pen[0], buf_str(&out));
	buf_done(&envelope);
	buf_done(&out);
	arena_done(&a);
	return 0;
}
