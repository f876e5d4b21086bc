#!/bin/sh
# An errand whose process is killed is begun anew, by the next one, and given up
# when that happens each time; muster work goes on meanwhile, and its own end
# is not that of an errand (spec provisioning.md section 2.9).
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
. tests/admin.sh
. tests/provision.sh
MODE=cgi

# The process that carries out something in our store.
carrier() {
	for process in /proc/[0-9]*; do
		tr '\0' ' ' 2> /dev/null < "$process/cmdline" | grep -q "^[^ ]* job carry-out --store $T/store " && echo "${process#/proc/}"
	done
}

# until_so COMMAND ...: it is waited for, a minute at most
until_so() {
	for _ in $(seq 600); do
		"$@" && return
		sleep 0.1
	done
	echo "not ok - never so: $*"
	exit 1
}

# has_carrier OTHER_THAN, state_is WORD, tried TIMES, asked_target
has_carrier() {
	PID=$(carrier)
	[ -n "$PID" ] && [ "$PID" != "$1" ]
}
state_is() {
	admin GET "$AT?tenant=default"
	[ "$(json .state)" = "$1" ]
}
tried() {
	admin GET "$AT?tenant=default"
	[ "$(json .tries)" = "$1" ]
}
asked_target() {
	target_says journal | grep -q Users
}

ask() {
	admin POST "/jobs/crm/$1?tenant=default" '{}'
	AT=$(header Location | sed 's,.*/admin/v1,,')
}

work_start() {
	"$BIN/muster" work --store "$T/store" > "$T/work.out" 2>&1 &
	WORKER=$!
}

store_new
ADMIN=$(administrator operator)
new_user anna
target_start
printf x > "$T/secret"
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"}}'
echo '* GET ^/Users hang' | target_script
work_start
ask dry-run
until_so state_is running
until_so has_carrier ''
first=$PID
until_so asked_target
kill -9 "$first"
until_so has_carrier "$first"
second=$PID
until_so state_is running
is "$(json '"\(.state) \(.tries)"')" 'running 2' 'one that is killed is begun anew'
kill -9 "$WORKER"
wait "$WORKER" 2> /dev/null
is "$(carrier)" "$second" 'the end of muster work is not its own'
m job carry-out --store "$T/store" "${AT##*/}"
is "$rc $(cat "$T/err")" '1 muster: it is not due, or somebody carries it out' 'nobody else does the same'
work_start
kill -9 "$second"
until_so tried 3
until_so has_carrier "$second"
kill -9 "$PID"
until_so state_is failed
is "$(json '"\(.tries) \(.error)"')" '3 it was interrupted each time' 'one that never survives is given up'
target_script < /dev/null
ask probe
until_so state_is 'done'
is "$(json '.Resources[0].ok')" true 'others are carried out'
kill "$WORKER"
wait "$WORKER"
is "$?" 0 'muster work ends'
"$BIN/muster" verify --store "$T/store" > "$T/out" 2>&1
is "$?" 0 'the store is whole'
target_stop
done_testing
