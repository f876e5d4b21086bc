#!/bin/sh
# Disks whose blocks are smaller than pages, full at any write and while
# processes are killed: the short form of make torture, in which no fault of it
# is missing.
. "$(dirname "$0")/lib.sh"
. tests/torture/faults.sh
expect_deaths

# Issue 4: each fault of make torture runs for seconds in make check, too.
missing=
for name in $(sed -n 's/^fault_\([a-z_]*\)() {$/\1/p' tests/torture/*.sh); do
	grep -q "^[	]*short $name [0-9]" tests/t81*.sh || missing="$missing $name"
done
is "without a short form:$missing" 'without a short form:' 'each fault of make torture has a short form'

case $BUILD in
*asan*) echo '# full disks at any write skipped: a sanitizer must be the first that is preloaded' ;;
*)
	short nospace_blocks 3 'a disk that takes half of a page, and not the other, while others write'
	;;
esac
short full_kill_blocks 4 'processes killed while a disk of such blocks is full'
done_testing
