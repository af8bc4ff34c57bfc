CREATE TABLE "former_ids" (
	"type" text PRIMARY KEY NOT NULL,
	"last_id" bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO "former_ids" ("type", "last_id")
SELECT 'Account', CASE WHEN is_called THEN last_value ELSE 0 END FROM "accounts_id_seq"
UNION ALL SELECT 'Call', CASE WHEN is_called THEN last_value ELSE 0 END FROM "calls_id_seq"
UNION ALL SELECT 'Agent', CASE WHEN is_called THEN last_value ELSE 0 END FROM "agents_id_seq"
UNION ALL SELECT 'Campaign', CASE WHEN is_called THEN last_value ELSE 0 END FROM "campaigns_id_seq"
UNION ALL SELECT 'CallGroup', CASE WHEN is_called THEN last_value ELSE 0 END FROM "call_groups_id_seq"
UNION ALL SELECT 'VirtualNumber', CASE WHEN is_called THEN last_value ELSE 0 END FROM "virtual_numbers_id_seq"
UNION ALL SELECT 'Customer', CASE WHEN is_called THEN last_value ELSE 0 END FROM "customers_id_seq"
UNION ALL SELECT 'WebhookEvent', CASE WHEN is_called THEN last_value ELSE 0 END FROM "webhook_events_id_seq";
