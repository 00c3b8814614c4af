/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong, in the reader's language, of an error that knows no language: its sentences are messages of the catalogue, written there with
 * {1}, {2} ... for the values (po/extract). So what the rooms below say of an act that is handed in needs no words here.
 *
 * A value that is a message itself ("a date of the calendar") is said in that language too; any other stays as it is.
 */
#ifndef WEB_FAULT_H
#define WEB_FAULT_H

#include "base/err.h"
#include "html/tr.h"

/* Where, what, and what to do, as a sentence. Empty: the catalogue does not know what is wrong; a hint that it does not know is left out. */
struct str fault_say(const struct out *o, const struct err *e);

#endif
