// scimmy.mjs FOLDER: a target made of scimmy and scimmy-routers, which keeps
// resources in memory.  Its port goes to FOLDER/port, its token is "token".
import { randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const folder = process.argv[2];

// The handlers of a type: what is unique of it is NAME.
function handlers(name) {
	const rows = new Map();
	const found = (id) => {
		if (!rows.has(id))
			throw new SCIMMY.Types.Error(404, null, `no ${id}`);
		return rows.get(id);
	};
	return {
		egress(resource) {
			if (resource.id)
				return found(resource.id);
			const all = [...rows.values()];
			return resource.filter ? resource.filter.match(all) : all;
		},
		ingress(resource, data) {
			const now = new Date();
			const id = resource.id ?? randomUUID();
			const old = resource.id ? found(id) : null;
			const row = JSON.parse(JSON.stringify(data));
			for (const other of rows.values())
				if (name && other.id !== id &&
				    other[name].toLowerCase() === row[name].toLowerCase())
					throw new SCIMMY.Types.Error(409, "uniqueness", row[name]);
			row.id = id;
			row.meta = { created: old?.meta.created ?? now, lastModified: now };
			rows.set(id, row);
			return row;
		},
		degress(resource) {
			found(resource.id);
			rows.delete(resource.id);
		},
	};
}

SCIMMY.Resources.declare(
    SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false),
    handlers("userName"));
SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers(null));

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
	type: "bearer",
	handler(request) {
		if (request.header("Authorization") !== "Bearer token")
			throw new Error("no token");
		return "muster";
	},
}));
const server = app.listen(0, "127.0.0.1", () => {
	writeFileSync(`${folder}/port.new`, `${server.address().port}\n`);
	renameSync(`${folder}/port.new`, `${folder}/port`);
});
