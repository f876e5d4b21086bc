#!/bin/sh
# Order, pages, cursors and searches: SORT, PAGE, CURSOR, SEARCH and root
# queries of spec scim.md.
. "$(dirname "$0")/lib.sh"

SEARCH=urn:ietf:params:scim:api:messages:2.0:SearchRequest

# names: what the last list holds, in its order
names() {
	json '[.Resources[]|.userName // .displayName]|join(" ")'
}

# sorted QUERY WANT TEXT
sorted() {
	scim GET "/Users?$1"
	is "$(names)" "$2" "$3"
}

# numbers QUERY WANT TEXT: startIndex itemsPerPage length totalResults
numbers() {
	scim GET "/Users?$1"
	json_is '"\(.startIndex) \(.itemsPerPage) \(.Resources|length) \(.totalResults)"' "$2" "$3"
}

populate() {
	new_user carl '"title":"zeta","emails":[{"value":"z@x.test"},{"value":"a@x.test","primary":true}]'
	carl=$ID
	new_user Anna '"name":{"familyName":"Öst"},"emails":[{"value":"m@x.test","type":"work"}]'
	new_user bert '"title":"Alpha","active":false,"name":{"familyName":"Adams"}'
	new_user 'élan' '"title":"alpha"'
	new_group Zebras
	new_group antelopes "\"members\":[{\"value\":\"$carl\"}]"
}

sorting() {
	sorted 'sortBy=userName' 'Anna bert carl élan' 'SORT-02 STR-05 folded order'
	sorted 'sortBy=userName&sortOrder=descending' 'élan carl bert Anna' 'SORT-03 descending'
	sorted 'sortBy=userName&sortOrder=ASCENDING' 'Anna bert carl élan' 'SORT-03 ascending, in any case'
	sorted 'sortOrder=descending' 'carl Anna bert élan' 'SORT-03 LIST-08 without sortBy: the order of creation'
	sorted 'sortBy=title' 'bert élan carl Anna' 'SORT-06 SORT-08 nothing comes last, equal ones by id'
	sorted 'sortBy=title&sortOrder=descending' 'Anna carl bert élan' 'SORT-06 T16 nothing comes first'
	sorted 'sortBy=emails' 'carl Anna bert élan' 'SORT-04 the primary email counts'
	sorted 'sortBy=emails.type' 'Anna carl bert élan' 'SORT-04 the type of that element'
	sorted 'sortBy=name.familyName' 'bert Anna carl élan' 'SORT-05 a sub-attribute'
	sorted "sortBy=$USER_URN:userName" 'Anna bert carl élan' 'SORT-02 with its URN'
	sorted 'sortBy=active' 'bert carl Anna élan' 'SORT-07 false before true'
	sorted 'sortBy=meta.created&sortOrder=descending' 'élan bert Anna carl' 'SORT-07 instants'
	sorted 'sortBy=nosuch' 'carl Anna bert élan' 'SORT-09 an unknown attribute'
	sorted 'sortBy=userName&filter=title+pr' 'bert carl élan' 'SORT-01 with a filter'
	sorted 'sortBy=userName&startIndex=2&count=2' 'bert carl' 'PAGE-04 a page of an order'
	for by in name addresses emails,userName password 'a..b'; do
		scim GET "/Users?sortBy=$by"
		error_is 400 invalidValue "SORT-02 SORT-05 SORT-10 sortBy=$by"
	done
	scim GET '/Users?sortBy=userName&sortOrder=up'
	error_is 400 invalidValue 'SORT-03 another order'
}

paging() {
	numbers 'startIndex=0&count=3' '1 3 3 4' 'PAGE-01 T13 startIndex 0'
	numbers 'startIndex=-7' '1 4 4 4' 'PAGE-01 a negative startIndex'
	numbers 'count=0' '1 0 0 4' 'PAGE-03 T15 count 0'
	numbers 'count=-1' '1 0 0 4' 'PAGE-02 a negative count'
	numbers 'startIndex=3&count=10' '3 2 2 4' 'PAGE-07 T14 the last page'
	numbers 'startIndex=5' '5 0 0 4' 'PAGE-08 past the end'
	numbers 'filter=title+eq+"no"' '1 0 0 0' 'PAGE-09 no match'
	numbers 'filter=title+pr&count=2' '1 2 2 3' 'PAGE-06 all matches are counted'
	numbers 'sortBy=title&startIndex=4&count=9' '4 1 1 4' 'PAGE-07 in an order'
	for wrong in count=abc count=1.5 count= startIndex=x; do
		scim GET "/Users?$wrong"
		error_is 400 invalidValue "PAGE-10 $wrong"
	done
	numbers 'count=99999999999999999999' '1 4 4 4' 'PAGE-10 too large is clamped'
}

# walk QUERY: all names by cursor, pages between bars
walk() {
	cursor=""; all=""
	while :; do
		scim GET "/Users?$1&cursor=$cursor"
		[ "$STATUS" = 200 ] || { all="$all $STATUS" && break; }
		all="$all$(names)|"
		cursor=$(json '.nextCursor // ""')
		[ -n "$cursor" ] || break
	done
	echo "$all"
}

cursors() {
	is "$(walk 'count=3')" 'carl Anna bert|élan|' 'CURSOR-01 CURSOR-03 a walk'
	is "$(walk 'count=2')" 'carl Anna|bert élan|' 'CURSOR-03 none behind a last page that is full'
	is "$(walk 'count=1&sortBy=title')" 'bert|élan|carl|Anna|' 'CURSOR-09 SORT-11 in an order, equal keys and none'
	is "$(walk 'count=1&sortBy=title&sortOrder=descending')" 'Anna|carl|bert|élan|' 'CURSOR-09 descending'
	is "$(walk 'count=1&filter=title+pr')" 'carl|bert|élan|' 'CURSOR-03 with a filter'
	scim GET '/Users?cursor&count=2'
	json_is '"\(has("startIndex")) \(.totalResults) \(.itemsPerPage)"' 'false 4 2' 'CURSOR-07 CURSOR-18 the numbers'
	json_is '.nextCursor|test("^[A-Za-z0-9._~-]+$")' true 'CURSOR-02 its characters'
	json_is 'has("previousCursor")' false 'CURSOR-04 only forwards'
	next=$(json .nextCursor)
	scim GET "/Users?cursor=$next&count=2"
	json_is '"\(.totalResults) \(has("nextCursor"))"' '4 false' 'CURSOR-07 totalResults stays'
	scim GET '/Users?cursor=&count=0'
	json_is '"\(.totalResults) \(has("nextCursor"))"' '4 false' 'CURSOR-06 count 0'
	scim GET '/Users?count=2'
	json_is '"\(.startIndex) \(has("nextCursor"))"' '1 true' 'CURSOR-11 count alone: index and a cursor'
	scim GET '/Users?count=2&startIndex=1'
	json_is 'has("nextCursor")' false 'CURSOR-11 startIndex: no cursor'
	scim GET '/Users'
	json_is 'has("nextCursor")' false 'CURSOR-11 neither: index'
	scim GET "/Users?cursor=$next&count=3"
	error_is 400 invalidCount 'CURSOR-05 another count'
	for wrong in "cursor=$next&count=2&filter=title+pr" "cursor=$(echo "$next" | tr A-Za-z B-ZAb-za)&count=2" 'cursor=x' 'cursor=%20' "cursor=$next$next&count=2"; do
		scim GET "/Users?$wrong"
		error_is 400 invalidCursor "CURSOR-05 CURSOR-15 $(echo "$wrong" | cut -c1-12)"
	done
	scim GET "/Groups?cursor=$next&count=2"
	error_is 400 invalidCursor 'CURSOR-05 of another endpoint'
	AUTH="Bearer $("$BIN/muster" token create --store "$T/store" | sed 's/.*: //')"
	scim GET "/Users?cursor=$next&count=2"
	error_is 400 invalidCursor 'CURSOR-15 of another credential'
	AUTH=
	scim GET "/Users?cursor=$next&count=2&startIndex=1"
	error_is 400 invalidValue 'CURSOR-12 both'
	scim POST /Users/.search "{\"schemas\":[\"$SEARCH\"],\"cursor\":\"\",\"count\":3}"
	json_is '"\(.Resources|length) \(has("nextCursor"))"' '3 true' 'CURSOR-13 in a search'
	scim GET /ServiceProviderConfig
	is "$(jq -c .pagination "$T/body")" '{"cursor":true,"index":true,"defaultPaginationMethod":"index","defaultPageSize":100,"maxPageSize":1000,"cursorTimeout":3600}' 'CURSOR-14 says so'
	json_is '"\(.sort.supported) \(.etag.supported)"' 'true true' 'DISC-10 and sort, and etag'
}

# What is there throughout is seen once, whatever is written meanwhile.
moving() {
	for i in 1 2 3 4 5 6 7 8 9; do
		new_user "walk$i"
		[ $i = 4 ] && gone=$ID
	done
	scim GET '/Users?filter=userName+sw+"walk"&count=3&cursor='
	seen=$(names)
	cursor=$(json .nextCursor)
	scim DELETE "/Users/$gone"
	new_user walk99
	seen="$seen $(walk_on)"
	is "$seen" 'walk1 walk2 walk3 walk5 walk6 walk7 walk8 walk9 walk99' 'CURSOR-03 LIST-09 a walk over a store that is written'
}

walk_on() {
	while [ -n "$cursor" ]; do
		scim GET "/Users?filter=userName+sw+\"walk\"&count=3&cursor=$cursor"
		printf '%s ' "$(names)"
		cursor=$(json '.nextCursor // ""')
	done | sed 's/ $//'
}

# search WHERE MEMBERS
search() {
	scim POST "$1/.search" "{\"schemas\":[\"$SEARCH\"]$2}"
}

searching() {
	search /Users ',"filter":"title pr","sortBy":"userName","attributes":["userName","emails.value"],"count":2'
	is "$STATUS $(names)" '200 bert carl' 'SEARCH-01 SEARCH-03 T22 a search of users'
	json_is '.Resources[1]|keys|join(",")' 'emails,id,schemas,userName' 'SEARCH-03 PROJ-01 attributes'
	json_is '"\(.totalResults) \(.startIndex)"' '3 1' 'SEARCH-04 the same numbers'
	search /Users ',"excludedAttributes":"meta, emails","count":1,"nosuch":{}'
	json_is '.Resources[0]|keys|join(",")' 'active,groups,id,schemas,title,userName' 'SEARCH-06 names in one string; SEARCH-03 unknown members'
	scim POST '/Users/.search?count=1' "{\"schemas\":[\"$SEARCH\"],\"filter\":null}"
	json_is .itemsPerPage 4 'SEARCH-05 the query string is ignored'
	scim POST /Users/.search '{"filter":"title pr"}'
	error_is 400 invalidSyntax 'SEARCH-02 schemas'
	search /Users ',"filter":"title zz"'
	error_is 400 invalidFilter 'SEARCH-04 a wrong filter'
	for wrong in '"count":"1"' '"count":1.5' '"startIndex":true' '"filter":1' '"attributes":[1]' '"sortOrder":"up","sortBy":"id"' '"attributes":["id"],"excludedAttributes":["id"]'; do
		search /Users ",$wrong"
		error_is 400 invalidValue "SEARCH-04 PAGE-10 $wrong"
	done
	scim POST "/Users/$carl/.search" "{\"schemas\":[\"$SEARCH\"]}"
	error_is 404 null 'SEARCH-07 below a resource'
	scim POST /Schemas/.search "{\"schemas\":[\"$SEARCH\"]}"
	error_is 404 null 'SEARCH-07 of schemas'
	scim POST /Nosuch/.search "{\"schemas\":[\"$SEARCH\"]}"
	error_is 404 null 'SEARCH-09 of an unknown type'
	scim GET /Users/.search
	error_is 405 null 'SEARCH-01 only POST'
}

roots() {
	scim GET '/?filter=displayName+co+"e"&sortBy=displayName'
	is "$(names)" 'antelopes Zebras' 'LIST-04 T12 over all types'
	scim GET '/?filter=userName+pr'
	is "$(names)" 'carl Anna bert élan' 'LIST-05 E20 what a type does not define has no value'
	scim GET '/?filter=not+(userName+pr)'
	is "$(names)" 'Zebras antelopes' 'LIST-05 E21 LIST-08 in the order of creation'
	scim GET '/?filter=meta.resourceType+eq+"Group"+or+userName+eq+"anna"'
	is "$(names)" 'Anna Zebras antelopes' 'LIST-04 E22 FILTER-38 the type'
	scim GET '/?filter=meta.resourceType+eq+"group"'
	json_is .totalResults 0 'FILTER-38 which is case-exact'
	scim GET '/?sortBy=userName&sortOrder=descending&count=3'
	is "$(names)" 'Zebras antelopes élan' 'SORT-06 a type without the attribute comes first'
	json_is .totalResults 6 'LIST-04 all are counted'
	search '' ',"filter":"displayName pr or userName eq \"bert\"","sortBy":"meta.created","attributes":["userName","displayName","members"]'
	is "$(names)" 'bert Zebras antelopes' 'SEARCH-01 at the root'
	json_is '.Resources[2].members[0].value' "$carl" 'PROJ-01 by type'
	cursor=""; all=""
	for _ in 1 2 3 4 5; do
		search '' ",\"count\":2,\"cursor\":\"$cursor\""
		all="$all$(names)|"
		cursor=$(json '.nextCursor // ""')
		[ -n "$cursor" ] || break
	done
	is "$all" 'carl Anna|bert élan|Zebras antelopes|' 'CURSOR-13 a walk over all types'
	scim POST / '{}'
	error_is 405 null 'LIST-04 the root is read only'
}

# A query that would look at too much, as CGI with another limit.
limits() {
	[ "$MODE" = cgi ] || return 0
	SETTINGS=MUSTER_SCAN_MAX=2
	scim GET '/Users?filter=title+co+"a"'
	error_is 400 tooMany 'LIST-06 more work than the server takes on'
	scim GET '/Users?filter=userName+eq+"anna"'
	json_is .totalResults 1 'LIST-06 an index needs none'
	SETTINGS=MUSTER_SCAN_MAX=0
	scim GET '/Users?filter=title+co+"a"'
	status_is 200 'LIST-06 or no limit'
	SETTINGS=
}

lists() {
	populate
	sorting
	paging
	cursors
	searching
	roots
	moving
	limits
}

both lists
done_testing
