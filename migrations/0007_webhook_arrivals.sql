CREATE TABLE "webhook_arrivals" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"last_event_at" timestamp(3) with time zone NOT NULL,
	"last_report_at" timestamp(3) with time zone
);
--> statement-breakpoint
-- As text: words that were added to the type by an earlier migration may not be used before that is committed.
INSERT INTO "webhook_arrivals"
SELECT account_id, max(received_at), max(received_at) FILTER (WHERE kind = 'CALL_REPORT')
FROM webhook_events WHERE form::text NOT IN ('IMPORT', 'BACKFILL') GROUP BY account_id;
