CREATE TABLE "credit_grants" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"currency" text NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"priority" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	"remaining_minor" bigint NOT NULL,
	"reserved_minor" bigint NOT NULL,
	"effective_at" timestamptz NOT NULL,
	"expires_at" timestamptz,
	"applies_to" jsonb,
	"rollover" jsonb,
	"key" text NOT NULL,
	"invoice_id" text,
	"rolled_from" text,
	"voided_at" timestamptz,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "credit_grants_org_id_id_pk" PRIMARY KEY("org_id","id"),
	CONSTRAINT "credit_grants_never_below_zero" CHECK (remaining_minor >= 0 and amount_minor > 0),
	CONSTRAINT "credit_grants_reserved" CHECK (reserved_minor between 0 and remaining_minor)
);
--> statement-breakpoint
CREATE TABLE "credit_movements" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"grant_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"kind" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"invoice_id" text,
	"key" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamptz NOT NULL,
	CONSTRAINT "credit_movements_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "credit_purchases" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"source" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"terms" jsonb NOT NULL,
	"status" text NOT NULL,
	"key" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	"settled_at" timestamptz,
	CONSTRAINT "credit_purchases_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "credit_reservations" (
	"org_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"grant_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "credit_reservations_org_id_invoice_id_grant_id_pk" PRIMARY KEY("org_id","invoice_id","grant_id")
);
--> statement-breakpoint
CREATE TABLE "credit_top_ups" (
	"org_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"status" text NOT NULL,
	"paused_reason" text,
	"threshold_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"limit_per" text NOT NULL,
	"max_top_ups" integer NOT NULL,
	"max_amount_minor" bigint NOT NULL,
	"terms" jsonb NOT NULL,
	"revision" integer NOT NULL,
	"updated_at" timestamptz NOT NULL,
	CONSTRAINT "credit_top_ups_org_id_customer_id_pk" PRIMARY KEY("org_id","customer_id")
);
--> statement-breakpoint
ALTER TABLE "invoices" ALTER COLUMN "subscription_id" DROP NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_grants_key" ON "credit_grants" USING btree ("org_id","key");--> statement-breakpoint
CREATE INDEX "credit_grants_customer" ON "credit_grants" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE INDEX "credit_grants_invoice" ON "credit_grants" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE INDEX "credit_grants_open" ON "credit_grants" USING btree ("org_id","customer_id") WHERE remaining_minor > 0;--> statement-breakpoint
CREATE INDEX "credit_grants_expiring" ON "credit_grants" USING btree ("org_id","expires_at") WHERE remaining_minor > 0;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_movements_key" ON "credit_movements" USING btree ("org_id","key");--> statement-breakpoint
CREATE INDEX "credit_movements_grant" ON "credit_movements" USING btree ("org_id","grant_id","at");--> statement-breakpoint
CREATE INDEX "credit_movements_customer" ON "credit_movements" USING btree ("org_id","customer_id","at");--> statement-breakpoint
CREATE INDEX "credit_movements_invoice" ON "credit_movements" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_purchases_key" ON "credit_purchases" USING btree ("org_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_purchases_invoice" ON "credit_purchases" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE INDEX "credit_purchases_customer" ON "credit_purchases" USING btree ("org_id","customer_id","created_at");--> statement-breakpoint
CREATE INDEX "credit_reservations_grant" ON "credit_reservations" USING btree ("org_id","grant_id");
--> statement-breakpoint
CREATE TRIGGER credit_movements_immutable BEFORE UPDATE OR DELETE ON credit_movements FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER credit_movements_kept BEFORE TRUNCATE ON credit_movements EXECUTE FUNCTION refuse_truncate();
--> statement-breakpoint
-- A grant's terms never change: only what is left of it, what is reserved, and when it was voided.
CREATE FUNCTION guard_credit_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'credit grant % cannot be deleted', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF to_jsonb(NEW) - 'remaining_minor' - 'reserved_minor' - 'voided_at'
    IS DISTINCT FROM to_jsonb(OLD) - 'remaining_minor' - 'reserved_minor' - 'voided_at' THEN
    RAISE EXCEPTION 'the terms of credit grant % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER credit_grants_guard BEFORE UPDATE OR DELETE ON credit_grants FOR EACH ROW EXECUTE FUNCTION guard_credit_grant();
--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
REVOKE UPDATE, DELETE ON credit_movements FROM tollkeeper_app;
--> statement-breakpoint
REVOKE DELETE ON credit_grants FROM tollkeeper_app;
