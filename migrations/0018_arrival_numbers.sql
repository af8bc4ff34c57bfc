-- What is there keeps the number 0, and with it the order of its ids, which rose as deliveries came.
ALTER TABLE "webhook_arrivals" ALTER COLUMN "last_event_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_arrivals" ADD COLUMN "last_number" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "arrival_number" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
DROP INDEX "webhook_events_unknown_words";--> statement-breakpoint
CREATE INDEX "webhook_events_unknown_words" ON "webhook_events" USING btree ("received_at") WHERE unknown_words is not null;--> statement-breakpoint
DROP INDEX "webhook_events_received";--> statement-breakpoint
CREATE INDEX "webhook_events_received" ON "webhook_events" USING btree ("received_at","arrival_number","id");--> statement-breakpoint
DROP INDEX "webhook_events_state";--> statement-breakpoint
CREATE INDEX "webhook_events_state" ON "webhook_events" USING btree ("state","received_at","arrival_number","id") WHERE state <> 'RECORDED';
