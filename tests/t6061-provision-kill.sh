#!/bin/sh
# kill -9 of muster work during a cycle, KILLS times: the target ends as it is
# to be, and nothing was ever created twice (issue 6; spec scim.md CLI-14).
. "$(dirname "$0")/lib.sh"
expect_deaths
MODE=killed
# More of them take a larger organisation, so that the cycle lasts as long; the
# target is asked so often a second that nothing else decides that.
KILLS=${KILLS:-12}
USERS=$((KILLS * 50))
RATE=400

# organisation N: lines to import: N users, and groups of fifty of them
organisation() {
	perl -e '
	my ($user, $group, $n) = @ARGV;
	my $id = sub { sprintf "018a0000-%04x-7000-8000-%012x", @_ };
	printf "{\"schemas\":[\"$user\"],\"id\":\"%s\",\"userName\":\"user%d\",\"displayName\":\"User %d\",\"active\":true}\n",
	    $id->(1, $_), $_, $_ for 1 .. $n;
	for my $g (1 .. $n / 50) {
		printf "{\"schemas\":[\"$group\"],\"id\":\"%s\",\"displayName\":\"group%d\"}\n", $id->(2, $g), $g;
		printf "{\"id\":\"%s\",\"meta\":{\"resourceType\":\"Group\"},\"members\":[%s]}\n", $id->(2, $g),
		    join(",", map { sprintf "{\"value\":\"%s\"}", $id->(1, ($g - 1) * 50 + $_) } 1 .. 50);
	}' "$USER_URN" "$GROUP_URN" "$1"
}

# exported TENANT: all that it has, without what is its own
exported() {
	"$BIN/muster" export --store "$T/store" --tenant "$1" 2> /dev/null
}

# nap LEAST RANGE: at random
nap() {
	perl -e 'select undef, undef, undef, $ARGV[0] + rand $ARGV[1]' "$1" "$2"
}

# A process that reads the store, killed there.
die_in_the_store() {
	"$BIN/muster" export --store "$T/store" > "$T/reader" 2>&1 &
	reader=$!
	nap 0.01 0.05
	kill -9 "$reader" 2> /dev/null
	wait "$reader" 2> /dev/null
}

# die_writing N: one that writes to it, and has much to write, killed there
die_writing() {
	"$BIN/muster" tenant create --store "$T/store" "w$1" > "$T/out" 2>&1
	"$BIN/muster" import --store "$T/store" --tenant "w$1" "$T/much" > "$T/out" 2>&1 &
	writer=$!
	nap 0.1 0.1
	kill -9 "$writer" 2> /dev/null
	wait "$writer" 2> /dev/null
}

phase() {
	"$BIN/muster" job show --store "$T/store" --json "$1" | jq -r .state.phase
}

# job_new NAME: a job that is to bring all to the tenant NAME
job_new() {
	"$BIN/muster" tenant create --store "$T/store" "$1" > /dev/null
	"$BIN/muster" token create --store "$T/store" --tenant "$1" |
	    sed -n 's/^Secret token: //p' > "$T/secret"
	"$BIN/muster" job create --store "$T/store" --template muster \
	    --url "$ORIGIN/scim/$1/v2" --secret-file "$T/secret" "$1" > "$T/out" 2>&1
	echo '{"scope":{"mode":"all"},"target":{"dialect":{"ratePerSecond":'$RATE'}}}' > "$T/edit"
	"$BIN/muster" job edit --store "$T/store" --file "$T/edit" "$1" > "$T/out" 2>&1
	"$BIN/muster" job start --store "$T/store" "$1" > "$T/out" 2>&1
	ok $? "a job that is to bring it to the tenant $1"
}

store_new
server_start 2
organisation "$USERS" > "$T/lines"
"$BIN/muster" import --store "$T/store" "$T/lines" > "$T/out" 2>&1
is "$? $(cut -d, -f1 "$T/out")" "0 $((USERS + USERS / 50)) imported" 'an organisation is there'
job_new target
# asked: what the target's log of requests holds
asked() {
	cat "$T"/store/log/*/* 2> /dev/null | wc -c
}

# until_begun: the target is asked for something, or the worker ends
until_begun() {
	while [ "$(asked)" = "$before" ] && kill -0 "$worker" 2> /dev/null; do
		nap 0.01 0
	done
}

killed=0
over=0
while [ "$killed" -lt "$KILLS" ]; do
	before=$(asked)
	"$BIN/muster" work --store "$T/store" --once --seconds 60 > "$T/out" 2>&1 &
	worker=$!
	until_begun
	# Every other time somebody else dies in the store first, so that it is
	# recovered under the worker; never at the same place.
	[ $((killed % 2)) = 0 ] || die_in_the_store
	nap 0 0.15
	kill -9 "$worker" 2> /dev/null
	wait "$worker" 2> /dev/null
	# One that is in the way of a recovery ends itself, with 77.  Whoever
	# had come to its end was not killed.
	case $? in 137 | 77) killed=$((killed + 1)) ;; *) over=1; break ;; esac
done
is "$over $killed $(phase target)" "0 $KILLS initial" 'it is killed so often, always in the midst of the cycle'
"$BIN/muster" work --store "$T/store" --once --seconds 600 > "$T/out" 2> "$T/err"
is "$? $(cat "$T/err")" '0 ' "after $killed kills it comes to its end"
exported target > "$T/there"
is "$(jq -r 'select(.userName).externalId' "$T/there" | sort | uniq -d | wc -l | tr -d ' ')" 0 'no user is there twice'
is "$(jq -r 'select(.userName).userName' "$T/there" | sort | md5sum)" \
    "$(jq -r 'select(.userName).userName' "$T/lines" | sort | md5sum)" 'all users are there'
is "$(jq -r 'select(.displayName)|select(.userName|not).displayName' "$T/there" | sort | tr '\n' ' ')" \
    "$(jq -r 'select(.displayName)|select(.userName|not).displayName' "$T/lines" | sort | tr '\n' ' ')" 'and all groups, once'
for tenant in default target; do
	exported $tenant | jq -rs '
	    (map(select(.userName))|map({(.id):.userName})|add) as $names
	    | (map(select(.userName or .members|not)|{(.id):.displayName})|add) as $groups
	    | .[]|select(.members)|. as $g|.members[]|"\($groups[$g.id]) \($names[.value])"' | sort > "$T/members.$tenant"
done
is "$(wc -l < "$T/members.default" | tr -d ' ') $(cmp "$T/members.default" "$T/members.target" 2>&1)" "$USERS " 'with the same members'
# What the target's own change log says: one creation each.
is "$("$BIN/muster" audit list --store "$T/store" --tenant target --json 2> /dev/null |
    jq -r 'select(.operation=="create" and .type=="User").after.externalId' | sort | uniq -d | wc -l | tr -d ' ')" 0 'and none was ever created twice'
is "$("$BIN/muster" job show --store "$T/store" --json target | jq -r '"\(.state.failing) \(.state.phase) \(.state.links)"')" \
    "0 incremental $((USERS + USERS / 50))" 'no failure is left'

# arrived: the job's phase, and the users and memberships that are there
arrived() {
	echo "$(phase other) $(exported other | jq -rs '
	    "\(map(select(.userName))|length) \(map(.members//[]|length)|add)"')"
}

# The store is recovered again and again under a service that stays; who is in
# the way of that ends itself with 77 and is started anew, as systemd does it.
# What a recovery took back may still be on its way when the cycle has ended.
"$BIN/muster" job pause --store "$T/store" target > "$T/out" 2>&1
job_new other
organisation 20000 > "$T/much"
worker=
for i in $(seq 400); do
	[ "$(arrived)" != "incremental $USERS $USERS" ] || break
	if [ -z "$worker" ] || ! kill -0 "$worker" 2> /dev/null; then
		"$BIN/muster" work --store "$T/store" >> "$T/told" 2>&1 &
		worker=$!
	fi
	[ "$i" -gt "$KILLS" ] || die_writing "$i"
	nap 0.1 0.1
done
kill "$worker" 2> /dev/null
wait "$worker" 2> /dev/null
is "$(arrived)" "incremental $USERS $USERS" \
    'the store is recovered under it: it goes on, and all is there in the end'
done_testing
