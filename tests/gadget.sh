# gadget.sh: a resource type with an attribute of every kind, and two
# extensions that use the same name, for tests of the model.

GADGET=urn:example:muster:2.0:Gadget
ONE=urn:example:muster:2.0:One
TWO=urn:example:muster:2.0:Two

# schemas_copy: a copy of the shipped schemas that a test may change
schemas_copy() {
	cp -r schemas "$T/schemas"
	MUSTER_SCHEMAS=$T/schemas
	export MUSTER_SCHEMAS
}

# gadget_schemas: the shipped schemas, and Gadget
gadget_schemas() {
	schemas_copy
	schema='"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"]'
	cat > "$T/schemas/Gadget.json" <<-END
	{$schema,"id":"$GADGET","name":"Gadget","description":"A gadget","attributes":[
	{"name":"label","type":"string","multiValued":false,"required":true},
	{"name":"plain","multiValued":false},
	{"name":"code","type":"string","multiValued":false,"caseExact":true,"uniqueness":"server"},
	{"name":"badge","type":"string","multiValued":false,"uniqueness":"global"},
	{"name":"fixed","type":"string","multiValued":false,"mutability":"immutable"},
	{"name":"given","type":"string","multiValued":false,"mutability":"readOnly"},
	{"name":"hidden","type":"string","multiValued":false,"mutability":"writeOnly","returned":"never"},
	{"name":"shown","type":"string","multiValued":false,"returned":"always"},
	{"name":"asked","type":"string","multiValued":false,"returned":"request"},
	{"name":"count","type":"integer","multiValued":false},
	{"name":"ratio","type":"decimal","multiValued":false},
	{"name":"made","type":"dateTime","multiValued":false},
	{"name":"data","type":"binary","multiValued":false},
	{"name":"page","type":"reference","multiValued":false,"referenceTypes":["external"]},
	{"name":"open","type":"boolean","multiValued":false},
	{"name":"tags","type":"string","multiValued":true,"canonicalValues":["new","old"]},
	{"name":"parts","type":"complex","multiValued":true,"subAttributes":[
		{"name":"value","type":"string","multiValued":false},
		{"name":"type","type":"string","multiValued":false},
		{"name":"primary","type":"boolean","multiValued":false},
		{"name":"marks","type":"string","multiValued":true}]},
	{"name":"box","type":"complex","multiValued":false,"subAttributes":[
		{"name":"wide","type":"integer","multiValued":false},
		{"name":"high","type":"integer","multiValued":false}]}]}
	END
	echo "{$schema,\"id\":\"$ONE\",\"name\":\"One\",\"description\":\"One\",\"attributes\":[{\"name\":\"colour\",\"multiValued\":false,\"type\":\"string\"}]}" > "$T/schemas/One.json"
	echo "{$schema,\"id\":\"$TWO\",\"name\":\"Two\",\"description\":\"Two\",\"attributes\":[{\"name\":\"colour\",\"multiValued\":false,\"type\":\"integer\"}]}" > "$T/schemas/Two.json"
	cat > "$T/schemas/types/Gadget.json" <<-END
	{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
	"id":"Gadget","name":"Gadget","endpoint":"/Gadgets","description":"Gadgets","schema":"$GADGET",
	"schemaExtensions":[{"schema":"$ONE","required":false},{"schema":"$TWO","required":false}]}
	END
}

# new_gadget LABEL [MORE-MEMBERS]: create one, its id in ID
new_gadget() {
	scim POST /Gadgets "{\"schemas\":[\"$GADGET\"],\"label\":\"$1\"${2:+,$2}}"
	ID=$(json .id)
}

# put_gadget ID MEMBERS
put_gadget() {
	scim PUT "/Gadgets/$1" "{\"schemas\":[\"$GADGET\"],$2}"
}

# shows JQ-EXPRESSION JSON TEXT: status 200 or 201, and these values
shows() {
	is "${STATUS%[01]} $(jq -cS "$1" "$T/body")" "20 $2" "$3"
}
