#!/bin/sh
# The organisation of `make scale`, small: one group of all, a user in every
# group, groups in one another to a depth of ten, and no circle (issue 4).
. "$(dirname "$0")/lib.sh"
MODE=cgi

user() {
	printf '01900000-0000-7000-8000-%012x' "$1"
}
group() {
	printf '01910000-0000-7000-8000-%012x' "$1"
}

tests/scale/generate 300 20 > "$T/lines"
store_new
"$BIN/muster" import --store "$T/store" "$T/lines" > "$T/out" 2> "$T/err"
# The one in every group is among the nine of one of them by chance.
is "$? $(sed 's/; [0-9]* a second//' "$T/out")" \
    '0 1321 imported, 0 were there, 0 left as they are, 0 refused; 508 members, 0 unknown' 'it is imported'
"$BIN/muster" verify --store "$T/store" > "$T/out"
is "$?" 0 'and sound'
scim GET "/Groups/$(group 0)/members?count=0"
json_is .totalResults 300 'one group has all users'
scim GET "/Users/$(user 100)?attributes=groups"
json_is '[.groups[]|select(.type == "direct")]|length' 21 'one user is in every group'
# The tenth group has the users 91 to 99.
scim GET "/Users/$(user 95)?attributes=groups"
json_is '[.groups[].type]|sort|group_by(.)|map("\(length) \(.[0])")|join(", ")' '2 direct, 9 indirect' \
    'a user of the tenth group is in the nine that it stands in'
query /Users "groups eq \"$(group 1)\"" 'count=0'
json_is .totalResults 91 'all users of the ten groups are in the first'
patch "/Groups/$(group 10)" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$(group 1)\"}]}]"
error_is 400 invalidValue 'the first group in the tenth would be a circle'

# The same users come backwards, as an export of another system may have them.
tests/scale/generate 1500 1 | grep '"userName"' | tac > "$T/lines"
store_new
"$BIN/muster" import --store "$T/store" "$T/lines" > "$T/out" 2> "$T/err"
is "$? $(sed 's/, 0 were.*//' "$T/out")" '0 2500 imported' 'users in no order'
"$BIN/muster" verify --store "$T/store" > "$T/out"
is "$? $(wc -l < "$T/out")" '0 1' 'their blocks count what stands in them'
for index in 1 1100 1600 2100 2500; do
	scim GET "/Users?startIndex=$index&count=1&attributes=id"
	json_is '.Resources[0].id' "$(user "$index")" "PAGE-01 number $index is where it stands"
done
done_testing
