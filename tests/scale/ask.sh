# shellcheck shell=bash
# ask.sh: instances of `make scale`, requests to them, and how long they and
# the verbs of muster take.  Sourced by run, behind tests/bench/server.sh.

declare -A SIZES # users of an instance, without those that are to spare
TAKEN=0		 # microseconds, of the last `watched`
PEAK=0		 # KiB, the most private memory that it had

# In place of the one of the bench, which has bare programs.
server_config() {
	"$BIN/muster" serve-config lighttpd --port "$1" \
	    --store "$I/store" --programs "$BIN" \
	    --schemas "$MUSTER_SCHEMAS" --www "$PWD/www" \
	    --workers "$WORKERS" --var "$I/run" --socket-dir "$I/run"
}

# watched COMMAND ...: run it, its answer in $T/out; its private memory is
# looked at five times a second
watched() {
	local began=${EPOCHREALTIME/./} pid now
	PEAK=0
	"$@" > "$T/out" &
	pid=$!
	while now=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2> /dev/null) &&
	    [ -n "$now" ]; do
		[ "$now" -le "$PEAK" ] || PEAK=$now
		sleep 0.2
	done
	wait "$pid"
	local rc=$?
	TAKEN=$((${EPOCHREALTIME/./} - began))
	[ $rc -eq 0 ] || say "$* failed: $(cat "$T/out")"
	return $rc
}

# instance_load NAME USERS GROUPS: an organisation of that size, imported
instance_load() {
	at "$1"
	SIZES[$1]=$2
	mkdir -p "$I/run"
	tests/scale/generate "$2" "$3" > "$I/lines"
	TOKENS[$1]=$("$BIN/muster" init --store "$I/store" |
	    sed -n 's/^Secret token: //p')
	ENTRAS[$1]=$("$BIN/muster" token create --store "$I/store" \
	    --profile entra | sed -n 's/^Secret token: //p')
	watched "$BIN/muster" import --store "$I/store" "$I/lines"
}

user_id() {
	printf '01900000-0000-7000-8000-%012x' "$1"
}

group_id() {
	printf '01910000-0000-7000-8000-%012x' "$1"
}

# ask TOKEN < REQUESTS: "METHOD PATH [BODY-FILE]" a line; prints the status
# and the microseconds of each, a line, all over one connection
ask() {
	awk -v origin="$ORIGIN/scim/v2" -v token="$1" '
	NR > 1 { print "next" }
	{
		print "silent\ngloboff\noutput = /dev/null"
		printf "url = \"%s%s\"\nrequest = %s\n", origin, $2, $1
		printf "header = \"Authorization: Bearer %s\"\n", token
		print "write-out = \"%{http_code} %{time_total}\\n\""
	}
	NF > 2 {
		print "header = \"Content-Type: application/scim+json\""
		print "header = \"Expect:\""
		printf "data-binary = \"@%s\"\n", $3
	}' | curl -K - | awk '{ printf "%s %d\n", $1, $2 * 1000000 }'
}

# p50 TOKEN < REQUESTS: the median of their microseconds; all succeed
p50() {
	ask "$1" | sort -k2n > "$T/times"
	grep -vq '^2' "$T/times" && say "refused: $(grep -v '^2' "$T/times" | head -1)"
	awk '{ t[NR] = $2 } END { print t[int((NR + 1) / 2)] }' "$T/times"
}

# numbers MAX ROUND: REQUESTS numbers from 1 to MAX, the same for each ROUND
numbers() {
	awk -v max="$1" -v seed="$2" -v n="$REQUESTS" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			print 1 + int(rand() * max)
	}'
}

# medians < "A B" LINES: the medians of A, of B, and of A / B
medians() {
	awk '
	function median(list, n,    i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
				t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
			}
		return list[int((n + 1) / 2)]
	}
	NR > 1 { a[NR - 1] = $1; b[NR - 1] = $2; r[NR - 1] = $1 / $2 }
	END { printf "%d %d %.2f\n", median(a, NR - 1), median(b, NR - 1), median(r, NR - 1) }'
}

# compare WHAT ONE OTHER: a row; ONE and OTHER are commands that print the
# microseconds of a request, their last word the round; the first round
# warms up
compare() {
	local round
	for ((round = 0; round <= ROUNDS; round++)); do
		echo "$($2 $round) $($3 $round)"
	done | medians | while read -r one other ratio; do
		printf '%-58s %8d us %8d us %6s\n' "$1" "$one" "$other" "$ratio"
	done
}

# fact WHAT FIGURE: a row of another kind
fact() {
	printf '%-58s %s\n' "$1" "$2"
}

# seconds MICROSECONDS
seconds() {
	printf '%d.%02d s' $(($1 / 1000000)) $(($1 % 1000000 / 10000))
}
