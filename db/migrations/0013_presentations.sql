CREATE TABLE "presentations" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"content" jsonb NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "presentations_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "presentation_id" text;
--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
REVOKE UPDATE, DELETE ON presentations FROM tollkeeper_app;
--> statement-breakpoint
CREATE TRIGGER presentations_immutable BEFORE UPDATE OR DELETE ON presentations FOR EACH ROW EXECUTE FUNCTION refuse_change();
