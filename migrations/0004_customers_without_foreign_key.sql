ALTER TABLE "customers" DROP CONSTRAINT "customers_account_id_accounts_id_fk";
