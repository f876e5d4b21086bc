#!/bin/sh
# Two tenants with the same data: what a stranger asks for by an id, cursor,
# token, tenant or bulkId of the other tenant is answered as if it had never
# been, and nothing is read or changed (TEN-03, TEN-06, CURSOR-15; issue 5).
#
# ISOLATION_REQUESTS random pairs (10,000), from ISOLATION_SEED: the same request
# with something that is the other tenant's, and with something that is
# nobody's.
. "$(dirname "$0")/lib.sh"
# More of them are not let in than one address may send.
export MUSTER_FAILURES=0
REQUESTS=${ISOLATION_REQUESTS:-10000}
SEED=${ISOLATION_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
KV=$PWD/$BUILD/tests/kv_tool
MODE=http
SEARCH=urn:ietf:params:scim:api:messages:2.0:SearchRequest
BULK=urn:ietf:params:scim:api:messages:2.0:BulkRequest

# people: users and groups, the same in every tenant
people() {
	jq -nc --arg bulk "$BULK" --arg user "$USER_URN" --arg group "$GROUP_URN" --arg ent "$ENT" '
	{schemas: [$bulk], Operations:
	([range(20) | {method: "POST", path: "/Users", bulkId: "u\(.)", data: {
		schemas: [$user, $ent], userName: "user\(.)", externalId: "x\(.)", displayName: "User \(.)",
		emails: [{value: "user\(.)@example.com"}],
		($ent): (if . > 0 then {manager: {value: "bulkId:u0"}} else {department: "Sales"} end)}}] +
	[range(5) | {method: "POST", path: "/Groups", bulkId: "g\(.)", data: {
		schemas: [$group], displayName: "Group \(.)",
		members: [range(. + 3) | {value: "bulkId:u\(.)"}]}}])}'
}

# ids TYPE: those of the tenant, one a line
ids() {
	scim GET "/$1?attributes=id&count=100"
	json '.Resources[].id'
}

# fill: people, and what a stranger may get hold of, in $T/$1.*
fill() {
	scim POST /Bulk "$(people)"
	is "$STATUS $(json '[.Operations[].status]|unique|join(" ")')" '200 201' "the people of $1"
	ids Users > "$T/$1.users"
	ids Groups > "$T/$1.groups"
	for path in '/Users?count=2&cursor' '/Users?count=2&cursor&sortBy=userName' '/Groups?count=2&cursor'; do
		scim GET "$path"
		json .nextCursor
	done > "$T/$1.cursors"
	printf '%s\n' "$TOKEN" > "$T/$1.tokens"
	"$BIN/muster" stream create --store "$T/store" --tenant "$1" --issuer i --audience a |
	    grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | head -1 > "$T/$1.streams"
	[ -s "$T/$1.streams" ]
	ok $? "a stream of events of $1"
}

# state: all that the other tenant has, and what was done to it
state() {
	"$BIN/muster" export --store "$T/store" --secrets 2> "$T/err" |
	    grep -v '"exported"'
	for table in counters changes uniques indexes members groups streams; do
		"$KV" "$T/store" list $table | grep '^00000001'
	done
}

# Name, method, tenant, path, body.  What stands between @: U a user, G a
# group, C a cursor, S a token, T a tenant, B a bulkId, E a stream of events:
# the other's, or nobody's; W, V a user and a group of one's own; N the number
# of the request.
templates() {
	sed 's/ |$/ | /; s/ | /\t/g' <<- END
	read | GET | - | /Users/@U@ |
	read | GET | - | /Groups/@G@ |
	read | GET | - | /Groups/@U@ |
	read | GET | - | /Users/@U@?attributes=userName,groups |
	read | GET | - | /Groups/@G@?excludedAttributes=members |
	head | HEAD | - | /Users/@U@ |
	page | GET | - | /Groups/@G@/members?count=2 |
	replace | PUT | - | /Users/@U@ | {"schemas":["$USER_URN"],"userName":"user1"}
	replace | PUT | - | /Groups/@G@ | {"schemas":["$GROUP_URN"],"displayName":"Group 1","members":[{"value":"@W@"}]}
	replace | PUT | - | /Users/@U@ | {"schemas":["$USER_URN"]}
	patch | PATCH | - | /Users/@U@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"replace","path":"title","value":"@N@"}]}
	patch | PATCH | - | /Users/@U@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"replace","path":"active","value":false}]}
	patch | PATCH | - | /Groups/@G@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"add","path":"members","value":[{"value":"@W@"}]}]}
	patch | PATCH | - | /Groups/@G@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"remove","path":"members"}]}
	patch | PATCH | - | /Users/@U@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"explode"}]}
	delete | DELETE | - | /Users/@U@ |
	delete | DELETE | - | /Groups/@G@ |
	find | GET | - | /Users?filter=id+eq+"@U@" |
	find | GET | - | /Users?filter=groups.value+eq+"@G@" |
	find | GET | - | /Users?filter=$ENT:manager.value+eq+"@U@" |
	find | GET | - | /Groups?filter=members.value+eq+"@U@" |
	find | GET | - | /Groups?filter=members[value+eq+"@U@"] |
	find | GET | - | /Users?filter=id+ge+"@U@"+and+id+le+"@U@" |
	find | GET | - | /?filter=id+eq+"@U@" |
	find | POST | - | /.search | {"schemas":["$SEARCH"],"filter":"id eq \"@G@\" or meta.location co \"@G@\""}
	find | POST | - | /Users/.search | {"schemas":["$SEARCH"],"filter":"manager eq \"@U@\""}
	cursor | GET | - | /Users?count=2&cursor=@C@ |
	cursor | GET | - | /Users?count=2&sortBy=userName&cursor=@C@ |
	cursor | GET | - | /Groups?count=2&cursor=@C@ |
	manager | POST | - | /Users | {"schemas":["$USER_URN","$ENT"],"userName":"new-@N@","$ENT":{"manager":{"value":"@U@"}}}
	strict | PATCH | - | /Users/@W@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"replace","path":"$ENT:manager","value":{"value":"@U@"}}]}
	member | POST | - | /Groups | {"schemas":["$GROUP_URN"],"displayName":"new-@N@","members":[{"value":"@U@"},{"value":"@W@"}]}
	member | POST | - | /Groups | {"schemas":["$GROUP_URN"],"displayName":"new-@N@","members":[{"value":"@G@","type":"Group"}]}
	member | PATCH | - | /Groups/@V@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"add","path":"members","value":[{"value":"@U@"}]}]}
	member | PATCH | - | /Groups/@V@ | {"schemas":["$PATCHOP"],"Operations":[{"op":"remove","path":"members[value eq \"@U@\"]"}]}
	bulk | POST | - | /Bulk | {"schemas":["$BULK"],"Operations":[{"method":"DELETE","path":"/Users/@U@"},{"method":"PATCH","path":"/Groups/@G@","data":{"schemas":["$PATCHOP"],"Operations":[{"op":"replace","path":"displayName","value":"x"}]}}]}
	bulk | POST | - | /Bulk | {"schemas":["$BULK"],"Operations":[{"method":"PUT","path":"/Users/@U@","data":{"schemas":["$USER_URN"],"userName":"user2"}}]}
	bulk | POST | - | /Bulk | {"schemas":["$BULK"],"Operations":[{"method":"POST","path":"/Groups","bulkId":"b","data":{"schemas":["$GROUP_URN"],"displayName":"new-@N@","members":[{"value":"@U@"}]}}]}
	bulkId | POST | - | /Bulk | {"schemas":["$BULK"],"Operations":[{"method":"POST","path":"/Groups","bulkId":"b","data":{"schemas":["$GROUP_URN"],"displayName":"new-@N@","members":[{"value":"bulkId:@B@"}]}}]}
	bulkId | POST | - | /Bulk | {"schemas":["$BULK"],"Operations":[{"method":"PATCH","path":"/Groups/bulkId:@B@","data":{"schemas":["$PATCHOP"],"Operations":[{"op":"replace","path":"displayName","value":"x"}]}}]}
	tenant | GET | @T@ | /Users |
	tenant | DELETE | @T@ | /Users/@U@ |
	tenant | GET | @T@ | /Schemas |
	token | GET | second | /Users | @S@
	token | PATCH | second | /Users/@W@ | @S@
	poll | POST | - | /.events/streams/@E@ | {"maxEvents":2,"returnImmediately":true}
	me | GET | - | /Me |
	END
}

# pairs: a configuration for curl with both requests of each pair; $T/asked
# says what stood for whom in which.
pairs() {
	templates > "$T/templates"
	awk -F '\t' -v seed="$SEED" -v n="$REQUESTS" -v dir="$T" -v origin="$ORIGIN" \
	    -v tolerant="$OWN" -v strict="$STRICT" '
	function load(file, list,  line, count) {
		while ((getline line < (dir "/" file)) > 0) list[++count] = line
		return count
	}
	function any(list, count) { return list[1 + int(rand() * count)] }
	# Another one that looks alike, the same each time: what this test makes
	# of the one, it makes of the other.
	function nobody(text, digits,  i, at) {
		if (text in nobodies) return nobodies[text]
		do {
			at = substr(text, 1, length(text) - 10)
			for (i = 0; i < 10; i++)
				at = at substr(digits, 1 + int(rand() * length(digits)), 1)
		} while (at == text)
		nobodies[text] = at
		return at
	}
	function put(text, mark, value,  at, out) {
		while ((at = index(text, mark)) > 0) {
			out = out substr(text, 1, at - 1) value
			text = substr(text, at + length(mark))
		}
		return out text
	}
	function quote(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
	function fill_in(text, side) {
		text = put(text, "@U@", u[side]); text = put(text, "@G@", g[side])
		text = put(text, "@C@", c[side]); text = put(text, "@T@", t[side])
		text = put(text, "@B@", b[side]); text = put(text, "@W@", w)
		text = put(text, "@V@", v); text = put(text, "@E@", e[side])
		return put(text, "@N@", pair side)
	}
	function ask(side,  url, body, token, tenant) {
		token = name == "token" ? s[side] : credential
		body = name == "token" ? "" : fill_in($5, side)
		tenant = fill_in($3, side)
		url = fill_in(origin "/scim" ($3 == "-" ? "" : "/" tenant) "/v2" $4, side)
		gsub(/"/, "%22", url); gsub(/\[/, "%5B", url); gsub(/\]/, "%5D", url)
		if (asked++) print "next"
		print "url = " quote(url)
		if ($2 == "HEAD") print "head"
		else print "request = " $2
		print "header = " quote("Authorization: Bearer " token)
		print "header = \"Expect:\""
		if (body != "" || $2 ~ /^P/) {
			print "header = \"Content-Type: application/scim+json\""
			print "data-binary = " quote(body == "" ? "{}" : body)
		}
		print "silent"
		print "globoff"
		print "write-out = " quote("\\n\036" pair side " %{http_code}\\n")
		printf "%s%s\t%s\t%s %s\t%s\t%s\t%s\t%s\t%s\t%s\n", pair, side, name, $2, $4, \
		    u[side], g[side], c[side], "/" t[side] "/", "bulkId:" b[side], e[side] > (dir "/asked")
	}
	BEGIN {
		srand(seed)
		nu = load("default.users", users); ng = load("default.groups", groups)
		nc = load("default.cursors", cursors); load("default.tokens", tokens)
		load("default.streams", streams)
		nw = load("second.users", own); nv = load("second.groups", owng)
		while ((getline line < (dir "/templates")) > 0) list[++nt] = line
		hex = "0123456789abcdef"
		letters = hex "ghijkABCDEFGHIJK"
		for (pair = 1; pair <= n; pair++) {
			$0 = any(list, nt)
			name = $1
			u["f"] = any(users, nu); u["x"] = nobody(u["f"], hex)
			g["f"] = any(groups, ng); g["x"] = nobody(g["f"], hex)
			c["f"] = any(cursors, nc); c["x"] = nobody(c["f"], letters)
			s["f"] = tokens[1]; s["x"] = nobody(s["f"], letters)
			e["f"] = streams[1]; e["x"] = nobody(e["f"], hex)
			b["f"] = "u" int(rand() * 20); b["x"] = "z" substr(b["f"], 2)
			t["f"] = "default"; t["x"] = "defaulu"
			w = any(own, nw); v = any(owng, nv)
			# A tolerant profile keeps a manager who is not there.
			credential = name == "strict" || rand() < 0.5 ? strict : tolerant
			if (rand() < 0.5) { ask("f"); ask("x") }
			else { ask("x"); ask("f") }
		}
	}' /dev/null
}

# compare: each pair that was not answered alike, and each answer that says
# anything of the other tenant
compare() {
	awk -v dir="$T" '
	function strip(text, word,  at, out) {
		if (word == "") return text
		while ((at = index(text, word)) > 0) {
			out = out substr(text, 1, at - 1) "@"
			text = substr(text, at + length(word))
		}
		return out text
	}
	BEGIN {
		FS = "\t"
		while ((getline < (dir "/asked")) > 0) {
			what[$1] = $2 " " $3
			for (i = 4; i <= 9; i++) word[$1, i] = $i
		}
		while ((getline line < (dir "/default.users")) > 0) theirs[line] = 1
		while ((getline line < (dir "/default.groups")) > 0) theirs[line] = 1
		while ((getline line < (dir "/default.streams")) > 0) theirs[line] = 1
		# The name of an answer stands behind it.
		RS = "\036"
		for (n = 0; (getline part < (dir "/answers")) > 0; n++) {
			if (n > 0) {
				split(part, head, /[ \n]/)
				answer[head[1]] = head[2] " " normal(body, head[1])
				count[head[2]]++
				sub(/^[^\n]*\n/, "", part)
			}
			body = part
		}
		for (key in answer) {
			if (key !~ /f$/) continue
			other = substr(key, 1, length(key) - 1) "x"
			pairs++
			if (answer[key] != answer[other])
				print what[key] "\n  " answer[key] "\n  " answer[other]
			for (id in theirs)
				if (index(answer[key] answer[other], id))
					print what[key] ": " id " is told of"
		}
		for (status in count) printf "# %s: %d\n", status, count[status] > (dir "/counts")
		print pairs + 0 > (dir "/pairs")
	}
	# Without what was asked for, and what is another each time.
	function normal(text, key,  i) {
		for (i = 4; i <= 9; i++) text = strip(text, word[key, i])
		gsub(/new-[0-9]+[fx]/, "new", text)
		gsub(/bulkId \x27[uz][0-9]+\x27/, "bulkId", text)
		gsub(/[0-9-]+T[0-9:.]+Z/, "TIME", text)
		gsub(/W\/\\"[0-9]+\\"/, "ETAG", text)
		for (id in theirs) if (index(text, id)) return text
		gsub(/[0-9a-f]+-[0-9a-f]+-7[0-9a-f]+-[0-9a-f]+-[0-9a-f]+/, "ID", text)
		gsub(/^HTTP.*$/, "", text)
		return text
	}' /dev/null
}

store_new
"$BIN/muster" tenant create second --store "$T/store" > "$T/out"
OWN=$(credential --tenant second)
STRICT=$(credential --tenant second --profile strict)
server_start
fill default
OTHER=$TOKEN
TOKEN=$OWN
fill second
TOKEN=$OTHER
state > "$T/before"
pairs > "$T/curl"
curl -K "$T/curl" > "$T/answers" 2>> "$T/log"
echo "# seed $SEED"
compare > "$T/differences"
sort "$T/counts"
is "$(cat "$T/pairs")" "$REQUESTS" "$REQUESTS pairs were answered"
is "$(head -40 "$T/differences")" '' 'TEN-03 TEN-06 CURSOR-15 each like one for what never was'
state > "$T/after"
cmp "$T/before" "$T/after" > "$T/out"
ok $? 'nothing of the other tenant was changed'
"$BIN/muster" verify --store "$T/store" > "$T/out"
ok $? 'and the store is sound'
server_stop
done_testing
