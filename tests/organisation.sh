# organisation.sh: what tests of provisioning share, beside provision.sh: a
# small organisation at the source, which changes, and what a target has of it
# every time.
#
# `organisation` makes it and changes it; after each change it calls `stage
# TEXT WANT`, which the test defines: it provisions, and looks whether every
# target has WANT, as `organisation_there URL TOKEN` tells.

# Lines "userName:displayName:title:on|off:department:manager:email" and
# "displayName=userName,...", sorted; "-" for what is not there.
organisation_there() {
	for type in Users Groups; do
		curl -s -H "Authorization: Bearer $2" "$1/$type"
	done | jq -rs --arg e "$ENT" '
	    (.[0].Resources // []) as $users | (.[1].Resources // []) as $groups |
	    ($users | map({(.id): (.userName | ascii_downcase)}) | add // {}) as $names |
	    [$users[] | [$names[.id], .displayName, .title // "-",
		(if .active == false then "off" else "on" end), .[$e].department // "-",
		$names[.[$e].manager.value // ""] // "-",
		([.emails[]?.value | ascii_downcase] | join(","))] | join(":")] +
	    [$groups[] | .displayName + "=" + ([.members[]? | $names[.value] // .value] | sort | join(","))] |
	    sort | .[]' 2>&1
}

organisation() {
	made /Users "$(user anna Anna true ",\"title\":\"Engineer\",\"$ENT\":{\"department\":\"Sales\"},\"name\":{\"givenName\":\"Anna\",\"familyName\":\"Berg\"}")"
	anna=$ID
	made /Users "$(user bert Bert true ",\"$ENT\":{\"department\":\"Sales\",\"manager\":{\"value\":\"$anna\"}}")"
	bert=$ID
	made /Users "$(user Carl Carl true ',"phoneNumbers":[{"type":"work","value":"+47 22 00 00 01"}]')"
	carl=$ID
	made /Users "$(user dora Dora false)"
	made /Groups "$(group Sales "$anna" "$bert")"
	sales=$ID
	made /Groups "$(group Staff "$anna" "$bert" "$carl")"
	staff=$ID
	stage 'PS-070 an organisation is created, but for who is not active' 'Sales=anna,bert
Staff=anna,bert,carl
anna:Anna:Engineer:on:Sales:-:anna@example.test
bert:Bert:-:on:Sales:anna:bert@example.test
carl:Carl:-:on:-:-:carl@example.test'

	patch "/Users/$anna" '[{"op":"replace","path":"displayName","value":"Anna B"},{"op":"replace","path":"emails[type eq \"work\"].value","value":"anna.b@example.test"},{"op":"remove","path":"title"}]'
	patch "/Users/$bert" "[{\"op\":\"add\",\"path\":\"title\",\"value\":\"Chief\"},{\"op\":\"replace\",\"path\":\"$ENT:department\",\"value\":\"Support\"},{\"op\":\"remove\",\"path\":\"$ENT:manager\"}]"
	patch "/Users/$carl" '[{"op":"add","path":"addresses","value":[{"type":"work","locality":"Oslo","country":"NO"}]},{"op":"remove","path":"phoneNumbers"}]'
	patch "/Groups/$staff" '[{"op":"replace","path":"displayName","value":"Everyone"}]'
	stage 'CLI-10 PS-053 PS-073 what changes is changed, what goes is removed' 'Everyone=anna,bert,carl
Sales=anna,bert
anna:Anna B:-:on:Sales:-:anna.b@example.test
bert:Bert:Chief:on:Support:-:bert@example.test
carl:Carl:-:on:-:-:carl@example.test'

	patch "/Groups/$sales" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$carl\"}]},{\"op\":\"remove\",\"path\":\"members[value eq \\\"$anna\\\"]\"}]"
	patch "/Users/$carl" "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":{\"value\":\"$bert\"}}]"
	stage 'CLI-23 PS-075 PS-076 who comes into a group and who leaves it; a manager' 'Everyone=anna,bert,carl
Sales=bert,carl
anna:Anna B:-:on:Sales:-:anna.b@example.test
bert:Bert:Chief:on:Support:-:bert@example.test
carl:Carl:-:on:-:bert:carl@example.test'

	patch "/Users/$bert" '[{"op":"replace","path":"active","value":false}]'
	stage 'CLI-13 who is disabled is disabled' 'Everyone=anna,bert,carl
Sales=bert,carl
anna:Anna B:-:on:Sales:-:anna.b@example.test
bert:Bert:Chief:off:Support:-:bert@example.test
carl:Carl:-:on:-:bert:carl@example.test'

	scim DELETE "/Users/$anna"
	scim DELETE "/Groups/$sales"
	stage 'who and what is deleted is deleted' 'Everyone=bert,carl
bert:Bert:Chief:off:Support:-:bert@example.test
carl:Carl:-:on:-:bert:carl@example.test'
}
