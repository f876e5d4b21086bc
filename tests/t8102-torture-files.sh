#!/bin/sh
# Gates and regions of another boot, of other libraries, damaged or gone; the
# same pid again; two users; many idle deaths: the short form of make torture.
. "$(dirname "$0")/lib.sh"
. tests/torture/faults.sh
expect_deaths

short header 0 'a gate of another boot, of other libraries, or with garbage'
short upgrade 3 'the same while it is served'
short regions 0 'region files that are deleted, empty or garbage are made anew at once'
short same_pid 0 'a process with the number of one that died inside'
short two_users 0 'two users of one group, whatever their umasks'
short idle 4 'many idle deaths: a planned recovery'
done_testing
