#!/bin/sh
# Operations of one kind that fail too often rest, while the others go on (PS-082
# to PS-087; section 8 row 14 of spec provisioning.md).
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
. tests/provision.sh
MODE=quarantine

# A clock that is set forward is preloaded.
started=$(date +%s)
clock_work() {
	perl -e 'print pack "q", $ARGV[0] + $ARGV[1] - time' "$started" "$AT" > "$T/clock"
	ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" MUSTER_CONFINE=0 \
	    LD_PRELOAD="$BUILD/torture/clock.so" CLOCK_FILE="$T/clock" \
	    "$BIN/muster" work --store "$T/store" --once --seconds 60 > "$T/out" 2> "$T/err"
	is "$?" 0 "$1"
}

# people FROM TO: some more at the source
people() {
	seq "$1" "$2" | sed "s/.*/{\"schemas\":[\"$USER_URN\"],\"userName\":\"p&\",\"displayName\":\"P &\",\"active\":true}/" > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc" 0 "people $1 to $2"
}

# asked METHOD PATH: how many such requests came since target_forget
asked() {
	target_asked | grep -c "^$1 /$2"
}

AT=0
store_new
target_start
echo '* POST ^/Users status 400' | target_script
people 1 20
made_group() {
	printf '{"schemas":["%s"],"displayName":"%s"}\n' "$GROUP_URN" "$1" > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc" 0 "a group $1"
}
made_group Sales
printf x > "$T/secret"
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit "{\"scope\":{\"mode\":\"all\"},\"target\":{\"dialect\":{\"ratePerSecond\":0}},\"quarantine\":{\"failures\":10,\"percent\":40},\"alerts\":{\"command\":\"cat >> $T/alerts\"}}"
m job start --store "$T/store" crm
clock_work 'a target that takes no users'
is "$(asked POST Users) $(asked POST Groups)" '20 1' 'all were tried, and groups are there'
is "$(state '.operations["users.create"]|"\(.failed) \(.rests) \((.until - .since) / 3600000)"')" '20 1 1' 'creations of users rest for an hour (PS-083)'
is "$(state '.operations|keys|join(" ")')" 'groups.create users.create' 'and nothing else'
is "$(state .state)" active 'the job goes on'
"$BIN/muster" job show --store "$T/store" crm > "$T/out"
is "$(grep -c '^rests  *users.create until ' "$T/out")" 1 'job show says so'
for _ in $(seq 100); do
	[ -s "$T/alerts" ] && break
	sleep 0.05
done
is "$(jq -r '"\(.jobName) \(.alert)"' "$T/alerts")" 'crm Quarantine:users.create' 'an administrator is told (PS-087)'

target_forget
people 21 25
made_group Ops
clock_work 'more of both'
is "$(asked POST Users) $(asked POST Groups)" '0 1' 'users rest, groups do not (row 14)'
is "$(journal 'tostring|select(test("Quarantined"))' | wc -l | tr -d ' ')" 5 'each is told of, as resting'

AT=3700
target_forget
people 26 26
clock_work 'after an hour'
is "$(asked POST Users)" 6 'they are tried again'
is "$(state '.operations["users.create"]|"\(.rests)"')" 2 'in vain'
target_forget
people 27 27
AT=7400
clock_work 'after another hour'
is "$(asked POST Users)" 0 'they rest for two'

target_script < /dev/null
people 28 28
AT=11200
clock_work 'when the target takes users again'
is "$(target_says users.tsv | cut -f1 | grep -c -e '^p27$' -e '^p28$') $(state '.operations["users.create"].until')" '2 null' 'a success ends it (PS-085)'
is "$(state '.alerts|has("Quarantine:users.create")')" false 'and its alarm'
m job restart --store "$T/store" crm
clock_work 'a restart'
is "$(target_says users.tsv | wc -l | tr -d ' ')" 28 'everybody is there'

# A restart ends it, too.
echo '* POST ^/Users status 400' | target_script
people 31 60
clock_work 'the same again'
is "$(state '.operations["users.create"].until > 0')" true 'rests'
target_script < /dev/null
people 61 61
clock_work 'without a restart'
is "$(target_says users.tsv | wc -l | tr -d ' ')" 28 'nobody is created'
m job restart --store "$T/store" --scopes QuarantineState,Escrows crm
clock_work 'with one'
is "$(target_says users.tsv | wc -l | tr -d ' ') $(state '.operations["users.create"].until')" '59 null' 'everybody is'
# Memberships are a kind of their own.
big_group() {
	"$BIN/muster" export --store "$T/store" 2> /dev/null | jq -sc --arg n "$1" --arg s "$GROUP_URN" \
	    '{schemas: [$s], displayName: $n, members: [.[]|select(.userName)|{value: .id}]}' > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc $(jq '.members|length' "$T/import")" '0 59' "a group $1 with everybody"
}
# in_group NAME: how many there are in it at the target
in_group() {
	target_says groups.tsv | awk -F '\t' -v n="$1" '$1 == n { print $2 == "" ? 0 : split($2, a, ",") }'
}
echo '* PATCH ^/Groups status 400' | target_script
big_group Big
clock_work 'a target that takes no members'
is "$(in_group Big) $(state '.operations|map_values(select(.until > 0))|keys|join(" ")')" '0 members.add' 'they rest'
target_forget
big_group Huge
clock_work 'a group more'
is "$(asked POST Groups) $(asked PATCH Groups)" '1 0' 'is there, without members'
target_script < /dev/null
AT=15000
clock_work 'after an hour'
is "$(in_group Huge) $(state '.operations["members.add"].until')" '59 null' 'its members are there'
m job pause --store "$T/store" crm

# What does not speak SCIM rests from the first answer on; others go on.
store_new
target_start
echo '* GET ^/Users body []' | target_script
people 1 3
made_group Sales
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"},"target":{"dialect":{"ratePerSecond":0}}}'
m job start --store "$T/store" crm
clock_work 'a target whose answer about people is no list'
is "$(state '.operations|map_values(select(.until > 0))|keys|join(" ")') $(asked POST Groups)" 'users.create 1' 'PS-082 people rest at once, groups do not'
target_script < /dev/null
AT=40200
clock_work 'when it is one'
is "$(target_says users.tsv | wc -l | tr -d ' ') $(state '.operations["users.create"].until')" '3 null' 'PS-085 everybody is there'
echo '* POST ^/Users status 404' | target_script
people 4 4
clock_work 'a target without that endpoint'
is "$(state '.operations["users.create"].until > 0')" true 'PS-082 rests at once'
for bad in '{"failures":0}' '{"percent":101}' '{"failure":1}'; do
	echo "{\"quarantine\":$bad}" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(grep -c 'quarantine\.' "$T/err")" '1 1' "$bad is refused"
done
done_testing
