#!/bin/sh
# Power cuts, and disks that are full at any write: the short form of make
# torture.
. "$(dirname "$0")/lib.sh"
. tests/torture/faults.sh
expect_deaths
CUTS=4

case $BUILD in
*asan*) echo '# power cuts, full disks at every write skipped: a sanitizer must be the first that is preloaded' ;;
*)
	short power 3 'every write acknowledged before a power cut is there'
	short power_torn 3 'also if it tore pages'
	short nospace 3 'a disk that is full from any write on, while others write'
	short quota 3 'a quota that is used up is as a disk that is full'
	short nospace_each 0 'the same at every write of a request, of a checkpoint, of recovery'
	short nospace_each_blocks 0 'also there, where the blocks of the disk are smaller than pages'
	;;
esac
short ballast 0 'a full disk does not stop recovery, which has a ballast to throw off'
short full 4 'a full disk is told with 507, reads go on, writes go on when there is room'
short full_kill 4 'the same with processes killed while it is full'
done_testing
