// better-auth.mjs FOLDER: better-auth and its SCIM plugin as a target, which
// keeps resources in memory.  Its port goes to FOLDER/port, its token is
// "token".
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { scim } from "@better-auth/scim";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";

const folder = process.argv[2];
const tables = Object.fromEntries([
	"user", "session", "verification", "account", "scimConnectionBinding",
	"scimIdentityTombstone", "scimSubject", "scimUser", "scimGroup",
	"scimGroupMember", "scimProjectionGrant",
].map((name) => [name, []]));

const server = createServer();
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address();
	const auth = betterAuth({
		baseURL: `http://127.0.0.1:${port}`,
		secret: "of a test, which keeps nothing and has no sessions",
		database: memoryAdapter(tables),
		plugins: [scim({
			connections: [{
				id: "muster",
				credentials: [{ type: "bearer", id: "muster", token: "token" }],
			}],
		})],
	});

	server.on("request", toNodeHandler(auth));
	writeFileSync(`${folder}/port.new`, `${port}\n`);
	renameSync(`${folder}/port.new`, `${folder}/port`);
});
