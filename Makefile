# muster: `make run` tries it, `make check` tests it.  Names stand here once.

PROGRAMS = users groups resources search me bulk discovery
BASE = arena buf clock digest error file log number slice text uuid
JSON = check decimal json walk
HTTP = loop prefork reply request status
STORE = changes counters credentials gate indexes key kv kv_env members meta \
	resources scan secrets store sweep tenants uniques watchdog
SCIM = binary bind bulk bulk_order bulk_reference cursor etag filter literal match \
	patch patch_parse patch_remove patch_set patch_target path profile project \
	replace schema schema_load \
	schema_print sort uri validate value value_set
AUTH = password token
IDENTITY = change computed coverage delete export groups holder idset import index \
	list load \
	member plan read record reference reindex render self source top verify \
	verify_changes verify_counts verify_keys verify_resources write
SERVE = bulk discovery locate main me pipeline problem query resource sensitive \
	settings
CLI = example export import init muster progress reindex resource \
	serve_config token verify words workplace
UNIT = test_base test_bulk test_filter test_gate test_http test_index test_json test_kv \
	test_list test_loop test_patch test_schema test_validate
TOOLS = check_reply crash_store kv_tool
FUZZ = fuzz_bulk fuzz_cursor fuzz_filter fuzz_json fuzz_patch fuzz_query

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

LIB_OBJS = $(foreach room,base json http store scim auth identity serve,\
	$(patsubst %,$(BUILD)/lib/$(room)/%.o,\
	$($(shell echo $(room) | tr a-z A-Z))))
LIBRARY = $(BUILD)/libmuster.a
BINS = $(PROGRAMS:%=$(BUILD)/bin/%) $(BUILD)/bin/muster
TESTS = $(UNIT:%=$(BUILD)/tests/%) $(TOOLS:%=$(BUILD)/tests/%)
# One short line for each file; V=1 shows the commands.
SAY = $(if $(V),,@echo ' ' $@ &&) $()
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
SOURCES = $(wildcard lib/*/*.[ch] cgi-src/*.c cli-src/*.[ch] tests/*/*.[ch])

all: $(BINS)

$(BUILD)/bin/muster: $(CLI:%=$(BUILD)/cli-src/%.o) $(LIBRARY)
$(PROGRAMS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(BUILD)/cgi-src/%.o $(LIBRARY)
$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
$(BINS) $(TESTS):
	@mkdir -p $(@D)
	$(SAY)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBS)

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

check:
	@conf/install-packages build run check
	@$(MAKE) all tests
	BUILD=$(BUILD) prove --exec '' -j4 \
	    $(UNIT:%=$(BUILD)/tests/%) tests/t*.sh

tests: $(TESTS)

# Which requirements of the specification have a test?
requirements:
	@tests/requirements/report

check-asan:
	$(MAKE) check BUILD=build/asan CFLAGS='$(SANITIZE)'

lint:
	@conf/install-packages build run check lint
	$(MAKE) all tests BUILD=build/clang CC=clang
	clang-format --dry-run -Werror $(filter %.c,$(SOURCES))
	cppcheck -q --error-exitcode=1 --inline-suppr --std=c11 -Ilib \
	    --enable=warning,portability --suppress=missingIncludeSystem \
	    --suppress=ctuuninitvar --suppress=incorrectLogicOperator \
	    lib cgi-src cli-src
	shellcheck -x -P SCRIPTDIR -e SC2013,SC2016,SC2030,SC2031 \
	    -e SC2034,SC2119,SC2120 \
	    tests/t*.sh tests/requirements/report conf/dev-server \
	    conf/install-packages .ci/run

# FUZZ_SECONDS for each target; what is found becomes a row of a test.
FUZZ_SECONDS = 30
fuzz:
	@conf/install-packages build lint
	@mkdir -p build/fuzz
	for t in $(FUZZ); do \
	    clang $(OUR_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined \
	    -MF build/fuzz/$$t.d -o build/fuzz/$$t tests/fuzz/$$t.c \
	    $(LIB_OBJS:$(BUILD)/%.o=%.c) $(LIBS) && (cd build/fuzz && \
	    MUSTER_SCHEMAS=../../schemas ./$$t -max_total_time=$(FUZZ_SECONDS) \
	    -print_final_stats=1) || exit 1; done

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/muster \
	    $(DESTDIR)$(PREFIX)/share/muster/schemas/types \
	    $(DESTDIR)$(PREFIX)/share/muster/schemas/profiles \
	    $(DESTDIR)$(PREFIX)/share/muster/www \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 cli-src/muster.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install $(BUILD)/bin/muster $(DESTDIR)$(PREFIX)/bin
	install $(PROGRAMS:%=$(BUILD)/bin/%) $(DESTDIR)$(PREFIX)/lib/muster
	install -m 644 schemas/*.json $(DESTDIR)$(PREFIX)/share/muster/schemas
	install -m 644 schemas/types/*.json \
	    $(DESTDIR)$(PREFIX)/share/muster/schemas/types
	install -m 644 schemas/profiles/*.json \
	    $(DESTDIR)$(PREFIX)/share/muster/schemas/profiles
	cp -R schemas/optional $(DESTDIR)$(PREFIX)/share/muster/schemas
	install -m 644 www/* $(DESTDIR)$(PREFIX)/share/muster/www
	install -m 644 conf/example.json $(DESTDIR)$(PREFIX)/share/muster

clean:
	rm -rf build

.PHONY: all run start stop check tests check-asan lint fuzz install clean \
	requirements
-include $(LIB_OBJS:.o=.d) $(BINS:$(BUILD)/bin/%=$(BUILD)/cgi-src/%.d) \
	$(CLI:%=$(BUILD)/cli-src/%.d) $(TESTS:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.d)
