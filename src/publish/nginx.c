/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/nginx.h"

#include "http/marks.h"

#include <stdlib.h>
#include <string.h>

/* nginx reads a quoted string with backslashes, and variables in it. */
static void quote(struct buf *b, struct str s)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_addc(b, '\\');
		buf_addc(b, s.p[i]);
	}
	buf_addc(b, '"');
}

/* In a regular expression, a media type or a suffix. */
static void pattern(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_addf(b, s.p[i] == '+' || s.p[i] == '.' ? "\\%c" : "%c", s.p[i]);
}

/* ---- maps -------------------------------------------------------------------------------------------------------------------------------- */

static void by_language(const struct site *s, struct buf *b)
{
	buf_adds(b, "# the language of the address, as it was sent: nginx knows it so even where it cannot be read; of the reader, where the address has none\n"
		    "map $request $comity_language {\n\tdefault $comity_reader;\n");
	for (size_t i = 0; i < s->n; i++)
		buf_addf(b, "\t\"~*^[a-z]+ (?:https?://[^/ ]*)?/(?:at/[^/]+/)?%s(?:-[0-9a-z-]*)?(?:[/? ]|$)\" %s;\n", s->words[i].tongue->code, s->words[i].tongue->code);
	struct buf codes;
	buf_init(&codes, 4096);
	for (size_t i = 0; i < s->n; i++)
		buf_addf(&codes, "%s%s", i ? "|" : "", s->words[i].tongue->code);
	buf_addf(b, "}\n# the first that is spoken here of those that the reader names, who names them by their order; nothing is read twice, however long the list\n"
		    "map $http_accept_language $comity_reader {\n\tdefault %s;\n\t\"~^(?:(?!(?:%.*s)\\b)[^,]*+, *+)*+(?<comity_first>%.*s)\\b\" $comity_first;\n}\n",
		s->words[0].tongue->code, STR_ARG(buf_str(&codes)), STR_ARG(buf_str(&codes)));
	b->over |= codes.over;
	buf_done(&codes);
}

/* The form that a program asks for by the header `Accept`: the first that it names, unless it takes pages too. A suffix of two parts needs a location of
 * its own (types()), to which no header leads. */
static void by_form(struct buf *b)
{
	buf_adds(b, "# the form that is asked for, where it is not that of a page\nmap $http_accept $comity_form {\n\tdefault \"\";\n\t\"~text/html\" \"\";\n");
	for (unsigned f = 0; f < FORM_MAX; f++) {
		struct str media = str_of(form_media((enum form)f)), rest;
		if (f == FORM_HTML || !*form_suffix((enum form)f) || strchr(form_suffix((enum form)f), '.'))
			continue;
		(void)str_cut(media, ';', &media, &rest);
		buf_adds(b, "\t\"~*^ *");
		pattern(b, media);
		buf_addf(b, " *(;|,|$)\" .%s;\n", form_suffix((enum form)f));
	}
	buf_adds(b, "}\n# in which form a refusal comes: a program's, where another than a page was asked for\n"
		    "map $comity_form:$request_uri $comity_refusal {\n\tdefault html;\n\t\"~^\\.\" json;\n\t\"~^:[^?]*\\.(?:");
	bool first = true;
	for (unsigned f = 0; f < FORM_MAX; f++) {
		if (f == FORM_HTML || !*form_suffix((enum form)f))
			continue;
		buf_adds(b, first ? "" : "|");
		pattern(b, str_of(form_suffix((enum form)f)));
		first = false;
	}
	buf_adds(b, ")(?:[?]|$)\" json;\n}\n");
}

static bool of_a_route(struct routes all, struct str policy)
{
	bool is = false;
	for (size_t i = 0; i < all.n && !is; i++)
		is = all.v[i].policy && str_eq(policy, str_of(all.v[i].policy));
	return is;
}

/* What a route says of all its pages, also of those that the next act adds: nginx need not read its configuration again for them. */
static void by_route(struct routes all, struct buf *b)
{
	for (size_t i = 0; i < all.n; i++) {
		if (!all.v[i].policy)
			continue;
		buf_adds(b, "\t\"~^");
		for (const char *p = all.v[i].pattern; *p; p++) {
			buf_addf(b, *p == '{' ? "[^/?]+" : *p == '.' ? "\\." : "%c", *p);
			if (*p == '{')
				p = strchr(p, '}');
		}
		buf_adds(b, "$\" ");
		quote(b, str_of(all.v[i].policy));
		buf_adds(b, ";\n");
	}
}

static void by_page(struct routes all, const struct odd_headers *odd, const char *name, const char *variable, const char *otherwise, struct buf *b)
{
	buf_addf(b, "map $comity_page %s {\n\tdefault ", variable);
	quote(b, str_of(otherwise));
	buf_adds(b, ";\n");
	if (strcmp(name, HTTP_POLICY) == 0)
		by_route(all, b);
	for (size_t i = 0; i < odd->n; i++) {
		if (strcmp(odd->v[i].name, name) != 0 || of_a_route(all, odd->v[i].value))
			continue;
		buf_addc(b, '\t');
		quote(b, odd->v[i].target);
		buf_addc(b, ' ');
		quote(b, odd->v[i].value);
		buf_adds(b, ";\n");
	}
	buf_adds(b, "}\n");
}

/* Data are open, pages and what they are made of are not (reply.c). By the file, for an answer that nothing changed has no type; by the request as it was sent, for a refusal is got whatever that was. */
static void by_readers(struct buf *b)
{
	static const char *const open = "\"~^(?:GET|HEAD) .* HTTP/[0-9.]+/(?!asset/|.*\\.html$)\"";
	buf_adds(b, "# who may read it: data the scripts of any site\n");
	buf_addf(b, "map $request$uri $comity_readers {\n\tdefault " HTTP_READERS_OWN ";\n\t%s " HTTP_READERS_ALL ";\n}\n", open);
	buf_addf(b, "map $request$uri $comity_scripts {\n\tdefault \"\";\n\t%s \"" HTTP_SCRIPTS_ALL "\";\n}\n", open);
}

/* What is asked beside the page: as the server reads it, without the marks that others put on links. */
static void by_question(struct buf *b)
{
	struct buf marks;
	buf_init(&marks, 4096);
	marks_pattern(&marks);
	buf_adds(&marks, "(?:=[^&]*+)?");
	buf_addf(b, "# what is asked, without what others put on links to count who follows them\nmap $args $comity_question {\n\tvolatile; # the file of a day is asked for without the day\n\tdefault $is_args$args;\n"
		    "\t\"~^(?:%.*s(?:&|$))++$\" \"\";\n\t\"~^(?:%.*s&)*+(?<comity_dated>on=[^&]++)(?:&%.*s)*+$\" ?$comity_dated;\n}\n",
		STR_ARG(buf_str(&marks)), STR_ARG(buf_str(&marks)), STR_ARG(buf_str(&marks)));
	b->over |= marks.over;
	buf_done(&marks);
}

static void maps(const struct site *s, const struct odd_headers *odd, struct buf *b)
{
	by_language(s, b);
	by_question(b);
	buf_adds(b, "# a page on a day: the file of that day, if the page changes on it\n"
		    "map $comity_form$comity_question $comity_day {\n\tdefault \"\";\n\t\"~^\\?on=(?<day>[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9])$\" $day;\n}\n"
		    "# a page that is asked for with a slash at its end: the address without it, as it was written. Each part of it begins with a letter or a digit, so that it\n"
		    "# names no other site\n"
		    "map $request_method$request_uri $comity_unslashed {\n\tdefault /.none;\n\t\"~^(?:GET|HEAD)(?<comity_plain>(?:/[0-9A-Za-z][^/?]*+)++)/+(?:\\?|$)\" $comity_plain;\n}\n"
		    "# the name that is asked for, as it was written\n"
		    "map $request_uri $comity_id {\n\tdefault \"\";\n\t\"~^/+id/+(?<comity_written>[^/?]+)\" $comity_written;\n}\n"
		    "# whoever asks something is answered by the server: any other question, another time, an act that is handed in\n"
		    "map $request_method$comity_question$http_accept_datetime $comity_asks {\n\tdefault 1;\n\tGET \"\";\n\tHEAD \"\";\n}\n"
		    "# when to come back, where the server is away\n"
		    "map $status $comity_retry {\n\tdefault \"\";\n\t503 60;\n}\n"
		    "# what never changes under its address\n"
		    "map $uri $comity_lasting {\n\tdefault no-cache;\n\t\"~^/(asset|tile|blob)/\" \"public, max-age=31536000, immutable\";\n}\n");
	by_readers(b);
	by_form(b);
	by_page(s->routes, odd, HTTP_POLICY, "$comity_policy", http_security[0].value, b);
	by_page(s->routes, odd, "Link", "$comity_link", "", b);
}

/* ---- the server -------------------------------------------------------------------------------------------------------------------------- */

/* In a location whose files are asked for as they are: whoever asks something of it is answered by the server. */
static void unasked(struct buf *b)
{
	buf_adds(b, "\t\tif ($comity_question) {\n\t\t\trewrite ^ /.asked last;\n\t\t}\n\t\tif ($request_method !~ \"^(GET|HEAD)$\") {\n\t\t\trewrite ^ /.asked last;\n\t\t}\n");
}

/* A suffix of one part is an extension as nginx knows them; one of two parts needs a location. */
static void types(struct buf *b)
{
	static const char *const others[][2] = {{"css", "text/css; charset=utf-8"}, {"svg", "image/svg+xml"}, {"js", "text/javascript; charset=utf-8"},
		{"dsse", "application/vnd.dsse.envelope.v1+json"}, {"tlog-proof", "text/plain; charset=utf-8"}};
	buf_addf(b, "\tdefault_type %s;\n\ttypes {\n", form_media(FORM_BYTES));
	for (unsigned f = 0; f < FORM_MAX; f++)
		if (*form_suffix((enum form)f) && !strchr(form_suffix((enum form)f), '.'))
			buf_addf(b, "\t\t\"%s\" %s;\n", form_media((enum form)f), form_suffix((enum form)f));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		buf_addf(b, "\t\t\"%s\" %s;\n", others[i][1], others[i][0]);
	buf_adds(b, "\t}\n");
	for (unsigned f = 0; f < FORM_MAX; f++) {
		if (!strchr(form_suffix((enum form)f), '.'))
			continue;
		buf_adds(b, "\tlocation ~ \"^/");
		buf_adds(b, "[^?]*\\.");
		pattern(b, str_of(form_suffix((enum form)f)));
		buf_addf(b, "$\" {\n\t\ttypes {}\n\t\tdefault_type \"%s\";\n\t\tif ($comity_asks) {\n\t\t\trewrite ^ /.asked last;\n\t\t}\n\t\ttry_files $uri /.asked;\n\t}\n", form_media((enum form)f));
	}
}

/* What nginx itself refuses, in the words of the register (enum refusal): a location that refuses something of its own says all of it. */
static void refusals(const char *in, struct buf *b)
{
	static const char *const rows[][2] = {{"400", "400"}, {"501 505 =400", "400"}, {"404", "404"}, {"405", "405"}, {"413", "413"}, {"414 494 =431", "431"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		buf_addf(b, "%serror_page %s /" PUBLISH_REFUSALS "/%s.$comity_language.$comity_refusal;\n", in, rows[i][0], rows[i][1]);
}

static void asked(const struct publish_config *c, struct buf *b)
{
	buf_adds(b, "\tlocation = /.asked {\n\t\tinternal;\n");
	if (c->upstream)
		refusals("\t\t", b);
	if (c->upstream)
		buf_addf(b, "\t\tproxy_pass http://%s$request_uri;\n\t\tproxy_set_header Host $http_host;\n\t\tproxy_set_header Cookie \"\"; # nobody is known here by one, and a head has an end\n\t\tproxy_connect_timeout 5s;\n"
			    "\t\terror_page 502 503 504 =503 /" PUBLISH_REFUSALS "/503.$comity_language.$comity_refusal; # nginx's own: what the server says passes\n"
			    "\t\tadd_header Link \"\"; # it says all its headers itself: this one adds nothing, and keeps those of files away\n", c->upstream);
	else
		buf_adds(b, "\t\treturn 404;\n");
	buf_adds(b, "\t}\n");
}

/* A location that says one of them itself says all of them itself. */
static void headers(const char *in, const char *vary, struct buf *b)
{
	buf_addf(b, "%1$sadd_header Cache-Control $comity_lasting always;\n%1$sadd_header Vary \"%2$s\" always;\n%1$sadd_header Link $comity_link;\n%1$sadd_header Content-Security-Policy $comity_policy always;\n"
		    "%1$sadd_header Retry-After $comity_retry always;\n", in, vary);
	for (size_t i = 1; i < http_security_n; i++) {
		buf_addf(b, "%sadd_header %s ", in, http_security[i].name);
		if (strcmp(http_security[i].name, HTTP_READERS) == 0)
			buf_adds(b, "$comity_readers");
		else
			quote(b, str_of(http_security[i].value));
		buf_adds(b, " always;\n");
	}
	buf_addf(b, "%sadd_header " HTTP_SCRIPTS " $comity_scripts always;\n", in);
}

/* Where a name leads, as the server answers it (303, to the page in the reader's language): its page is in the one room that has its file, and which rooms
 * there are depends on no act. */
static void names(const struct almanac *al, struct buf *b)
{
	const size_t n = record_rulebook(view_record(al->view))->types.n;
	buf_adds(b, "\tlocation ~ \"^/id/(?<comity_name>[^/]+)$\" {\n");
	headers("\t\t", "Accept-Language", b);
	buf_adds(b, "\t\tif ($request_method !~ \"^(GET|HEAD)$\") {\n\t\t\trewrite ^ /.asked last;\n\t\t}\n");
	for (size_t i = 0; i < n; i++) {
		bool first = al->paths[i] != NULL;
		for (size_t k = 0; k < i && first; k++)
			first = !al->paths[k] || strcmp(al->paths[k], al->paths[i]) != 0;
		if (first)
			buf_addf(b, "\t\tif (-f $document_root/$comity_reader/%1$s/$comity_name.html) {\n\t\t\treturn 303 /$comity_reader/%1$s/$comity_id$is_args$args;\n\t\t}\n", al->paths[i]);
	}
	buf_adds(b, "\t\trewrite ^ /.asked last;\n\t}\n");
}

static void server(const struct site *s, const struct publish_config *c, const struct almanac *al, const char *www, struct buf *b)
{
	buf_adds(b, "server {\n\tlisten 80;\n\tlisten [::]:80;\n\troot ");
	quote(b, str_of(www));
	buf_adds(b, ";\n\tset $comity_page $uri$comity_question; # as it was asked for, before a file is found; an empty question is none\n\tgzip_static on;\n\tgzip_vary on;\n\tserver_tokens off;\n\tabsolute_redirect off;\n\tmax_ranges 0; # a part of a page is no page\n");
	buf_addf(b, "\tclient_max_body_size %zu;\n\tlarge_client_header_buffers 1 %d;\n", routes_body_max(s->routes), (int)HTTP_HEAD_MAX);
	refusals("\t", b);
	headers("\t", "Accept, Accept-Datetime", b);
	buf_adds(b, "\tif (-f $document_root$comity_unslashed.html) {\n\t\treturn 301 $comity_unslashed$is_args$args;\n\t}\n");
	types(b);
	for (size_t i = 0; i < 2; i++) {
		buf_addf(b, "\tlocation = /%s {\n", i ? "index.html" : "");
		headers("\t\t", "Accept-Language", b);
		buf_adds(b, "\t\treturn 302 /$comity_reader/$is_args$args;\n\t}\n");
	}
	buf_adds(b, "\tlocation = /openapi.json {\n\t\treturn 301 /api/openapi.json$is_args$args;\n\t}\n");
	for (size_t i = 0; i < s->n; i++)
		buf_addf(b, "\tlocation = /%1$s {\n\t\treturn 301 /%1$s/$is_args$args;\n\t}\n", s->words[i].tongue->code);
	buf_addf(b, "\tlocation = /checkpoint {\n\t\ttypes {}\n\t\tdefault_type \"%s\";\n", form_media(FORM_TEXT));
	unasked(b);
	buf_adds(b, "\t\ttry_files $uri /.asked;\n\t}\n\tlocation /" PUBLISH_REFUSALS "/ {\n\t\tinternal;\n\t}\n\tlocation /at/ {\n");
	unasked(b);
	buf_adds(b, "\t\ttry_files $uri.html ${uri}index.html /.asked;\n\t}\n");
	if (!c->upstream)
		names(al, b);
	asked(c, b);
	buf_adds(b, "\tlocation / {\n\t\tif ($comity_day) {\n\t\t\trewrite ^ /at/$comity_day$uri? last;\n\t\t}\n\t\tif ($comity_asks) {\n\t\t\trewrite ^ /.asked last;\n\t\t}\n"
		    "\t\ttry_files $uri$comity_form ${uri}index$comity_form $uri.html $uri ${uri}index.html /.asked;\n\t}\n}\n");
}

int publish_nginx(const struct site *s, const struct publish_config *c, const struct almanac *al, const struct odd_headers *odd, const struct folder *above, struct err *e)
{
	struct buf b;
	char *dir = realpath(c->dir, NULL), www[FILE_NAME_MAX];
	(void)snprintf(www, sizeof www, "%s/www", dir ? dir : c->dir);
	free(dir);
	buf_init(&b, 16 << 20);
	buf_adds(&b, "# Written by comity publish, and again by the next one. Include it in the http {} of nginx; listen, TLS and names are yours to add:\n"
		     "# copy this server {} where they have to differ.\n");
	maps(s, odd, &b);
	server(s, c, al, www, &b);
	int rc = b.over ? err_set(e, ERR_LIMIT, "nginx.conf", "too long") : folder_same(above, "nginx.conf", buf_str(&b)) ? 0 : folder_write(above, "nginx.conf", buf_str(&b), NULL, e);
	buf_done(&b);
	return rc;
}
