-- The new index is built before the old key goes, so that the table is locked against everything only for the moment of the change.
CREATE UNIQUE INDEX "agents_id_account_id_pk" ON "agents" USING btree ("id","account_id");--> statement-breakpoint
ALTER TABLE "agents" DROP CONSTRAINT "agents_pkey", ADD CONSTRAINT "agents_id_account_id_pk" PRIMARY KEY USING INDEX "agents_id_account_id_pk";--> statement-breakpoint
CREATE UNIQUE INDEX "call_groups_id_account_id_pk" ON "call_groups" USING btree ("id","account_id");--> statement-breakpoint
ALTER TABLE "call_groups" DROP CONSTRAINT "call_groups_pkey", ADD CONSTRAINT "call_groups_id_account_id_pk" PRIMARY KEY USING INDEX "call_groups_id_account_id_pk";--> statement-breakpoint
CREATE UNIQUE INDEX "campaigns_id_account_id_pk" ON "campaigns" USING btree ("id","account_id");--> statement-breakpoint
ALTER TABLE "campaigns" DROP CONSTRAINT "campaigns_pkey", ADD CONSTRAINT "campaigns_id_account_id_pk" PRIMARY KEY USING INDEX "campaigns_id_account_id_pk";--> statement-breakpoint
CREATE UNIQUE INDEX "customers_id_account_id_pk" ON "customers" USING btree ("id","account_id");--> statement-breakpoint
ALTER TABLE "customers" DROP CONSTRAINT "customers_pkey", ADD CONSTRAINT "customers_id_account_id_pk" PRIMARY KEY USING INDEX "customers_id_account_id_pk";--> statement-breakpoint
CREATE UNIQUE INDEX "virtual_numbers_id_account_id_pk" ON "virtual_numbers" USING btree ("id","account_id");--> statement-breakpoint
ALTER TABLE "virtual_numbers" DROP CONSTRAINT "virtual_numbers_pkey", ADD CONSTRAINT "virtual_numbers_id_account_id_pk" PRIMARY KEY USING INDEX "virtual_numbers_id_account_id_pk";--> statement-breakpoint
-- Whoever has millions of calls builds these two beforehand, with CREATE INDEX CONCURRENTLY: then nothing is waited for here.
CREATE INDEX IF NOT EXISTS "calls_account_started" ON "calls" USING btree ("account_id","started_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "calls_account_updated" ON "calls" USING btree ("account_id","updated_at","id");
