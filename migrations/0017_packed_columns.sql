ALTER TABLE "call_chunks" ADD COLUMN "versions" jsonb DEFAULT '{"id":1,"startedAt":1,"class":1,"agentId":1,"campaignId":1,"callGroupId":1,"virtualNumberId":1,"customerId":1,"durationSeconds":1,"talkSeconds":1,"ivrSeconds":1,"ringSeconds":1,"waitSeconds":1,"legAPickedAt":1,"legBStartedAt":1,"answeredAt":1,"endedAt":1,"coins":1}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "call_chunks" ADD COLUMN "key_press" "bytea";--> statement-breakpoint
ALTER TABLE "call_chunks" ADD COLUMN "hangup_cause" "bytea";--> statement-breakpoint
ALTER TABLE "call_chunks" ADD COLUMN "ended_by" "bytea";--> statement-breakpoint
ALTER TABLE "call_chunks" ADD COLUMN "error_code" "bytea";