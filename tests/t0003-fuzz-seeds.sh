#!/bin/sh
# Every fuzz target on every one of its seeds, without a fuzzer.
. "$(dirname "$0")/lib.sh"
MODE=seeds

# replay NAME SEED
replay() {
	"$BUILD/tests/fuzz_$1" "$2" > "$T/log" 2>&1
}

for target in tests/fuzz/fuzz_*.c; do
	name=$(basename "${target#*/fuzz_}" .c)
	for seed in "tests/fuzz/corpus/$name"/*; do
		replay "$name" "$seed"
		rc=$?
		ok "$rc" "$name ${seed##*/}"
		[ "$rc" -eq 0 ] || head -n 30 "$T/log" | sed 's/^/#   /'
	done
done

# What happens to a target that aborts: this one has no schemas.
(
	MUSTER_SCHEMAS=/nonexistent
	replay filter tests/fuzz/corpus/filter/and-or
)
is $? 134 'a target that aborts is not ok'
rm -f "$T/log"
done_testing
