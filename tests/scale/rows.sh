# shellcheck shell=bash
# rows.sh: the rows of the table of `make scale`.  Sourced by run.

EVERYBODY=$(group_id 0)
EVERYWHERE=$(user_id $((USERS / 3)))
TEN=$(group_id $((GROUPS_MADE / 200)))

# sizes: "MiB of tables, bytes a user"
sizes() {
	local bytes
	bytes=$(cat "$I"/store/*.db | wc -c)
	echo "$((bytes / 1048576)) MiB of tables, $((bytes / USERS)) bytes a user;" \
	    "$(cat "$I"/store/log.* | wc -c | awk '{ print int($1 / 1048576) }') MiB of log"
}

# cache_mib: what the environment of this instance was made with
cache_mib() {
	curl -s -H "Authorization: Bearer $TOKEN" "$ORIGIN/metrics" |
	    awk '$1 == "muster_cache_bytes" { printf "%d\n", $2 / 1048576 }'
}

load_rows() {
	local n
	instance_load small $((USERS / 100)) $((GROUPS_MADE / 100)) &&
	instance_load big "$USERS" "$GROUPS_MADE" || return 1
	n=$(grep -c schemas "$I/lines")
	fact "import of $n lines with schemas" "$(seconds "$TAKEN"), $((n * 1000000 / TAKEN)) a second, $((PEAK / 1024)) MiB private at most"
	sed 's/^/    /' "$T/out"
	fact 'on disk' "$(sizes)"
	watched "$BIN/muster" import --store "$I/store" "$I/lines" || return 1
	fact 'import again: all there' "$(seconds "$TAKEN"), $((n * 1000000 / TAKEN)) a second"
	rm -f "$I/lines"
	at small && server_start small && at big && server_start big || return 1
	fact 'shared cache' "$(cache_mib) MiB"
}

# get INSTANCE ROUND
get() {
	at "$1"
	for n in $(numbers "${SIZES[$1]}" "$2"); do
		echo "GET /Users/$(user_id "$n")"
	done | p50 "$TOKEN"
}

# by_name INSTANCE ROUND
by_name() {
	at "$1"
	for n in $(numbers "${SIZES[$1]}" "$2"); do
		printf 'GET /Users?filter=userName%%20eq%%20%%22u%07d@example.com%%22\n' "$n"
	done | p50 "$TOKEN"
}

# repeated INSTANCE REQUEST ROUND: the same request over and over
repeated() {
	at "$1"
	for ((n = 0; n < REQUESTS / 4; n++)); do
		echo "$2"
	done | p50 "$TOKEN"
}

page() {
	repeated "$1" "GET /Users?count=100&startIndex=$2" "$3"
}

without_members() {
	repeated big "GET /Groups/$1?excludedAttributes=members" "$2"
}

group_page() {
	repeated "$1" 'GET /Groups?count=100&excludedAttributes=members' "$2"
}

# member add|remove GROUP ROUND: users that are to spare, one a request
member() {
	local n value path
	at big
	for ((n = 1; n <= REQUESTS; n++)); do
		id=$(user_id $((USERS + n)))
		value="\"path\":\"members\",\"value\":[{\"value\":\"$id\"}]"
		path="\"path\":\"members[value eq \\\"$id\\\"]\""
		[ "$1" = add ] || value=$path
		echo "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"$1\",$value}]}" > "$I/member.$n"
		echo "PATCH /Groups/$2 $I/member.$n"
	done | p50 "$ENTRA"
}

# is_member GROUP ROUND: as Entra asks
is_member() {
	local n
	at big
	for n in $(numbers "$USERS" "$2"); do
		echo "GET /Groups?filter=id%20eq%20%22$1%22%20and%20members%20eq%20%22$(user_id "$n")%22&excludedAttributes=members"
	done | p50 "$ENTRA"
}

# added, then removed GROUP ROUND: what comes in goes out again
added() {
	member add "$1" "$2"
	member remove "$1" "$2" > "$T/removed"
}

removed() {
	member add "$1" "$2" > "$T/added"
	member remove "$1" "$2"
}

ratio_rows() {
	local small=${SIZES[small]}
	printf '\n%-58s %11s %11s %6s\n' "$USERS users against $small" large small ratio
	compare 'GET /Users/ID' 'get big' 'get small'
	compare 'filter userName eq' 'by_name big' 'by_name small'
	compare 'groups, 100 a page, without members' 'group_page big' 'group_page small'
	printf '\n%-58s\n' "$USERS members against 10"
	compare 'PATCH, add one member' "added $EVERYBODY" "added $TEN"
	compare 'PATCH, remove one member' "removed $EVERYBODY" "removed $TEN"
	compare 'filter id eq and members eq' "is_member $EVERYBODY" "is_member $TEN"
	compare 'GET, excludedAttributes=members' "without_members $EVERYBODY" "without_members $TEN"
	printf '\n%-58s\n' 'the last tenth against the first page'
	compare "startIndex=$((USERS * 9 / 10 + 1))&count=100" "page big $((USERS * 9 / 10 + 1))" 'page big 1'
}

# All members of the large group, 1000 a page.
walk_row() {
	local began pages=0 next='' path="/Groups/$EVERYBODY/members?count=1000&cursor="
	at big
	began=${EPOCHREALTIME/./}
	: > "$T/walked"
	while :; do
		scim GET "$path$next" > "$T/page" || return 1
		grep -o '"value":"[^"]*' "$T/page" >> "$T/walked"
		pages=$((pages + 1))
		next=$(grep -o '"nextCursor":"[^"]*' "$T/page" | cut -c15-)
		[ -n "$next" ] || break
	done
	printf '\n'
	fact 'members of the large group, by cursor' "$(seconds $((${EPOCHREALTIME/./} - began))), $pages pages, $(sort -u "$T/walked" | wc -l) members"
}

# elements FIRST LAST: these users as values of members
elements() {
	perl -e 'my ($first, $last) = @ARGV;
	print "[", join(",", map { sprintf q({"value":"01900000-0000-7000-8000-%012x"}), $_ } $first .. $last), "]";
	' "$@"
}

group_body() {
	echo "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"$1\"${2:+,\"members\":$2}}"
}

add_body() {
	echo "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":$1}]}"
}

# put_row MEMBERS: a group with so many, one of them exchanged by PUT; it is
# filled by requests that add as many as one may
put_row() {
	local id first last
	group_body "put $1" > "$I/body"
	id=$(scim POST '/Groups?attributes=id' "$I/body" | grep -o '"id":"[^"]*' | cut -c7- | head -1)
	for ((first = 1; first <= $1; first += 100000)); do
		last=$((first + 99999 < $1 ? first + 99999 : $1))
		add_body "$(elements "$first" "$last")" > "$I/body"
		echo "PATCH /Groups/$id?attributes=id $I/body" | p50 "$TOKEN" > "$T/added"
	done
	group_body "put $1" "$(elements 2 $(($1 + 1)))" > "$I/body"
	echo "PUT /Groups/$id?attributes=id $I/body" | ask "$TOKEN" > "$T/put"
	grep -q '^200' "$T/put" || { say "PUT: $(cat "$T/put")"; return 1; }
	fact "PUT of $1 members, one for another" "$(seconds "$(cut -d' ' -f2 "$T/put")"), body of $(wc -c < "$I/body") bytes"
}

put_rows() {
	local most=$((BODY_MAX / 50 < USERS ? BODY_MAX / 50 : USERS))
	at big
	put_row $((most / 10)) && put_row "$most"
}

# verb WHAT COMMAND ...: a row of how long it takes
verb() {
	local what=$1
	shift
	watched "$@" || return 1
	fact "$what" "$(seconds "$TAKEN"), $((PEAK / 1024)) MiB private at most"
}

verb_rows() {
	at big
	printf '\n'
	verb 'muster verify' "$BIN/muster" verify --store "$I/store" &&
	verb 'muster backup to a directory' "$BIN/muster" backup --store "$I/store" "$I/backup" &&
	verb 'muster restore' "$BIN/muster" restore --store "$I/restored" "$I/backup" &&
	rm -rf "$I/backup" "$I/restored" &&
	verb 'muster export' "$BIN/muster" export --store "$I/store" "$I/exported" &&
	rm -f "$I/exported"
}

# writer NUMBER: writes of another client until $T/stop is there: a user
# and a group in turn; what each took in $T/waits.NUMBER
writer() {
	local n
	echo '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}' > "$I/active.$1"
	for n in $(numbers "$((USERS - 1))" "$1"); do
		echo "PATCH /Users/$(user_id $((n + 1)))?attributes=id $I/active.$1"
		add_body "[{\"value\":\"$(user_id $((n + 1)))\"}]" > "$I/add.$1.$n"
		echo "PATCH /Groups/$(group_id $((n % GROUPS_MADE + 1)))?attributes=id $I/add.$1.$n"
	done > "$I/writes.$1"
	: > "$T/ready.$1"
	while [ ! -e "$T/stop" ]; do
		ask "$TOKEN" < "$I/writes.$1"
	done > "$T/waits.$1"
}

# delete_row WHAT PATH: what it takes, and the longest wait of two others
delete_row() {
	local pids=() took
	rm -f "$T/stop" "$T"/ready.*
	writer 1 & pids+=($!)
	writer 2 & pids+=($!)
	until [ -e "$T/ready.1" ] && [ -e "$T/ready.2" ]; do
		sleep 0.1
	done
	sleep 1
	took=$(echo "DELETE $2" | ask "$TOKEN")
	touch "$T/stop"
	wait "${pids[@]}"
	[ "${took% *}" = 204 ] || { say "DELETE $2: $took"; return 1; }
	fact "DELETE of $1" "$(seconds "${took#* }"); two writers meanwhile: $(sort -k2n "$T"/waits.* | awk '
	    { t[NR] = $2; bad += $1 !~ /^2/ }
	    END { printf "%d writes, %d refused, p50 %d us, longest %d us", NR, bad, t[int((NR + 1) / 2)], t[NR] }')"
}

delete_rows() {
	at big
	printf '\n'
	# What backup and export wrote is not to be waited for.
	sync -f "$I/store"
	fact "GET of a user in $GROUPS_MADE groups" "$(echo "GET /Users/$EVERYWHERE" | p50 "$TOKEN") us"
	delete_row 'nothing (for comparison)' "/Users/$(user_id $((USERS + 1000)))" &&
	delete_row "a user in $((GROUPS_MADE + 1)) groups" "/Users/$EVERYWHERE" &&
	delete_row "the group of $((USERS - 1)) members" "/Groups/$EVERYBODY"
}

end_rows() {
	printf '\n'
	server_stop big
	at big
	verb 'muster compact, after that' "$BIN/muster" compact --store "$I/store" || return 1
	sed 's/^/    /' "$T/out"
	fact 'on disk' "$(sizes)"
	verb 'muster verify' "$BIN/muster" verify --store "$I/store"
}
