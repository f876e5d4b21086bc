#!/bin/sh
# kill -9 of workers under load: no acknowledged write is lost, and service
# goes on without a hand.
. "$(dirname "$0")/lib.sh"
expect_deaths
MODE=http
KILLS=${KILLS:-20}

# processes of PROGRAM whose parent runs PROGRAM (workers), or does not
# (masters), below our lighttpd
processes() {
	for p in $(descendants "$LIGHTTPD"); do
		[ "$(readlink "/proc/$p/exe" 2> /dev/null)" = "$BIN/$1" ] || continue
		parent=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$p/stat" 2> /dev/null) || continue
		if [ "$parent" = "$LIGHTTPD" ]; then
			[ "$2" = masters ] && echo "$p"
		else
			[ "$2" = workers ] && echo "$p"
		fi
	done
}

# load NAME: POST users until $T/stop is there; "STATUS NAME-N" a line
load() {
	i=0
	while [ ! -e "$T/stop" ]; do
		i=$((i + 1))
		curl -s -o /dev/null --max-time 20 -w "%{http_code} $1-$i\n" -X POST \
		    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    --data "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1-$i\"}" \
		    "$ORIGIN/scim/v2/Users" >> "$T/load.$1" 2>> "$T/log"
	done
}

# more_acked N: until N writes more are acknowledged
more_acked() {
	goal=$(($(cat "$T"/load.* 2> /dev/null | grep -c '^201 ') + $1))
	for _ in $(awk 'BEGIN { for (i = 0; i < 1000; i++) print i }'); do
		[ "$(cat "$T"/load.* 2> /dev/null | grep -c '^201 ')" -ge "$goal" ] && return 0
		sleep 0.02
	done
	return 1
}

store_new
server_start 4
for name in a b c d; do
	load $name &
	loads="${loads-} $!"
done
killed=0
while [ $killed -lt "$KILLS" ]; do
	more_acked 20 || { is stuck going "service goes on after $killed kills"; break; }
	victim=$(processes users workers | shuf -n 1)
	kill -9 "$victim" 2> /dev/null && killed=$((killed + 1))
done
more_acked 20
ok $? "service goes on after $killed kills"
kill -9 "$(processes users masters)"
more_acked 20
ok $? 'and after the parent of the workers was killed too'
# shellcheck disable=SC2046 # one word a pid
kill -9 $(processes users masters) $(processes users workers)
more_acked 20
ok $? 'and after all of them were killed at once'
touch "$T/stop"
for pid in $loads; do
	wait "$pid"
done

cat "$T"/load.* | sed -n 's/^201 //p' | sort > "$T/acked"
"$BIN/muster" user list --store "$T/store" | awk '{ print $2 }' | sort > "$T/have"
is "$(comm -23 "$T/acked" "$T/have" | wc -l | tr -d ' ')" 0 "of $(wc -l < "$T/acked" | tr -d ' ') acknowledged users none is lost"
scim GET '/Users?count=0'
json_is .totalResults "$(wc -l < "$T/have" | tr -d ' ')" 'the count and the list agree'
echo "# $killed kills; answers: $(cat "$T"/load.* | cut -d' ' -f1 | sort | uniq -c | awk '{ printf "%s %s, ", $2, $1 }')"
for _ in $(awk 'BEGIN { for (i = 0; i < 250; i++) print i }'); do
	[ "$(processes users workers | wc -l)" -eq 4 ] && break
	sleep 0.02
done
is "$(processes users masters | wc -l | tr -d ' ') $(processes users workers | wc -l | tr -d ' ')" '1 4' 'one master and four workers again, no orphans'
done_testing
