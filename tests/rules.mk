# What only tests need: their names, how they are built, how they are run.
# Part of the Makefile, which includes it.

UNIT = test_auth test_base test_bulk test_delete test_events test_filter \
	test_form test_gate test_http test_index test_json test_kv test_list \
	test_loop test_mutability test_patch test_plan test_schema test_schema_files \
	test_schema_load test_tenancy test_validate test_verify
TOOLS = check_reply crash_store kv_tool
BENCH = $(BUILD)/bench/bare $(BUILD)/bench/hello_cgi
TORTURE = $(BUILD)/torture/load $(BUILD)/torture/hurt $(BUILD)/torture/cut
PRELOADS = $(BUILD)/torture/powercut.so $(BUILD)/torture/clock.so \
	$(BUILD)/torture/nospace.so
FUZZ = fuzz_bulk fuzz_cursor fuzz_filter fuzz_json fuzz_jwt fuzz_patch \
	fuzz_path fuzz_query fuzz_schema
# The main of a fuzz target in the tests; libFuzzer brings its own.
FUZZ_MAIN = replay

TESTS = $(UNIT:%=$(BUILD)/tests/%) $(TOOLS:%=$(BUILD)/tests/%)
FUZZERS = $(FUZZ:%=$(BUILD)/tests/%)
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

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

# What a million users cost, in build/scale.txt; tests/scale/run names its
# settings.
scale:
	@conf/install-packages build run bench check
	@$(MAKE) all
	@BUILD=$(BUILD) tests/scale/run

# Every fault on one store, in build/torture.txt; SCENARIOS chooses.
torture:
	@conf/install-packages build run check
	@$(MAKE) all $(TORTURE) $(PRELOADS)
	@BUILD=$(BUILD) tests/torture/run

$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o
$(FUZZERS): $(BUILD)/tests/%: $(BUILD)/tests/fuzz/%.o \
	$(FUZZ_MAIN:%=$(BUILD)/tests/fuzz/%.o)
$(BENCH): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o \
	$(BUILD)/tests/bench/environment.o
$(TORTURE): $(BUILD)/torture/%: $(BUILD)/tests/torture/%.o
$(BUILD)/torture/load: $(BUILD)/tests/torture/ask.o \
	$(BUILD)/tests/torture/journal.o
$(BUILD)/torture/hurt: $(BUILD)/tests/torture/victims.o
# It counts what the library asks of the store, and kills it there.
$(BUILD)/tests/test_tenancy: LDFLAGS += \
	-Wl,--wrap=kv_get,--wrap=kv_range_next,--wrap=kv_delete
# The bare CGI pays for the same libraries, used or not.
$(BUILD)/bench/hello_cgi: LDFLAGS += -Wl,--no-as-needed
$(BUILD)/bench/hello_cgi: LIBS := $(filter-out -Wl%,$(LIBS))
$(TESTS) $(FUZZERS) $(BENCH) $(TORTURE): $(LIBRARY)
	$(LINK)

$(PRELOADS): $(BUILD)/torture/%.so: tests/torture/%.c tests/torture/instore.h
	@mkdir -p $(@D)
	$(SAY)$(CC) $(OUR_CFLAGS) -O2 -fPIC -shared -o $@ $<

.PHONY: check tests requirements check-asan lint fuzz bench scale \
	torture
-include $(TESTS:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.d) \
	$(FUZZERS:$(BUILD)/tests/%=$(BUILD)/tests/fuzz/%.d) \
	$(wildcard $(BUILD)/tests/bench/*.d $(BUILD)/tests/torture/*.d)
