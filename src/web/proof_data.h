/* SPDX-License-Identifier: Apache-2.0
 *
 * The proof file of an answer (docs/proof.md), with what the register adds: the bundle's hash and the log's name.
 */
#ifndef WEB_PROOF_DATA_H
#define WEB_PROOF_DATA_H

#include "web/fact_of.h"

/* `proofs`: one for each reading, or NULL entries after the first where the readings agree: they are then made. */
void proof_data(const struct model *m, const struct fact_asked *of, const struct value *is, uint32_t nis, const struct proof **proofs,
	struct buf *out);

#endif
