CREATE TYPE "public"."call_removal_reason" AS ENUM('MERGED', 'RETENTION');--> statement-breakpoint
CREATE TABLE "ended_call_marks" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"deleted_through" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ended_calls" (
	"account_id" integer NOT NULL,
	"call_id" bigint NOT NULL,
	"removed_at" timestamp(3) with time zone NOT NULL,
	"reason" "call_removal_reason" NOT NULL,
	"replaced_by" bigint,
	CONSTRAINT "ended_calls_call_id_account_id_pk" PRIMARY KEY("call_id","account_id")
);
--> statement-breakpoint
CREATE INDEX "ended_calls_removed" ON "ended_calls" USING btree ("removed_at","call_id");--> statement-breakpoint
CREATE INDEX "ended_calls_replaced" ON "ended_calls" USING btree ("replaced_by","account_id") WHERE replaced_by is not null;