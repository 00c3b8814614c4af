/* SPDX-License-Identifier: Apache-2.0
 *
 * The handlers that the route table names, file by file. ask.h says what a handler is.
 */
#ifndef WEB_HANDLERS_H
#define WEB_HANDLERS_H

#include "web/ask.h"

/* floor.c: what does not depend on the register */
ask_handler root_get, date_get, when_get, at_get, asset_get, robots_get;

/* page_*.c */
ask_handler home_get, participants_get, participant_get, why_get, whynot_get, search_get, ask_get;
ask_handler api_ask_get, api_facts_get; /* api_ask.c, api_facts.c */
ask_handler api_acts_door, api_bodies_post; /* api_acts.c, api_bodies.c */

ask_handler about_get; /* page_about.c */
ask_handler admissions_get, admission_get; /* page_admissions.c */
ask_handler cooperation_get; /* page_cooperation.c */
ask_handler changes_get; /* page_changes.c */
ask_handler backgrounder_get, card_get, oembed_get; /* page_backgrounder.c */
ask_handler keys_get; /* page_keys.c */
ask_handler acts_get, act_get;		 /* page_acts.c, page_act.c */
ask_handler instruments_get, instrument_get; /* page_instruments.c, page_instrument.c */
ask_handler meetings_get, meeting_get;	 /* page_meetings.c, page_meeting.c */
ask_handler bodies_get, body_get;	 /* page_bodies.c */
ask_handler decisions_get, decision_get; /* page_decisions.c */
ask_handler releases_get, release_get;	 /* page_releases.c */
ask_handler entities_get, entity_get;	 /* page_entities.c */
ask_handler laws_get, law_get;		 /* page_law.c */
ask_handler verify_get;	 /* page_verify.c */
ask_handler acts_feed_get, releases_feed_get; /* feeds.c */
ask_handler data_get, data_set_get; /* page_data.c */
ask_handler catalog_get; /* catalog.c */
ask_handler id_get; /* page_entities.c */
ask_handler sitemap_get, sitemap_news_get, sitemap_part_get; /* sitemaps.c */
ask_handler export_get; /* export.c */
ask_handler openapi_get, openapi_lead_get; /* openapi.c */
ask_handler timemap_get; /* memento.c */
ask_handler act_file_get; /* act_log.c */
ask_handler checkpoint_get, tile_get, blob_get; /* tiles.c */
ask_handler witnesses_get; /* witnesses.c */
ask_handler mirror_get, evidence_get, cosigned_get, mirrored_tile_get; /* mirror.c, tiles.c */

#endif
