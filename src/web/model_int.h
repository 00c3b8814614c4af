/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the model (model.c, model_names.c, changes.c). Not for pages.
 */
#ifndef WEB_MODEL_INT_H
#define WEB_MODEL_INT_H

#include "web/model.h"
#include "web/site.h"

void model_make(struct model *m, struct almanac *al, const struct ask *a); /* without a response */
struct str model_fact_name(const struct model *m, uint32_t fact); /* as the rulebook has it; NO_ID: empty */

#endif
