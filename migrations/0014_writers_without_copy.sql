ALTER TABLE "write_marks" ADD COLUMN "closed_through" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "write_marks" ADD COLUMN "followed_through" timestamp(3) with time zone;--> statement-breakpoint
CREATE INDEX "ended_calls_of_account" ON "ended_calls" USING btree ("account_id","removed_at");--> statement-breakpoint
-- Calls were deleted from these chunks, and nothing else may tell which: the account is packed anew.
UPDATE "call_chunk_marks" SET "packed_through" = NULL WHERE "account_id" IN (SELECT "account_id" FROM "call_chunks" WHERE "is_stale");--> statement-breakpoint
-- What writers had to exceed until now they have to exceed from now on.
INSERT INTO "write_marks" ("account_id", "given_up_to", "closed_through", "followed_through")
SELECT "account_id", greatest("barrier_at", "packed_through"), greatest("barrier_at", "packed_through"), "packed_through" FROM "call_chunk_marks"
ON CONFLICT ("account_id") DO UPDATE SET "closed_through" = excluded."closed_through", "followed_through" = excluded."followed_through";--> statement-breakpoint
DROP INDEX "call_chunks_stale";--> statement-breakpoint
ALTER TABLE "call_chunk_marks" DROP COLUMN "barrier_at";--> statement-breakpoint
ALTER TABLE "call_chunks" DROP COLUMN "is_stale";
