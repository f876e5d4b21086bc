#!/bin/sh
# Stores that are refused, clocks that jump, too little memory and too few
# files: the short form of make torture.
. "$(dirname "$0")/lib.sh"
. tests/torture/faults.sh
# A worker without memory says so and ends.
expect_deaths '(1|7[67])'

short refused 0 'stores that cannot be used are refused with what to do'
case $BUILD in
*asan*) echo '# clocks and limits skipped: a sanitizer takes the memory and must be preloaded first' ;;
*)
	short clock 3 'a clock that jumps back and forward changes nothing'
	short limits_workers 3 'workers with too little memory or too few files hurt nobody'
	short limits 4 'who gets too little memory or too few files says so and hurts nobody'
	;;
esac
done_testing
