CREATE TABLE "account_secrets" (
	"account_id" integer NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "account_secrets_secret_hash_pk" PRIMARY KEY("secret_hash")
);
--> statement-breakpoint
DROP INDEX "webhook_events_content";--> statement-breakpoint
DROP INDEX "webhook_events_sid";--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "sent_name" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "given_name" text;--> statement-breakpoint
ALTER TABLE "calls" ADD COLUMN "live_event_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "unknown_words" text[];--> statement-breakpoint
ALTER TABLE "account_secrets" ADD CONSTRAINT "account_secrets_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_secrets_account" ON "account_secrets" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "calls_ageing" ON "calls" USING btree ("live_event_at") WHERE status in ('RINGING', 'IN_PROGRESS');--> statement-breakpoint
CREATE INDEX "webhook_events_unknown_words" ON "webhook_events" USING btree ("id") WHERE unknown_words is not null;--> statement-breakpoint
CREATE INDEX "webhook_events_content" ON "webhook_events" USING btree ("content_hash","account_id") WHERE call_sid is null;--> statement-breakpoint
CREATE INDEX "webhook_events_sid" ON "webhook_events" USING btree ("call_sid","account_id") WHERE call_sid is not null;