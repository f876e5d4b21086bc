#!/bin/sh
# The report of requirements counts what it should, and fails when it should.
. "$(dirname "$0")/lib.sh"

REQUIREMENTS=$T/list
export REQUIREMENTS
MODE=report
V=V # so that this file names no vector
mkdir -p "$T/list"
printf '# a list\nAA-01\tMUST\tone\nAA-02\tSHOULD\ttwo\nAA-03\tMUST\tthree\n%s01\tMUST\tfour\n' $V > "$T/list/scim.tsv"
printf '# why\nAA-02\tnot here\n' > "$T/list/unproved.tsv"

# report WANT-STATUS WANT-LINE TEXT: on the tests in $T/tests.sh
report() {
	tests/requirements/report "$T/tests.sh" > "$T/body"
	is "$? $(grep -cxF -- "$2" "$T/body")" "$1 1" "$3"
}

printf "is 1 1 'AA-01 to 03 and %s01'\n" $V > "$T/tests.sh"
report 0 'all          4 of   4 requirements have a test' 'a range'
report 0 'AA-02 has a test now: its reason may go' 'a reason that is out of date'
printf "is 1 1 'AA-01 AA-03'\n%s01|x\n" $V > "$T/tests.sh"
report 0 'AA-02      SHOULD two: not here' 'one that has a reason'
report 0 'AA           2 of   3' 'a section'
printf "# AA-03\nis 1 1 'AA-01, XAA-03 AA-031 AA-3 %s01'\n" $V > "$T/tests.sh"
report 1 'wrong: AA-03 has neither a test nor a reason' 'comments and other words do not count'
printf "AA-03\tsome reason\n" >> "$T/list/unproved.tsv"
report 1 'wrong: AA-03 is a MUST, and its reason does not say so' 'a MUST without a test'
sed -i 's/some reason/MUST: some reason/' "$T/list/unproved.tsv"
report 0 'AA-03      MUST   three: MUST: some reason' 'which says so'
printf "is 1 1 'AA-01 AA-04 %s01'\n" $V > "$T/tests.sh"
report 1 "wrong: AA-04: no such requirement ($T/tests.sh:1)" 'a test of what does not exist'
printf "is 1 1 'AA-01 BB-04 %s01'\n" $V > "$T/tests.sh"
report 0 'V            1 of   1' 'ids of other lists'
printf 'AA-09\tno\n' >> "$T/list/unproved.tsv"
report 1 "wrong: AA-09: no such requirement ($T/list/unproved.tsv)" 'a reason for what does not exist'
rm "$T/body"
done_testing
