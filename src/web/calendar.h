/* SPDX-License-Identifier: Apache-2.0
 *
 * The calendar of a page: all meetings; those of a body, and what ends or is due in it; those that a participant may attend or chairs, and what ends
 * or is due for it; one meeting. A meeting that was annulled stays, cancelled.
 */
#ifndef WEB_CALENDAR_H
#define WEB_CALENDAR_H

#include "web/model.h"

int calendar_show(struct model *m, struct err *e); /* the answer in the form FORM_ICS (RFC 5545); errors: those of the page */

#endif
