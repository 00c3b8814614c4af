/* SPDX-License-Identifier: Apache-2.0
 *
 * What libical reads in a calendar: ical_read < FILE prints, for each event, uid, first day, day after the last, status, sequence, summary.
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	static char text[16 << 20];
	size_t n = fread(text, 1, sizeof text - 1, stdin);
	text[n] = 0;
	icalcomponent *all = icalparser_parse_string(text);
	if (!all || icalcomponent_count_errors(all) || !icalrestriction_check(all) || icalcomponent_count_errors(all))
		return 1;
	for (icalcomponent *c = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT); c; c = icalcomponent_get_next_component(all, ICAL_VEVENT_COMPONENT)) {
		char *from = icaltime_as_ical_string_r(icalcomponent_get_dtstart(c)), *to = icaltime_as_ical_string_r(icalcomponent_get_dtend(c));
		printf("%s\t%s\t%s\t%s\t%d\t%s\n", icalcomponent_get_uid(c), from, to, icalproperty_status_to_string(icalcomponent_get_status(c)),
			icalcomponent_get_sequence(c), icalcomponent_get_summary(c));
		free(from);
		free(to);
	}
	icalcomponent_free(all);
	return 0;
}
