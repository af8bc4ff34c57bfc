CREATE TYPE "public"."call_leg" AS ENUM('LEG_A', 'LEG_B');--> statement-breakpoint
CREATE TYPE "public"."call_direction" AS ENUM('INBOUND', 'OUTBOUND', 'UNKNOWN');--> statement-breakpoint
CREATE TYPE "public"."call_disposition" AS ENUM('ANSWERED', 'NO_ANSWER', 'BUSY', 'CANCELED', 'ABANDONED', 'AGENT_ENGAGED', 'UNREACHABLE', 'NOT_CONNECTED', 'VOICEMAIL', 'FAILED', 'UNKNOWN');--> statement-breakpoint
CREATE TYPE "public"."call_outcome" AS ENUM('ANSWERED', 'MISSED', 'ABANDONED', 'IVR_ENDED', 'UNKNOWN');--> statement-breakpoint
CREATE TYPE "public"."call_party" AS ENUM('CUSTOMER', 'AGENT', 'SYSTEM');--> statement-breakpoint
CREATE TYPE "public"."call_status" AS ENUM('RINGING', 'IN_PROGRESS', 'COMPLETED', 'UNREPORTED');--> statement-breakpoint
CREATE TYPE "public"."webhook_event_form" AS ENUM('JSON', 'FORM', 'QUERY', 'IMPORT', 'BACKFILL');--> statement-breakpoint
CREATE TYPE "public"."webhook_event_kind" AS ENUM('CALL_REPORT', 'LIVE_CALL', 'OTHER');--> statement-breakpoint
CREATE TYPE "public"."webhook_event_state" AS ENUM('RECORDED', 'DUPLICATE', 'IGNORED', 'UNREADABLE', 'CONFLICT');--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"provider" text DEFAULT 'callerdesk' NOT NULL,
	"time_zone" text NOT NULL,
	"region" text NOT NULL,
	"outgoing_agent_leg" "call_leg" DEFAULT 'LEG_A' NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "agents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"number" text,
	"email" text,
	"name" text,
	"name_key" text collate "C",
	"first_call_at" timestamp(3) with time zone,
	"last_call_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "call_groups" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "call_groups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"name" text NOT NULL,
	"name_key" text collate "C" NOT NULL,
	"first_call_at" timestamp(3) with time zone,
	"last_call_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"account_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"call_sid" text NOT NULL,
	"direction" "call_direction" NOT NULL,
	"status" "call_status" NOT NULL,
	"disposition" "call_disposition",
	"outcome" "call_outcome",
	"ended_by" "call_party",
	"customer_id" bigint,
	"agent_id" bigint,
	"virtual_number_id" bigint,
	"call_group_id" bigint,
	"campaign_id" bigint,
	"customer_number" text,
	"agent_number" text,
	"agent_name" text,
	"source_number" text,
	"destination_number" text,
	"dialed_number" text,
	"started_at" timestamp(3) with time zone NOT NULL,
	"leg_a_picked_at" timestamp(3) with time zone,
	"leg_b_started_at" timestamp(3) with time zone,
	"leg_b_picked_at" timestamp(3) with time zone,
	"answered_at" timestamp(3) with time zone,
	"ended_at" timestamp(3) with time zone,
	"duration_seconds" integer,
	"talk_seconds" integer,
	"ivr_seconds" integer,
	"ring_seconds" integer,
	"wait_seconds" integer,
	"coins" numeric,
	"recording_url" text,
	"key_press" text,
	"hangup_cause" integer,
	"error_code" text,
	"provider_status" text,
	"provider_direction" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"agent_email" text,
	"sent_status" text,
	"sent_call_status" text,
	"sent_hangup_cause" text,
	"sent_started_at" timestamp(3) with time zone,
	"sent_ended_at" timestamp(3) with time zone,
	"sent_duration_seconds" integer,
	"sent_talk_seconds" integer,
	CONSTRAINT "calls_id_account_id_pk" PRIMARY KEY("id","account_id")
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "campaigns_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"campaign_code" text NOT NULL,
	"name" text,
	"name_key" text collate "C",
	"first_call_at" timestamp(3) with time zone,
	"last_call_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"number" text,
	"name" text,
	"name_key" text collate "C",
	"first_call_at" timestamp(3) with time zone,
	"last_call_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "virtual_numbers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "virtual_numbers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"number" text NOT NULL,
	"name" text,
	"name_key" text collate "C",
	"first_call_at" timestamp(3) with time zone,
	"last_call_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"account_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "webhook_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"received_at" timestamp(3) with time zone NOT NULL,
	"kind" "webhook_event_kind" NOT NULL,
	"form" "webhook_event_form" NOT NULL,
	"state" "webhook_event_state" NOT NULL,
	"reason" text,
	"call_sid" text,
	"content_type" text,
	"body" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	CONSTRAINT "webhook_events_id_account_id_pk" PRIMARY KEY("id","account_id")
);
--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_groups" ADD CONSTRAINT "call_groups_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "virtual_numbers" ADD CONSTRAINT "virtual_numbers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agents_account_number" ON "agents" USING btree ("account_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "agents_account_email" ON "agents" USING btree ("account_id","email") WHERE number is null;--> statement-breakpoint
CREATE INDEX "agents_name" ON "agents" USING btree ("name_key","id");--> statement-breakpoint
CREATE UNIQUE INDEX "call_groups_account_name" ON "call_groups" USING btree ("account_id","name");--> statement-breakpoint
CREATE INDEX "call_groups_name" ON "call_groups" USING btree ("name_key","id");--> statement-breakpoint
CREATE UNIQUE INDEX "calls_sid" ON "calls" USING btree ("call_sid","account_id");--> statement-breakpoint
CREATE INDEX "calls_started" ON "calls" USING btree ("started_at","id");--> statement-breakpoint
CREATE INDEX "calls_updated" ON "calls" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "calls_agent_started" ON "calls" USING btree ("agent_id","started_at","id") WHERE agent_id is not null;--> statement-breakpoint
CREATE INDEX "calls_campaign_started" ON "calls" USING btree ("campaign_id","started_at","id") WHERE campaign_id is not null;--> statement-breakpoint
CREATE INDEX "calls_group_started" ON "calls" USING btree ("call_group_id","started_at","id") WHERE call_group_id is not null;--> statement-breakpoint
CREATE INDEX "calls_number_started" ON "calls" USING btree ("virtual_number_id","started_at","id") WHERE virtual_number_id is not null;--> statement-breakpoint
CREATE INDEX "calls_customer_started" ON "calls" USING btree ("customer_id","started_at","id") WHERE customer_id is not null;--> statement-breakpoint
CREATE INDEX "calls_live" ON "calls" USING btree ("started_at","id") WHERE status in ('RINGING', 'IN_PROGRESS');--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_account_code" ON "campaigns" USING btree ("account_id","campaign_code");--> statement-breakpoint
CREATE INDEX "campaigns_name" ON "campaigns" USING btree ("name_key","id");--> statement-breakpoint
CREATE UNIQUE INDEX "customers_number" ON "customers" USING btree ("number","account_id");--> statement-breakpoint
CREATE INDEX "customers_name" ON "customers" USING btree ("name_key","id");--> statement-breakpoint
CREATE INDEX "customers_last_call" ON "customers" USING btree ("last_call_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "virtual_numbers_account_number" ON "virtual_numbers" USING btree ("account_id","number");--> statement-breakpoint
CREATE INDEX "virtual_numbers_name" ON "virtual_numbers" USING btree ("name_key","id");--> statement-breakpoint
CREATE INDEX "webhook_events_content" ON "webhook_events" USING btree ("account_id","content_hash");--> statement-breakpoint
CREATE INDEX "webhook_events_sid" ON "webhook_events" USING btree ("account_id","call_sid","id") WHERE call_sid is not null;--> statement-breakpoint
CREATE INDEX "webhook_events_received" ON "webhook_events" USING btree ("received_at","id");