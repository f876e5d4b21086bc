# muster: `make run` tries it, `make check` tests it.  Names stand here once.

PROGRAMS = users groups resources search me bulk discovery
BASE = arena buf clock digest error file log number slice text uuid
JSON = check decimal json walk
HTTP = loop prefork reply request status
STORE = changes counters credentials gate indexes key kv kv_env members meta \
	ranks resources scan secrets spans store sweep tenants uniques \
	watchdog
SCIM = binary bind bulk bulk_order bulk_reference cursor etag filter form \
	literal loader match patch patch_merge patch_parse patch_remove \
	patch_schemas patch_set patch_target path profile project replace \
	schema schema_link schema_load schema_print schema_rules sort \
	type_load uri validate value value_set
AUTH = password token
IDENTITY = change computed coverage delete export groups holder idmap import \
	index list load member member_page ordered plan read record reference \
	reindex render seal self source top truncate verify verify_changes \
	verify_counts verify_keys verify_resources write
SERVE = bulk discovery locate main me pipeline problem query resource sensitive \
	settings
CLI = archive backup compact example export import init muster progress \
	reindex resource restore serve_config token upgrade verify words work \
	workplace
UNIT = test_base test_bulk test_delete test_filter test_form test_gate test_http \
	test_index test_json test_kv test_list test_loop test_mutability \
	test_patch test_plan test_schema test_schema_files test_schema_load \
	test_validate
TOOLS = check_reply crash_store kv_tool
BENCH = $(BUILD)/bench/bare $(BUILD)/bench/hello_cgi
TORTURE = $(BUILD)/torture/load $(BUILD)/torture/hurt $(BUILD)/torture/cut
PRELOADS = $(BUILD)/torture/powercut.so $(BUILD)/torture/clock.so
FUZZ = fuzz_bulk fuzz_cursor fuzz_filter fuzz_json fuzz_patch fuzz_path \
	fuzz_query fuzz_schema
# The main of a fuzz target in the tests; libFuzzer brings its own.
FUZZ_MAIN = replay

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
FUZZERS = $(FUZZ:%=$(BUILD)/tests/%)
# One short line for each file; V=1 shows the commands.
SAY = $(if $(V),,@echo ' ' $@ &&) $()
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

all: $(BINS)

$(BUILD)/bin/muster: $(CLI:%=$(BUILD)/cli-src/%.o) $(LIBRARY)
$(PROGRAMS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(BUILD)/cgi-src/%.o $(LIBRARY)
$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
$(FUZZERS): $(BUILD)/tests/%: $(BUILD)/tests/fuzz/%.o \
	$(FUZZ_MAIN:%=$(BUILD)/tests/fuzz/%.o) $(LIBRARY)
$(BINS) $(TESTS) $(FUZZERS):
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

tests: $(TESTS) $(FUZZERS) $(TORTURE) $(PRELOADS)

# Which requirements of the specification have a test?
requirements:
	@tests/requirements/report

check-asan:
	$(MAKE) check BUILD=build/asan CFLAGS='$(SANITIZE)'

lint:
	@conf/install-packages build run check lint
	tests/lint

# FUZZ_SECONDS for each of TARGETS; what is found becomes a row of a test.
fuzz:
	@conf/install-packages build lint
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(or $(TARGETS),$(FUZZ:fuzz_%=%))

# The table of figures, in build/bench.txt; tests/bench/run names its settings.
bench:
	@conf/install-packages build run bench
	@$(MAKE) all $(BENCH)
	BUILD=$(BUILD) tests/bench/run

# The bare CGI pays for the same libraries, used or not.
$(BUILD)/bench/hello_cgi: LDFLAGS += -Wl,--no-as-needed
$(BUILD)/bench/hello_cgi: LIBS := $(filter-out -Wl%,$(LIBS))
$(BENCH): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o \
	$(BUILD)/tests/bench/environment.o $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBS)

# Every fault on one store, in build/torture.txt; SCENARIOS chooses.
torture:
	@conf/install-packages build run check
	@$(MAKE) all $(TORTURE) $(PRELOADS)
	@BUILD=$(BUILD) tests/torture/run

$(BUILD)/torture/load: $(BUILD)/tests/torture/ask.o \
	$(BUILD)/tests/torture/journal.o
$(TORTURE): $(BUILD)/torture/%: $(BUILD)/tests/torture/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBS)

$(PRELOADS): $(BUILD)/torture/%.so: tests/torture/%.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(OUR_CFLAGS) -O2 -fPIC -shared -o $@ $<

install: all
	BUILD=$(BUILD) conf/install $(DESTDIR)$(PREFIX) $(PROGRAMS)

clean:
	rm -rf build

.PHONY: all run start stop check tests check-asan lint fuzz bench install \
	clean requirements torture
-include $(LIB_OBJS:.o=.d) $(BINS:$(BUILD)/bin/%=$(BUILD)/cgi-src/%.d) \
	$(CLI:%=$(BUILD)/cli-src/%.d) $(TESTS:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.d) \
	$(FUZZERS:$(BUILD)/tests/%=$(BUILD)/tests/fuzz/%.d) \
	$(wildcard $(BUILD)/tests/bench/*.d $(BUILD)/tests/torture/*.d)
