CREATE TABLE "stream_tickets" (
	"ticket_hash" "bytea" PRIMARY KEY NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
