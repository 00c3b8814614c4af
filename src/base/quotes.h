/* SPDX-License-Identifier: Apache-2.0
 *
 * Quotation marks within quotation marks: a title that is quoted, and has such marks itself, has those that its language keeps for within.
 *
 *	«О статусе «партнёр»»	«О статусе „партнёр“»
 *	“Why is “Pact” in force?”	“Why is ‘Pact’ in force?”
 */
#ifndef BASE_QUOTES_H
#define BASE_QUOTES_H

#include "base/arena.h"

/* `text` as it stands after `before`: where that ends with a mark that opens a quotation, with the marks of that kind in it changed; else itself.
 * lang: of what is around it, as in acts ("ru"). */
struct str quotes_within(struct str before, struct str text, struct str lang, struct arena *a);

#endif
