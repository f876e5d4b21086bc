# muster: `make run` tries it, `make check` tests it.  Names stand here once.

PROGRAMS = users groups resources search me bulk discovery events oauth
BASE = arena base64 buf certificate clock digest digest_sign digest_verify \
	error file find log number slice text uuid zone
JSON = build check decimal json walk wide
HTTP = accept client loop prefork reply request status
STORE = changes counters credentials gate gate_members indexes key kv \
	kv_backup kv_check kv_compact kv_env kv_files kv_range kv_space members meta \
	ranks requests resources scan secrets spans store store_backup store_check \
	store_compact streams sweep tenant_keys tenants uniques watchdog
SCIM = binary bind bulk bulk_order bulk_reference cursor etag event_uri \
	filter form literal loader match narrow patch patch_merge patch_parse \
	patch_remove patch_schemas patch_set patch_target path profile project \
	replace schema schema_link schema_load schema_print schema_rules sieve sort \
	type_load uri validate value value_set
AUTH = access address certificate client credential jwks jwt password scope \
	secret seen token
TENANCY = in_force removal row tenancy update
IDENTITY = bound change computed coverage delete descend export groups \
	holder idmap import index list load member member_page nesting ordered plan \
	read record recount reference reindex render seal self source timezone top \
	truncate verify verify_changes verify_counts verify_footprints verify_keys \
	verify_resources write
SERVE = admit async async_outcome async_run async_trace bulk discovery \
	identify locate main me oauth pipeline problem query resource sensitive settings tenant
FEED = backlog event jws poll push set signer stream
CLI = archive backup client compact example export grant import init muster \
	progress reindex resource restore serve_config stream tenant tenants token \
	upgrade verify words work workplace
BUILD = build
PREFIX = /usr/local
# lighttpd is in /usr/sbin, which a user of Debian has not in the path.
export PATH := $(PATH):/usr/sbin
CFLAGS = -O2 -g
OUR_CFLAGS = -std=c11 -D_DEFAULT_SOURCE -D_GNU_SOURCE -Wall -Wextra -Werror \
	-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
	-Wformat=2 -Wwrite-strings -Ilib -Icli-src -MMD -MP \
	-DDATADIR='"$(PREFIX)/share/muster"'
LIBS = -Wl,--as-needed -lfcgi -ljson-c -ldb-5.3 -lutf8proc -lcrypto -lcrypt \
	-lpthread

LIB_OBJS = $(foreach room,base json http store scim auth tenancy identity feed serve,\
	$(patsubst %,$(BUILD)/lib/$(room)/%.o,\
	$($(shell echo $(room) | tr a-z A-Z))))
LIBRARY = $(BUILD)/libmuster.a
BINS = $(PROGRAMS:%=$(BUILD)/bin/%) $(BUILD)/bin/muster
# One short line for each file; V=1 shows the commands.
SAY = $(if $(V),,@echo ' ' $@ &&) $()
LINK = $(SAY)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(LIBRARY) $(LIBS)

all: $(BINS)

# Only the command asks other servers.
$(BUILD)/bin/muster: LIBS += -lcurl
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
