#!/bin/sh
# muster why, and its route, say that what a job would do rests, until when and
# why: the job, its target, a kind of operation, one object, the guard (spec
# provisioning.md section 2.9; PS-080 to PS-089; row 8 of section 8).
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
. tests/admin.sh
. tests/provision.sh
MODE=why

why() {
	m why --store "$T/store" "$1" crm
	is "$rc $(cat "$T/err")" '0 ' "why $1"
}

# rests ID: what the route says of it, without the times
rests() {
	MODE=cgi
	admin GET "/jobs/crm/why?object=$1"
	MODE=why
	jq -r '[.rests // [] | .[] | "\(.what) \(has("until"))"] | join(" ")' "$T/body"
}

# once WORDS: muster work, whatever becomes of it
once() {
	"$BIN/muster" work --store "$T/store" --once --seconds 3 > "$T/out" 2> "$T/err"
	is "$?" 0 "$1"
}

store_new
MODE=cgi
ADMIN=$(administrator auditor)
new_user anna
anna=$ID
new_user bert
bert=$ID
new_user carl
carl=$ID
MODE=why
target_start
echo '* POST ^/Users status 400' | target_script
printf x > "$T/secret"
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"},"target":{"dialect":{"ratePerSecond":0}},"quarantine":{"failures":2,"percent":10}}'
why anna
like "$(cat "$T/out")" '^rests  *job: it was not started yet$' 'a job that was never started'
m job start --store "$T/store" crm
once 'a target that takes nobody'
MODE=cgi
new_user dora
MODE=why
why dora
like "$(cat "$T/out")" '^rests  *users.create until 20.*Z: too many of this kind have failed$' 'an operation in quarantine (PS-083)'
why anna
like "$(cat "$T/out")" '^rests  *object until 20.*Z: it has failed' 'one that is in escrow (PS-080)'
is "$(rests "$anna")" 'users.create true object true' 'the route says the same'
m job pause --store "$T/store" crm
why anna
like "$(cat "$T/out")" '^rests  *job: it is paused$' 'a job that is paused'

target_script < /dev/null
m job restart --store "$T/store" crm
work 'a target that takes all'
why anna
is "$(grep -c ^rests "$T/out")" 0 'nothing rests'
edit '{"guard":{"count":1,"percent":0,"windowHours":24}}'
MODE=cgi
for id in "$anna" "$bert" "$carl"; do
	scim DELETE "/Users/$id"
done
MODE=why
once 'more is deleted than the guard allows'
held=
for id in "$anna" "$bert" "$carl"; do
	m why --store "$T/store" "$id" crm
	grep -q '^rests  *guard: it is held .*ForceDeletes$' "$T/out" && held=$held.
done
is "$held" '..' 'what the guard holds (PS-089)'

echo '* * . status 401' | target_script
MODE=cgi
new_user emil
emil=$ID
MODE=why
once 'a target that refuses us'
why emil
like "$(cat "$T/out")" '^rests  *target until 20.*Z: it refuses the credentials' 'is told, and when it is tried again (PS-082)'
is "$(rests "$emil")" 'target true' 'by the route, too'
target_stop
done_testing
