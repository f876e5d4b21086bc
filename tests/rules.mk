# What only tests need: their names, how they are built, how they are run.
# Part of the Makefile, which includes it.

UNIT = test_auth test_backup test_base test_bulk test_cache test_confine \
	test_crew test_delete test_dialect test_difference test_errand \
	test_events test_expression test_fastcgi test_field test_filter \
	test_form test_gate test_group_size test_groups test_guard \
	test_http test_idmap test_index test_job test_jobs test_json \
	test_kept test_kv test_limits test_link test_list test_listing \
	test_loop test_mapping test_mutability test_patch test_plan \
	test_pool test_quarantine test_recipe test_reply test_reserved \
	test_schema test_schema_files test_schema_load test_scope \
	test_splits test_tally test_target test_tenancy test_validate \
	test_vault test_verify test_watch
TOOLS = check_reply crash_store kv_tool target_tool
BENCH = $(BUILD)/bench/bare $(BUILD)/bench/hello_cgi
BENCH_SYNC = $(BUILD)/bench/sink $(BUILD)/bench/reach
TORTURE = $(BUILD)/torture/load $(BUILD)/torture/hurt $(BUILD)/torture/cut
PRELOADS = $(BUILD)/torture/powercut.so $(BUILD)/torture/clock.so \
	$(BUILD)/torture/nospace.so
FUZZ = fuzz_bulk fuzz_cursor fuzz_expression fuzz_fastcgi fuzz_filter \
	fuzz_job fuzz_json fuzz_jwt fuzz_mapping fuzz_patch fuzz_path \
	fuzz_query fuzz_schema fuzz_scope fuzz_watch
# The main of a fuzz target in the tests; libFuzzer brings its own.
FUZZ_MAIN = replay

TESTS = $(UNIT:%=$(BUILD)/tests/%) $(TOOLS:%=$(BUILD)/tests/%)
FUZZERS = $(FUZZ:%=$(BUILD)/tests/%)
# A leak is looked for by a process that traces this one.
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-DCONFINE=0

CHECKS = $(UNIT:%=$(BUILD)/tests/%) $(wildcard tests/t*.sh)
PROVE = prove --exec '' --statefile=$(BUILD)/prove.state

check:
	@rm -f $(BUILD)/prove.state
	@conf/install-packages build run check
	@$(MAKE) all tests
	BUILD=$(BUILD) $(PROVE) --state=save -j4 $(CHECKS)

# What failed then, on its own, until it has passed three times in a row: what
# is wrong fails again, what a busy machine disturbed does not.
check-again:
	@[ "$$($(PROVE) --dry --state=all | wc -l)" -eq $(words $(CHECKS)) ] && \
	failed=$$($(PROVE) --dry --state=failed) && [ -n "$$failed" ] && \
	for n in 1 2 3; do BUILD=$(BUILD) $(PROVE) -v $$failed || exit 1; done && \
	echo "failed once, then passed three times:" $$failed

tests: $(TESTS) $(FUZZERS) $(TORTURE) $(PRELOADS)

# Which requirements of the specification have a test?
requirements:
	@tests/requirements/report

check-asan:
	$(MAKE) check BUILD=build/asan CFLAGS='$(SANITIZE)'

check-asan-again:
	@$(MAKE) check-again BUILD=build/asan

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

# How fast provisioning is, in build/bench-sync.txt; tests/bench-sync/run names
# its settings.
bench-sync:
	@conf/install-packages build run bench check
	@$(MAKE) all $(BENCH_SYNC)
	@BUILD=$(BUILD) tests/bench-sync/run

# What a million users cost, in build/scale.txt; tests/scale/run names its
# settings.
scale:
	@conf/install-packages build run bench check
	@$(MAKE) all
	@BUILD=$(BUILD) tests/scale/run

# Provisioning is killed in the midst of a cycle, KILLS times.
KILLS = 100
torture-sync:
	@conf/install-packages build run check
	@$(MAKE) all
	@KILLS=$(KILLS) BUILD=$(BUILD) tests/t6061-provision-kill.sh

# Every fault on one store, in build/torture.txt; SCENARIOS chooses.
torture:
	@conf/install-packages build run check
	@$(MAKE) all $(TORTURE) $(PRELOADS) $(BUILD)/tests/kv_tool
	@BUILD=$(BUILD) tests/torture/run

$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o
$(FUZZERS): $(BUILD)/tests/%: $(BUILD)/tests/fuzz/%.o \
	$(FUZZ_MAIN:%=$(BUILD)/tests/fuzz/%.o)
$(BENCH): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o \
	$(BUILD)/tests/bench/environment.o
$(BENCH_SYNC): $(BUILD)/bench/%: $(BUILD)/tests/bench-sync/%.o
$(TORTURE): $(BUILD)/torture/%: $(BUILD)/tests/torture/%.o
$(BUILD)/torture/load: $(BUILD)/tests/torture/ask.o \
	$(BUILD)/tests/torture/journal.o
$(BUILD)/torture/hurt: $(BUILD)/tests/torture/victims.o
# It sees what goes to syslog.
$(BUILD)/tests/test_base: LDFLAGS += -Wl,--wrap=syslog,--wrap=__syslog_chk
# It counts what the library asks of the store, and kills it there.
$(BUILD)/tests/test_tenancy: LDFLAGS += \
	-Wl,--wrap=kv_get,--wrap=kv_range_next,--wrap=kv_delete
$(BUILD)/tests/test_jobs: LDFLAGS += -Wl,--wrap=kv_delete
# It says that the store is on another machine's disk, that is full, or the
# library newer.
$(BUILD)/tests/test_kv: LDFLAGS += \
	-Wl,--wrap=statfs,--wrap=db_version,--wrap=fallocate
# It stands between us and the library's splitting of pages.
$(BUILD)/tests/test_splits: LDFLAGS += -Wl,--wrap=dlsym
# It verifies by libcrypto itself.
$(BUILD)/tests/test_events: LIBS := -lcrypto $(LIBS)
# A responder as others are: by libfcgi.
$(BUILD)/bench/bare: LIBS += -lfcgi
# It counts how many ids are looked at.
$(BUILD)/tests/test_idmap: LDFLAGS += -Wl,--wrap=uuid_compare
# It counts what is read of groups.
$(BUILD)/tests/test_groups: LDFLAGS += -Wl,--wrap=kv_get,--wrap=kv_range_open
# It counts the changes of a transaction.
$(BUILD)/tests/test_delete: LDFLAGS += -Wl,--wrap=kv_begin,--wrap=kv_put
# It looks at what is locked before a commit.
$(BUILD)/tests/test_reply: LDFLAGS += -Wl,--wrap=kv_commit
# The bare CGI pays for the libraries of the program users, used or not.
$(BUILD)/bench/hello_cgi: LDFLAGS += -Wl,--no-as-needed
$(BUILD)/bench/hello_cgi: LIBS := $(filter-out -Wl% -lpcre2-8,$(LIBS))
$(TESTS) $(FUZZERS) $(BENCH) $(BENCH_SYNC) $(TORTURE): $(LIBRARY)
	$(LINK)

$(PRELOADS): $(BUILD)/torture/%.so: tests/torture/%.c tests/torture/instore.h
	@mkdir -p $(@D)
	$(SAY)$(CC) $(OUR_CFLAGS) -O2 -fPIC -shared -o $@ $<

.PHONY: check check-again tests requirements check-asan check-asan-again \
	lint fuzz bench bench-sync scale torture torture-sync
-include $(TESTS:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.d) \
	$(FUZZERS:$(BUILD)/tests/%=$(BUILD)/tests/fuzz/%.d) \
	$(wildcard $(BUILD)/tests/bench/*.d $(BUILD)/tests/bench-sync/*.d \
	$(BUILD)/tests/torture/*.d)
