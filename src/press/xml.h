/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing XML, for the formats of this room: elements, attributes, text into a buffer, by libxml2's writer.
 *
 * Invariants: what is written is well-formed; a character that XML does not allow becomes U+FFFD. The same calls give the same
 * bytes. After a failure nothing more need be asked: xml_end says that there was one.
 */
#ifndef PRESS_XML_H
#define PRESS_XML_H

#include "base/err.h"

#include <libxml/xmlwriter.h>

struct xml {
	xmlTextWriterPtr x;
	struct buf scratch; /* one text, ended by NUL and without what XML forbids */
	struct buf *out;
	bool failed;
};

int xml_begin(struct xml *w, struct buf *out, struct err *e); /* ERR_SYSTEM; then xml_end must not be called */
/* Closes what is open. ERR_LIMIT: it is longer than `out` may be, or memory is short; `what` is said in the error. */
int xml_end(struct xml *w, const char *what, struct err *e);

void xml_open(struct xml *w, const char *name);
void xml_shut(struct xml *w);
void xml_attr(struct xml *w, const char *name, struct str value); /* an empty value: no attribute */
void xml_text(struct xml *w, struct str text);			  /* inside the open element */
void xml_line(struct xml *w, const char *name, struct str value); /* <name>value</name>; empty: nothing */

#endif
