CREATE TABLE "raw_mails" (
	"org_id" text NOT NULL,
	"message_id" text NOT NULL,
	"raw" "bytea" NOT NULL,
	"delete_at" timestamptz NOT NULL,
	CONSTRAINT "raw_mails_org_id_message_id_pk" PRIMARY KEY("org_id","message_id")
);
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "mail_stopped" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "mail_stopped_at" timestamptz;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "attachments" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "notes" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "mail_secret" text DEFAULT gen_random_uuid()::text || gen_random_uuid()::text NOT NULL;--> statement-breakpoint
CREATE INDEX "raw_mails_old" ON "raw_mails" USING btree ("delete_at");--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
UPDATE "messages" SET "headers" = "headers" - 'attachments', "attachments" = (
  SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'type', 'application/octet-stream', 'sizeBytes', 0, 'sha256', '')), '[]'::jsonb)
  FROM jsonb_array_elements_text(("headers" ->> 'attachments')::jsonb) AS name
) WHERE "headers" ? 'attachments';
