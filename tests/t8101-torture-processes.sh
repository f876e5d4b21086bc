#!/bin/sh
# Processes killed and stopped and environments panicked under a mixed load
# over HTTP, plain CGI and the command: the short form of make torture.
. "$(dirname "$0")/lib.sh"
. tests/torture/faults.sh
# The library keeps what a panicked environment held: no leak of ours.
expect_deaths

short kill 4 'workers, CGI processes and commands backups and muster work killed at random: nothing acknowledged is lost, nothing is half done'
short backup 4 'each backup made meanwhile is a store as it was, and sound'
short reader 4 'who reads all, slowly, does not block writers'
short panic 3 'panicked environments are left, recovered and entered again'
short stop 6 'a member stopped in a section does not stop the others'
short stop_oneshot 4 'nor does a one-shot, which has no watchdog'
short recoverer 4 'recoverers killed one after the other'
done_testing
