/* SPDX-License-Identifier: Apache-2.0
 *
 * The door for acts that were signed elsewhere: POST /api/acts with an envelope as `comity sign` writes it, or as JSON with the body of a
 * sealed act and with documents: {"envelope": "...", "body": "...", "documents": ["..."]}, all as strings, documents in base64. Answers when
 * the act is under a signed checkpoint. A GET tells whether acts are taken here.
 */
#include "log/base64.h"
#include "register/org.h"
#include "web/data.h"
#include "web/handlers.h"
#include "web/site.h"

static const struct str envelope_media = STR_INIT("application/vnd.dsse.envelope.v1+json"), json_media = STR_INIT("application/json");

static bool is_media(struct str content_type, struct str media)
{
	struct str type, parameters;
	if (!str_cut(content_type, ';', &type, &parameters))
		type = content_type;
	return str_eq(str_trim(type), media);
}

enum { MAX_PARTS = 100 }; /* envelope, body, documents */

static int read_documents(const json_t *list, struct arena *a, struct act_in *ret, struct err *e)
{
	ret->documents = arena_array(a, json_array_size(list) + 1, struct log_blob);
	for (; ret->ndocuments < json_array_size(list); ret->ndocuments++) {
		struct str text = json_str(json_array_get(list, ret->ndocuments));
		uint8_t *bytes = arena_alloc(a, text.n / 4 * 3 + 1);
		size_t n;
		if (!text.p || !base64_read(text, BASE64_STRICT, bytes, text.n / 4 * 3, &n))
			return err_set(e, ERR_INPUT, "documents", "They must be a list of strings in base64.");
		ret->documents[ret->ndocuments].bytes = (struct str){(const char *)bytes, n};
	}
	return 0;
}

/* {"envelope": "...", "body": "...", "documents": [...]}; the strings live as long as *json. */
static int read_parts(struct str text, struct arena *a, json_t **json, struct act_in *ret, struct err *e)
{
	int rc = json_read_few(text, "body", MAX_PARTS, json, e);
	if (rc < 0)
		return rc;
	const json_t *body = json_object_get(*json, "body"), *documents = json_object_get(*json, "documents");
	ret->text = json_get_str(*json, "envelope");
	ret->body = json_str(body);
	if (!ret->text.n)
		return err_set(e, ERR_INPUT, "body", "There is no \"envelope\", the signed act as a string.");
	if ((body && !ret->body.n) || (documents && !json_is_array(documents)) || json_object_size(*json) != 1u + (body != NULL) + (documents != NULL))
		return err_set(e, ERR_INPUT, "body", "Beside \"envelope\" there are only \"body\", that of a sealed act as a string, and the list \"documents\".");
	return read_documents(documents, a, ret, e);
}

/* Whoever keeps the register hears it once. */
static void tell_stopped(const struct ask *a, struct register_site *site)
{
	struct err why;
	if (register_site_look_at_door(site, &why) && why.code && a->source->report)
		a->source->report(a->source->ctx, &why);
}

static int take(const struct ask *a, struct register_site *site, struct response *ret, struct err *e)
{
	struct reg *door = register_site_door(site);
	AUTO_JSON json_t *json = NULL;
	struct act_in in = {.text = a->body};
	uint64_t pos;
	int rc = is_media(a->content_type, envelope_media) ? 0
		 : is_media(a->content_type, json_media)   ? read_parts(a->body, a->arena, &json, &in, e)
							    : ASK_FAULT(a, ret, e, ERR_INPUT, "Content-Type", N_("An act comes as {a}, or as {b}."), {"a", envelope_media}, {"b", json_media});
	bool stopped = rc == 0 && ((rc = reg_submit(door, &in, &pos, e)) == ERR_SYSTEM || rc == ERR_CONFLICT); /* the disk, or who else holds it */
	if (stopped) {
		tell_stopped(a, site);
		ret->problem = (struct problem){.status = 503, .id = STR("stopped"), .heading = tr(&(struct out){NULL, a->arena, a->tongue}, N_("No act can be taken just now")), .err = *e};
	}
	if (rc < 0)
		return rc;
	ret->status = 201;
	buf_addf(&ret->body, "{\"entry\": %llu, \"href\": \"/act/%llu.json\", \"checkpoint\": ", (unsigned long long)pos, (unsigned long long)pos);
	json_quote(&ret->body, reg_checkpoint(door, a->arena));
	buf_adds(&ret->body, "}\n");
	return 0;
}

static void tell(struct reg *reader, struct reg *door, struct arena *arena, struct buf *out)
{
	struct err why;
	struct str note = reg_checkpoint(reader, arena), origin = note;
	(void)str_line(&note, &origin);
	buf_adds(out, "{\"register\": ");
	json_quote(out, origin);
	bool stopped = door && reg_stopped(door, &why);
	buf_addf(out, ", \"accepts\": %s", door && !stopped ? "true" : "false");
	if (!door || stopped) {
		buf_adds(out, ", \"reason\": ");
		json_quote(out, door ? str_of(why.what) : STR("this server only reads"));
	}
	buf_addf(out, ", \"media\": [\"%s\", \"%s\"]}\n", envelope_media.p, json_media.p);
}

int api_acts_door(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct reg *door = register_site_door(ctx);
	if (!a->posted) {
		tell(register_site_reg(ctx), door, a->arena, &ret->body);
		return 0;
	}
	if (door)
		return take(a, ctx, ret, e);
	(void)ASK_FAULT(a, ret, e, ERR_REFUSED, "acts", N_("This server only reads the register."), {0});
	return err_hint(e, "hand the act to whoever keeps it: comity file");
}
