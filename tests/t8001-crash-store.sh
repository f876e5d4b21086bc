#!/bin/sh
# Members of the store killed at random: nothing acknowledged is lost.
cd "$(dirname "$0")/.." || exit 1
exec "${BUILD:-build}/tests/crash_store" "${SECONDS_OF_KILLS:-6}"
