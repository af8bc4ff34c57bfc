ALTER TABLE "access_log" ADD COLUMN "changed_type" text;--> statement-breakpoint
ALTER TABLE "access_log" ADD COLUMN "changed_id" bigint;