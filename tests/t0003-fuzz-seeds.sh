#!/bin/sh
# Every fuzz target on every one of its seeds, without a fuzzer.
. "$(dirname "$0")/lib.sh"
MODE=seeds

targets() {
	sed -n 's/^FUZZ = //p' Makefile | tr ' ' '\n' | sed -n 's/^fuzz_//p'
}

# replay NAME SEED
replay() {
	"$BUILD/tests/fuzz_$1" "$2" > "$T/log" 2>&1
}

for name in $(targets); do
	is "$(find "tests/fuzz/corpus/$name" -type f | grep -c .)" \
	    "$(find "tests/fuzz/corpus/$name" -type f -size -64k | grep -c .)" \
	    "$name has seeds, all small"
	for seed in "tests/fuzz/corpus/$name"/*; do
		replay "$name" "$seed"
		ok $? "$name ${seed##*/}"
	done
done

# A target that aborts is seen.
(
	MUSTER_SCHEMAS=/nonexistent
	! replay filter tests/fuzz/corpus/filter/and-or
)
ok $? 'a target that aborts is not ok'
rm -f "$T/log"
done_testing
