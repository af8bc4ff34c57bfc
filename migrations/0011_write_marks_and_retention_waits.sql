CREATE TABLE "write_marks" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"given_up_to" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retention_waits" (
	"kind" text PRIMARY KEY NOT NULL,
	"since" timestamp(3) with time zone NOT NULL,
	"why" text NOT NULL
);
--> statement-breakpoint
-- What was given before: no account's next moment may be behind it.
INSERT INTO "write_marks" ("account_id", "given_up_to")
SELECT "id", "newest" FROM "accounts", (
	SELECT greatest((SELECT max("updated_at") FROM "calls"), (SELECT max("barrier_at") FROM "call_chunk_marks"), (SELECT max("packed_through") FROM "call_chunk_marks")) AS "newest"
) AS "given" WHERE "newest" IS NOT NULL;
