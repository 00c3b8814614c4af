/* SPDX-License-Identifier: Apache-2.0 */
#include "web/proof_data.h"

#include "rules/proof_json.h"

void proof_data(const struct model *m, const struct fact_asked *of, const struct value *is, uint32_t nis, const struct proof **proofs,
	struct buf *out)
{
	uint32_t n = view_readings(m->view);
	const struct eval **evals = arena_array(m->arena, n, const struct eval *);
	struct str bundle = json_get_str(record_act(m->record, 0)->json, "bundle");
	for (uint32_t k = 0; k < n; k++) {
		evals[k] = view_eval(m->view, k);
		if (!proofs[k])
			proofs[k] = nis ? explain_whynot(evals[k], of->fact, of->args, is[0], m->on, m->arena)
					: explain_why(evals[k], of->fact, of->args, m->on, m->arena);
	}
	const struct proof_answer q = {.fact = of->fact, .args = of->args, .is = is, .nis = nis, .at = m->on, .n = n, .evals = evals,
		.proofs = proofs, .rulebook = str_starts(bundle, STR("sha256:")) ? str_slice(bundle, 7, bundle.n) : STR(""),
		.origin = m->org->origin, .acts = true};
	proof_json(&q, out);
}
