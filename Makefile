# muster: `make run` tries it, `make check` tests it.  Names stand here once.

PROGRAMS = users groups resources search me bulk discovery events oauth \
	admin
BASE = arena base64 buf calendar certificate clock crew crypto digest \
	digest_key digest_seal digest_sign digest_verify error file find \
	library log moment number slice text text_letter uuid zeros zone
JSON = build check decimal diff json merge pretty walk wide
HTTP = accept client curl exchange fastcgi fetch loop pool prefork reply \
	request status url
STORE = assignments breakers changes counters credentials dues gate \
	gate_members indexes jobs kept key kv kv_backup kv_cache kv_check \
	kv_compact kv_env kv_files kv_range kv_rewrite kv_space kv_split \
	kv_statistics kv_system links members meta note ranks requests \
	resources scan secrets spans store store_backup store_check \
	store_compact store_key streams sweep tally tally_gather tenant_keys \
	tenants uniques vault watchdog
SCIM = binary bind bulk bulk_order bulk_reference cursor etag event_uri \
	filter filter_cost form literal loader match narrow patch \
	patch_merge patch_parse patch_remove patch_schemas patch_set \
	patch_target path profile project replace schema schema_link \
	schema_load schema_print schema_rules sieve sort type_load uri \
	validate value value_set
AUTH = access address bucket certificate client client_edit credential \
	credential_change credential_note credential_place credential_quarantine issued_keys \
	jwks jwt limit meter password role scope secret seen token trust
TENANCY = in_force removal row tenancy update
IDENTITY = advice bound breaker breaker_hold breaker_left breaker_release \
	breaker_show breaker_view breaker_window change computed coverage \
	delete descend explain export groups holder id_list idmap import \
	index list load member member_page meta nesting ordered plan read \
	recipe record recount reference reindex render seal self source \
	timezone top truncate verify verify_breakers verify_changes \
	verify_counts verify_events verify_footprints verify_jobs \
	verify_keys verify_links verify_ranks verify_resources write
SERVE = account admit async async_outcome async_run async_trace bulk \
	configured confine discovery identify issuer locate main me monitor \
	oauth pipeline problem query replay resource sensitive settings \
	shape strange tenant throttle
WATCH = audit audit_follow audit_state audit_verify heartbeat line lines \
	lines_writer metrics redact request_log search
SYNC = advice agenda agenda_members alert assertion attribute batch \
	batch_end batch_members batch_note batch_objects batch_rest \
	batch_spread bundle clause clause_compile date date_format \
	date_read datum demand dialect dialect_body dialect_members \
	dialect_patch dialect_query difference drift drift_compare \
	drift_members engine errand errand_ask escrow expression \
	expression_test function function_case function_date \
	function_encode function_list function_logic function_replace \
	function_role function_text function_world fuse guard intent job \
	job_rule job_target job_template job_test jobs jobs_assign \
	jobs_check jobs_delete jobs_edit jobs_history jobs_links jobs_row \
	jobs_state journal likeness link link_show listing mapping \
	mapping_compile mapping_target nearest node_check node_evaluate \
	node_parse pace place place_value preview preview_all \
	preview_members preview_rest preview_tell preview_there probe \
	probe_discovery probe_object progress property quarantine \
	redaction regex reserved roster roster_tell scope subject summary \
	target target_answer target_queue target_redirect target_settings \
	target_token task task_answer task_match task_unique task_update \
	work work_look
FEED = backlog event jws poll push set signer stream
CLI = archive audit backup breaker client compact example explain export \
	grant heartbeat import init job job_assign job_carry_out job_drift \
	job_dry_run job_history job_links job_log job_match job_object \
	job_probe job_provision job_show job_summary job_words log muster \
	parts progress records reindex replay resource restore sealing \
	serve_config stream tenant tenants token upgrade verify why words \
	work work_errands workplace
ADMIN = answer audit breakers credential_form credential_make credentials \
	explain field grant heartbeats job_assignments job_errands job_links \
	job_log job_versions jobs listing log me records schemas secrets \
	tenants visit
BUILD = build
PREFIX = /usr/local
# lighttpd is in /usr/sbin, which a user of Debian has not in the path.
export PATH := $(PATH):/usr/sbin
CFLAGS = -O2 -g $(HARDEN)
# What a distribution hardens its programs with.
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
LDFLAGS = -pie -Wl,-z,relro -Wl,-z,now
OUR_CFLAGS = -std=c11 -D_DEFAULT_SOURCE -D_GNU_SOURCE -Wall -Wextra -Werror \
	-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
	-Wformat=2 -Wwrite-strings -Ilib -Icli-src -MMD -MP \
	-DDATADIR='"$(PREFIX)/share/muster"'
# STATIC=1 links them into the programs, which then start faster, as CGI does
# for each request; what is mended in a library comes with the next build.
LIBRARIES = json-c db-5.3 utf8proc pcre2-8 crypt
# Of libcrypto.a SHA-256; the rest is loaded where it is needed (crypto.h).
LIBS = -Wl,--as-needed $(LIBRARIES:%=$(if $(STATIC),-l:lib%.a,-l%)) \
	$(if $(STATIC),$(OURS_FIRST)) -l:libcrypto.a -lpthread
# What the library then asks of itself goes by way of lib/store/kv_split.c.
OURS_FIRST = -Wl,--wrap=__bam_split

LIB_OBJS = $(foreach room,base json http store scim auth tenancy identity watch feed sync serve admin,\
	$(patsubst %,$(BUILD)/lib/$(room)/%.o,\
	$($(shell echo $(room) | tr a-z A-Z))))
LIBRARY = $(BUILD)/libmuster.a
BINS = $(PROGRAMS:%=$(BUILD)/bin/%) $(BUILD)/bin/muster
# One short line for each file; V=1 shows the commands.
SAY = $(if $(V),,@echo ' ' $@ &&) $()
LINK = $(SAY)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(LIBRARY) $(LIBS)

all: $(BINS)

$(BUILD)/bin/muster: $(CLI:%=$(BUILD)/cli-src/%.o) $(LIBRARY)
$(PROGRAMS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(BUILD)/cgi-src/%.o $(LIBRARY)
$(BINS):
	$(LINK)

$(LIBRARY): $(LIB_OBJS)
	$(SAY)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(OUR_CFLAGS) $(CFLAGS) -c -o $@ $<

run start stop:
	@[ $@ = stop ] || { conf/install-packages build run && $(MAKE) all; }
	@exec env PORT=$(or $(PORT),8080) VAR=$(or $(VAR),var) \
	WORKERS=$(or $(WORKERS),8) EXAMPLE=$(or $(EXAMPLE),1) \
	conf/dev-server $@

install: all
	BUILD=$(BUILD) conf/install $(DESTDIR)$(PREFIX) $(PROGRAMS)

clean:
	rm -rf build

.PHONY: all run start stop install clean
-include $(LIB_OBJS:.o=.d) $(BINS:$(BUILD)/bin/%=$(BUILD)/cgi-src/%.d) \
	$(CLI:%=$(BUILD)/cli-src/%.d)
include tests/rules.mk
