CREATE TABLE "call_chunk_marks" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"packed_through" timestamp(3) with time zone,
	"barrier_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "call_chunks" (
	"account_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "call_chunks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"from_at" timestamp(3) with time zone NOT NULL,
	"to_at" timestamp(3) with time zone NOT NULL,
	"call_count" integer NOT NULL,
	"first_started_at" timestamp(3) with time zone NOT NULL,
	"min_call_id" double precision NOT NULL,
	"max_call_id" double precision NOT NULL,
	"max_ended_at" timestamp(3) with time zone,
	"has_live" boolean NOT NULL,
	"is_stale" boolean DEFAULT false NOT NULL,
	"words" jsonb NOT NULL,
	"call_ids" "bytea" NOT NULL,
	"started_at" "bytea" NOT NULL,
	"class_code" "bytea" NOT NULL,
	"agent_id" "bytea" NOT NULL,
	"campaign_id" "bytea" NOT NULL,
	"call_group_id" "bytea" NOT NULL,
	"virtual_number_id" "bytea" NOT NULL,
	"customer_id" "bytea" NOT NULL,
	"duration_seconds" "bytea" NOT NULL,
	"talk_seconds" "bytea" NOT NULL,
	"ivr_seconds" "bytea" NOT NULL,
	"ring_seconds" "bytea" NOT NULL,
	"wait_seconds" "bytea" NOT NULL,
	"leg_a_picked_at" "bytea" NOT NULL,
	"leg_b_started_at" "bytea" NOT NULL,
	"answered_at" "bytea" NOT NULL,
	"ended_at" "bytea" NOT NULL,
	"coins_code" "bytea" NOT NULL,
	CONSTRAINT "call_chunks_id_account_id_pk" PRIMARY KEY("id","account_id")
);
--> statement-breakpoint
CREATE INDEX "call_chunks_range" ON "call_chunks" USING btree ("account_id","from_at");--> statement-breakpoint
CREATE INDEX "call_chunks_stale" ON "call_chunks" USING btree ("account_id") WHERE is_stale;--> statement-breakpoint
-- Packed already: PostgreSQL would spend time on what it cannot make smaller.
ALTER TABLE "call_chunks" ALTER COLUMN "call_ids" SET STORAGE EXTERNAL,
  ALTER COLUMN "started_at" SET STORAGE EXTERNAL,
  ALTER COLUMN "class_code" SET STORAGE EXTERNAL,
  ALTER COLUMN "agent_id" SET STORAGE EXTERNAL,
  ALTER COLUMN "campaign_id" SET STORAGE EXTERNAL,
  ALTER COLUMN "call_group_id" SET STORAGE EXTERNAL,
  ALTER COLUMN "virtual_number_id" SET STORAGE EXTERNAL,
  ALTER COLUMN "customer_id" SET STORAGE EXTERNAL,
  ALTER COLUMN "duration_seconds" SET STORAGE EXTERNAL,
  ALTER COLUMN "talk_seconds" SET STORAGE EXTERNAL,
  ALTER COLUMN "ivr_seconds" SET STORAGE EXTERNAL,
  ALTER COLUMN "ring_seconds" SET STORAGE EXTERNAL,
  ALTER COLUMN "wait_seconds" SET STORAGE EXTERNAL,
  ALTER COLUMN "leg_a_picked_at" SET STORAGE EXTERNAL,
  ALTER COLUMN "leg_b_started_at" SET STORAGE EXTERNAL,
  ALTER COLUMN "answered_at" SET STORAGE EXTERNAL,
  ALTER COLUMN "ended_at" SET STORAGE EXTERNAL,
  ALTER COLUMN "coins_code" SET STORAGE EXTERNAL;
