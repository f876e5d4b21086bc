#!/bin/sh
# Read, list, project and filter, with the vectors of sections 8.3 and 8.4
# (GET, LIST, PROJ, FILTER, PAGE and CURSOR of spec scim.md), in the profile
# strict.
. "$(dirname "$0")/lib.sh"

PROFILE=strict
SEARCH=urn:ietf:params:scim:api:messages:2.0:SearchRequest

# The users of section 8.4; who has no "active" there was told so with null.
populate() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"bjensen\",\"active\":true,\"title\":\"Tour Guide\",\"name\":{\"familyName\":\"Jensen\"},\"externalId\":\"ABC\",\"emails\":[{\"value\":\"b@example.com\",\"type\":\"work\",\"primary\":true},{\"value\":\"babs@jensen.org\",\"type\":\"home\"}],\"$ENT\":{\"employeeNumber\":\"701984\"}}"
	u1=$(json .id) t1=$(json .meta.lastModified)
	new_user Alice '"active":false,"emails":[{"value":"alice@example.org","type":"home"}]'
	u2=$ID t2=$(json .meta.lastModified)
	new_user 'zoë' '"nickName":"","active":null'
	new_group 'Tour Guides' "\"members\":[{\"value\":\"$u1\"}]"
	g1=$ID
}

# in_zone TIMESTAMP: the same instant, two hours east
in_zone() {
	fraction=${1#*.}
	echo "$(date -u -d "${1%.*}Z + 2 hours" +%Y-%m-%dT%H:%M:%S).${fraction%Z}+02:00"
}

# vectors: lines of IDS | where | filter | names, or 400
vectors() {
	while IFS='|' read -r ids where filter want; do
		[ -n "$ids" ] || continue
		query "$where" "$filter"
		case $want in
		400) error_is 400 invalidFilter "$ids refused: $filter" ;;
		200) is "$STATUS" 200 "$ids parsed: $filter" ;;
		*) is "$STATUS $(found)" "200 $want" "$ids $filter" ;;
		esac
	done
}

evaluation() {
	shouted=$(printf %s "$ENT" | tr "[:lower:]" "[:upper:]")
	vectors <<-END
	E01|/Users|userName eq "BJENSEN"|bjensen
	E02|/Users|externalId eq "abc"|
	E03|/Users|title pr|bjensen
	E03|/Users|not (title pr)|Alice zoë
	E03 FILTER-23|/Users|title eq null|Alice zoë
	E04 FILTER-31|/Users|nickName pr|
	E05 FILTER-24|/Users|title ne "Tour Guide"|Alice zoë
	E06 FILTER-25|/Users|not (title eq "x")|bjensen Alice zoë
	E07 FILTER-15|/Users|emails.type eq "work" and emails.value ew "jensen.org"|bjensen
	E08 FILTER-16|/Users|emails[type eq "work" and value ew "jensen.org"]|
	E09 FILTER-24|/Users|emails.type ne "work"|bjensen Alice zoë
	E10|/Users|not (emails.type eq "work")|Alice zoë
	E11 FILTER-28|/Users|emails[primary eq false]|bjensen Alice
	E12 FILTER-17|/Users|emails co "example"|bjensen Alice
	E13|/Users|active eq false|Alice
	E14 FILTER-22|/Users|meta.lastModified eq "$(in_zone "$t2")"|Alice
	E15 FILTER-22|/Users|meta.lastModified ge "$(in_zone "$t1")"|bjensen Alice zoë
	E15 FILTER-20|/Users|meta.lastModified lt "$(in_zone "$t2")"|bjensen
	E16 FILTER-12|/Users|$ENT:employeeNumber eq "701984"|bjensen
	E17|/Users|userName sw "ZOË"|zoë
	E18 FILTER-20|/Users|userName gt "b"|bjensen zoë
	E19 LIST-04|/|displayName co "tour"|Tour Guides
	E20 LIST-05|/|userName pr|bjensen Alice zoë
	E21|/|not (userName pr)|Tour Guides
	E22 FILTER-38|/|meta.resourceType eq "Group" or userName eq "alice"|Alice Tour Guides
	E23 FILTER-04|/Users|title pr or active eq false and userName sw "z"|bjensen
	E24 FILTER-04|/Users|(title pr or active eq false) and userName sw "a"|Alice
	E25 FILTER-27|/Users|unknownAttr eq "x"|
	E25 FILTER-27|/Users|not (unknownAttr eq "x")|bjensen Alice zoë
	FILTER-02|/Users|userName eq "nobody"|
	FILTER-03|/Users|USERNAME Eq "alice" AND NOT (TITLE PR)|Alice
	FILTER-04|/Users|not (title pr) and userName sw "a"|Alice
	FILTER-05|/Users|not(title pr)|Alice zoë
	FILTER-06|/Users|emails[(type eq "work" or type eq "home") and value ew "org"]|bjensen Alice
	FILTER-07|/Users|  userName   eq"alice"  |Alice
	FILTER-08|/Users|userName eq "\u0061lice"|Alice
	FILTER-08|/Users|userName eq "zo\u00EB"|zoë
	FILTER-09|/Users|active eq true|bjensen
	FILTER-13|/Users|employeeNumber eq "701984"|bjensen
	FILTER-14|/Users|$ENT pr|bjensen
	FILTER-18 FILTER-30|/Users|schemas eq "$ENT"|bjensen
	FILTER-18|/Users|schemas[value eq "$ENT"]|bjensen
	FILTER-18 CORE-15|/Users|schemas eq "$shouted"|bjensen
	FILTER-19|/Users|emails[type eq "home"].value ew "org"|bjensen Alice
	FILTER-20|/Users|title ge "tour guide"|bjensen
	FILTER-21|/Users|emails.primary eq true|bjensen
	FILTER-23|/Users|title ne null|bjensen
	FILTER-23|/Users|emails.primary eq null|Alice zoë
	FILTER-23|/Users|emails.primary ne null|bjensen
	FILTER-23|/Users|emails[primary eq null]|bjensen Alice
	FILTER-25|/Users|title gt "A"|bjensen
	FILTER-26|/Users|title co ""|bjensen
	FILTER-31|/Users|emails pr and name pr|bjensen
	FILTER-31|/Users|active pr|bjensen Alice
	FILTER-32|/Users|id eq "$u2"|Alice
	FILTER-36 TYPE-09|/Users|meta.location eq "/Users/$u2"|Alice
	TYPE-09|/Users|meta.location ne "Users/$u2"|bjensen zoë
	END
	new_user defaulted
	finds /Users 'active eq true and userName sw "def"' defaulted 'FILTER-35 the default is found'
	new_user composed '"externalId":"\u00e4"'
	new_user apart '"externalId":"a\u0308"'
	for filter in 'externalId eq "\u00e4"' 'externalId eq "a\u0308"' 'externalId ge "\u00e4"' 'externalId gt "b"' 'not (not (externalId gt "b"))'; do
		finds /Users "$filter" 'composed apart' "FILTER-32 case-exact is not composition-exact: $filter"
	done
	finds /Users 'externalId sw "a"' '' 'FILTER-32 a composed letter is one letter'
	scim GET '/Users?sortBy=externalId&count=3&attributes=userName'
	is "$(found)" 'bjensen composed apart' 'SORT-07 in the order of the filters'
}

parsing() {
	long=$(printf '%0100d' 0 | tr 0 '(')
	vectors <<-END
	P01|/Users|userName eq "bjensen"|200
	P02|/Users|Username EQ "john"|200
	P03|/Users|title pr and userType eq "Employee"|200
	P04|/Users|userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")|200
	P05|/Users|userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")|200
	P06|/Users|emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]|200
	P07|/Users|$USER_URN:userName sw "J"|200
	P08|/Users|schemas eq "$ENT"|200
	P09|/Users|$ENT:manager.displayName co "x"|200
	P10|/Users|meta.lastModified gt "2011-05-13T04:42:34Z"|200
	P11|/Users|not(title pr)|200
	P11|/Users|not (title pr)|200
	P12|/Users|((title pr))|200
	P13|/Users|emails[type eq "work" or (type eq "home" and value ew "@example.com")]|200
	P14|/Users|emails[not (type eq "work")]|200
	P15|/Groups|members[\$ref eq "https://h/v2/Users/u1"]|200
	P16|/Users|name.familyName co "O'Malley"|200
	P17|/Users|displayName eq "a\"b\\\\c\u00e9"|200
	P18|/Users|active eq true|200
	P18|/Users|x eq null|200
	P18|/Users|x eq -1.5e3|200
	P19 FILTER-10|/Users||400
	P19 FILTER-10|/Users|   |400
	P20|/Users|userName|400
	P20|/Users|userName eq|400
	P20|/Users|eq "x"|400
	P20|/Users|userName "x"|400
	P21 FILTER-08|/Users|userName eq bjensen|400
	P21 FILTER-08|/Users|userName eq 'bjensen'|400
	P22|/Users|userName eq "a" and|400
	P22|/Users|and userName pr|400
	P22|/Users|userName pr or or title pr|400
	P23|/Users|(userName pr|400
	P23|/Users|userName pr)|400
	P23|/Users|emails[type eq "work"|400
	P23|/Users|emails[]|400
	P24 FILTER-06|/Users|emails[type eq "a" and addresses[type eq "b"]]|400
	P25 FILTER-05|/Users|not userName pr|400
	P26 FILTER-11|/Users|userName regex "x"|400
	P26 FILTER-11|/Users|userName = "x"|400
	P26 FILTER-11|/Users|userName == "x"|400
	P27 FILTER-09|/Users|active eq True|400
	P27 FILTER-09|/Users|active eq TRUE|400
	P28 FILTER-20|/Users|active gt false|400
	P28 FILTER-20|/Users|x509Certificates.value lt "AA=="|400
	P29 FILTER-08|/Users|userName eq "unterminated|400
	P29 FILTER-08|/Users|userName eq "bad\q"|400
	P30|/Users|a.b.c eq "x"|400
	P30|/Users|.a eq "x"|400
	P30|/Users|a. eq "x"|400
	P30|/Users|1a eq "x"|400
	P31|/Users|userName pr "x"|400
	P32 FILTER-34|/Users|${long}title pr$(echo "$long" | tr '(' ')')|400
	FILTER-07|/Users|userName	eq "x"|400
	FILTER-14|/Users|$ENT eq "x"|400
	FILTER-17|/Users|name eq "x"|400
	FILTER-17|/Users|addresses eq "x"|400
	FILTER-20|/Users|name gt "x"|400
	FILTER-21|/Users|active co "t"|400
	FILTER-21|/Users|meta.created co "2"|400
	FILTER-22|/Users|meta.created gt "yesterday"|400
	FILTER-23|/Users|title co null|400
	FILTER-29|/Users|password eq "x"|400
	FILTER-33|/Users|userName eq 5|400
	FILTER-33|/Users|active eq "true"|400
	END
	patch "/Users/$u1" '[{"op":"remove","path":"emails[type regex \"x\"]"}]'
	error_is 400 invalidFilter 'FILTER-37 the same in brackets of a path'
	patch "/Users/$u1" '[{"op":"remove","path":"emails..type"}]'
	error_is 400 invalidPath 'FILTER-37 the path itself'
	scim POST /Users/.search "{\"schemas\":[\"$SEARCH\"],\"filter\":\"userName regex \\\"x\\\"\"}"
	error_is 400 invalidFilter 'FILTER-37 and in a search'
	scim GET /ServiceProviderConfig
	json_is .filter.supported true 'FILTER-01 advertised'
}

reading() {
	scim GET "/Users/$u1?filter=title+eq+%22no%22&count=0&startIndex=9&sortBy=name"
	is "$STATUS $(json .userName)" '200 bjensen' 'GET-03 GET-01 filters and pages do not touch one resource'
	json_is '"\(has("password")) \(.groups[0].display)"' 'false Tour Guides' 'GET-02 GET-05 what is returned by default'
	query /Users 'userName eq "alice"'
	json_is '"\(.schemas|join(",")) \(.totalResults) \(.Resources|length) \(.startIndex) \(.itemsPerPage)"' 'urn:ietf:params:scim:api:messages:2.0:ListResponse 1 1 1 1' 'LIST-01 LIST-03 a list, though of one'
	query /Users 'userName eq "nobody"'
	is "$STATUS $(jq -c '[.totalResults,.Resources]' "$T/body")" '200 [0,[]]' 'LIST-02 a list of none'
	for path in /Schemas /ResourceTypes /ServiceProviderConfig; do
		scim GET "$path"
		whole=$(jq -cS 'del(.meta)' "$T/body")
		scim GET "$path?attributes=id&excludedAttributes=meta"
		is "$STATUS $(jq -cS 'del(.meta)' "$T/body")" "200 $whole" "PROJ-13 $path is not projected"
	done
	AUTH="Bearer $(credential --user "$u1")"
	scim GET /Users
	error_is 403 null 'LIST-11 who may not read gets no list'
	AUTH=
}

# project QUERY JQ WANT TEXT: on the first user
project() {
	scim GET "/Users/$u1?$1"
	is "$STATUS $(jq -cS "$2" "$T/body")" "200 $3" "$4: $1"
}

projecting() {
	project attributes=name 'del(.id)' "{\"name\":{\"familyName\":\"Jensen\"},\"schemas\":[\"$USER_URN\",\"$ENT\"]}" 'PROJ-07 PROJ-02'
	project "attributes=$ENT" 'keys' "[\"id\",\"schemas\",\"$ENT\"]" 'PROJ-10'
	project "excludedAttributes=$ENT" "has(\"$ENT\")" false 'PROJ-10'
	project "attributes=$ENT:employeeNumber" ".\"$ENT\"" '{"employeeNumber":"701984"}' 'PROJ-05'
	project 'attributes=EMAILS.Type' .emails '[{"type":"work"},{"type":"home"}]' 'PROJ-05 PROJ-06'
	project 'attributes=emails.primary' .emails '[{"primary":true}]' 'PROJ-06'
	project 'attributes=nosuch' keys '["id","schemas"]' 'PROJ-08'
	project 'excludedAttributes=id,schemas,emails' '[has("id"),has("schemas"),has("emails")]' '[true,true,false]' 'PROJ-03'
	for request in "POST /Users?attributes=userName" "PUT /Users/$u2?attributes=userName" "GET /Users?attributes=userName&count=1"; do
		scim "${request%% *}" "${request#* }" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"shaped\"}"
		is "$(jq -c '.Resources[0] // .|keys' "$T/body")" '["id","schemas","userName"]' "PROJ-01 ${request%% *}"
		[ "${request%% *}" = POST ] && scim DELETE "/Users/$(json .id)"
	done
	patch "/Users/$u2?attributes=userName" '[{"op":"replace","path":"title","value":"T"}]'
	is "$STATUS $(jq -c keys "$T/body")" '200 ["id","schemas","userName"]' 'PROJ-01 PROJ-14 PATCH'
}

# More users than a page may hold.
many() {
	awk -v urn="$USER_URN" -v url="$ORIGIN/scim/v2/Users" -v token="$TOKEN" 'BEGIN {
		for (i = 0; i < 1005; i++) {
			if (i > 0) print "next"
			printf "url = \"%s\"\nheader = \"Authorization: Bearer %s\"\nheader = \"Content-Type: application/scim+json\"\noutput = \"/dev/null\"\n", url, token
			printf "data = \"{\\\"schemas\\\":[\\\"%s\\\"],\\\"userName\\\":\\\"many-%04d\\\"}\"\n", urn, i
		} }' > "$T/many"
	curl -s -K "$T/many"
	scim GET '/Users?filter=userName+sw+"many-"'
	json_is '"\(.totalResults) \(.itemsPerPage) \(.startIndex)"' '1005 100 1' 'PAGE-05 PAGE-06 a page without count'
	for extra in '' '&cursor='; do
		scim GET "/Users?filter=userName+sw+\"many-\"&count=5000&attributes=userName$extra"
		json_is '"\(.totalResults) \(.itemsPerPage) \(.Resources|length)"' '1005 1000 1000' "LIST-07 CURSOR-17 PAGE-04 no page over maxResults $extra"
	done
	scim GET /ServiceProviderConfig
	json_is '"\(.filter.maxResults) \(.pagination.maxPageSize) \(.pagination.defaultPageSize)"' '1000 1000 100' 'LIST-07 PAGE-05 DISC-10 as advertised'
	at=1 seen=0
	: > "$T/names"
	while [ $at -le 1005 ] && [ $seen -lt 2000 ]; do
		scim GET "/Users?filter=userName+sw+\"many-\"&startIndex=$at&count=400&attributes=userName"
		got=$(json .itemsPerPage)
		json '.Resources[].userName' >> "$T/names"
		seen=$((seen + got))
		at=$((at + got))
		[ "$got" -gt 0 ] || break
	done
	is "$seen $at" '1005 1006' 'PAGE-12 each page begins where the last one ended'
	is "$(sort -u "$T/names" | wc -l)" 1005 'PAGE-11 and all of them hold everybody once, though no server remembers them'
}

cursors() {
	query /Users 'userName pr' 'count=2'
	json_is 'has("nextCursor")' true 'CURSOR-10 a cursor unasked'
	query /Users 'userName pr' 'count=2&cursor='
	next=$(json .nextCursor)
	last=${next#"${next%?}"}
	query /Users 'userName pr' "count=2&cursor=${next%?}$([ "$last" = A ] && echo B || echo A)x"
	error_is 400 invalidCursor 'CURSOR-16 CURSOR-08 a forged one'
	for at in 1 10 20 30; do
		query /Users 'userName pr' "count=2&cursor=$(echo "$next" | sed "s/^\(.\{$at\}\)\(.\)/\1$(echo "$next" | cut -c$((at + 1)) | tr 'A-Za-z0-9_-' 'B-ZAb-za1-90-_')/")"
		error_is 400 invalidCursor "CURSOR-16 another character at $at"
	done
	query /Users 'userName pr' "count=2&cursor=$next"
	is "$STATUS" 200 'CURSOR-05 the one that was given'
}

reads() {
	populate
	evaluation
	parsing
	reading
	projecting
	cursors
	[ "$MODE" = cgi ] || many
}

both reads
done_testing
