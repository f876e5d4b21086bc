#!/bin/sh
# A target that does not take our credentials is left alone longer and longer,
# by a process that is started anew, too, and for four weeks at most (PS-082,
# PS-085).
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
. tests/provision.sh
MODE=refused

# A clock that is set forward is preloaded.
started=$(date +%s)
clock_muster() {
	perl -e 'print pack "q", $ARGV[0] + $ARGV[1] - time' "$started" "$AT" > "$T/clock"
	ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" MUSTER_CONFINE=0 \
	    LD_PRELOAD="$BUILD/torture/clock.so" CLOCK_FILE="$T/clock" \
	    "$BIN/muster" work --store "$T/store" --once --seconds 60 > "$T/out" 2> "$T/err"
}
clock_work() {
	clock_muster
	is "$?" 0 "$1"
}

# asked: has the target been asked since target_forget?
asked() {
	target_asked | grep -q . && echo yes || echo no
}

# secret TEXT: the job's
secret() {
	printf %s "$1" > "$T/secret"
	echo '{}' > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" --secret-file "$T/secret" crm
	is "$rc $(cat "$T/err")" '0 ' "the secret $1"
}

# person NAME: one more at the source
person() {
	printf '{"schemas":["%s"],"userName":"%s","displayName":"P","active":true}\n' "$USER_URN" "$1" > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc" 0 "$1 is at the source"
}

AT=0
store_new
target_start
echo 'set token right' | target_script
person anna
printf wrong > "$T/secret"
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"}}'
m job start --store "$T/store" crm
clock_work 'a wrong secret'
is "$(asked) $(state '"\(.state) \(.quarantine.reason) \(.quarantine.count)"')" 'yes quarantine EncounteredQuarantineException 1' 'PS-082 the job is in quarantine'
target_forget
clock_work 'another process'
is "$(asked) $(state .quarantine.count)" 'no 1' 'PS-085 does not ask before its time'
AT=70
clock_work 'a minute later'
is "$(asked) $(state .quarantine.count)" 'yes 2' 'PS-085 it is tried again'
target_forget
AT=140
clock_work 'another minute later'
is "$(asked) $(state .quarantine.count)" 'no 2' 'PS-085 it rests twice as long'
secret right
clock_work 'the right secret'
is "$(asked) $(state '"\(.state) \(.quarantine)"') $(target_says users.tsv | cut -f1)" 'yes active null anna' 'PS-085 what it rests for has changed: it is asked at once, and a success ends it'

secret worse
person bert
clock_work 'a wrong one'
is "$(state .state)" quarantine 'is in quarantine again'
# It is paused between a question and its answer.
echo '1 * . slow 3000' | target_script_more
target_forget
AT=220
clock_muster &
worker=$!
for _ in $(seq 200); do
	[ "$(asked)" = yes ] && break
	sleep 0.02
done
m job pause --store "$T/store" crm
wait "$worker"
is "$(state .state)" paused 'PS-002 a paused job stays so when it is refused'
m job start --store "$T/store" crm
is "$rc $(state .state)" '0 quarantine' 'and goes on resting'
AT=$((27 * 86400))
clock_work 'after 27 days'
is "$(state .state)" quarantine 'PS-085 it is still'
AT=$((29 * 86400))
clock_work 'after 29'
is "$(state '"\(.state) \(.quarantine) \(.stopped[:25])"')" 'paused null in quarantine for 28 days' 'PS-085 it is paused'
is "$(state '.alerts|has("QuarantineTooLong")')" true 'PS-087 an administrator is told'
target_forget
AT=$((60 * 86400))
clock_work 'long after that'
is "$(asked)" no 'PS-085 nothing is asked any more'
secret right
m job start --store "$T/store" crm
clock_work 'started anew'
is "$(state '"\(.state) \(.stopped)"') $(target_says users.tsv | cut -f1 | tr '\n' ' ')" 'active null anna bert ' 'PS-085 it goes on'
done_testing
