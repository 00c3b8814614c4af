/* SPDX-License-Identifier: Apache-2.0
 *
 * A decision or an instrument as Akoma Ntoso: what the record holds of it, in the page's language where there is a version in it,
 * else in one that there is.
 */
#ifndef WEB_AKOMA_H
#define WEB_AKOMA_H

#include "web/model.h"

/* Is there a document? Not of a thing that no act has introduced on the day asked about. */
bool akoma_has(const struct model *m);
int akoma_show(struct model *m, struct err *e);

#endif
