CREATE TABLE "late_usage" (
	"org_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"period_start" timestamptz NOT NULL,
	"metric" text NOT NULL,
	"seq" bigint NOT NULL,
	"quantity" numeric(38, 12) NOT NULL,
	"events" integer NOT NULL,
	"noted_at" timestamptz NOT NULL,
	"settled_by" text,
	CONSTRAINT "late_usage_org_id_subscription_id_period_start_metric_seq_pk" PRIMARY KEY("org_id","subscription_id","period_start","metric","seq")
);
--> statement-breakpoint
CREATE TABLE "usage_adjustments" (
	"org_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"period_start" timestamptz NOT NULL,
	"metric" text NOT NULL,
	"ordinal" integer NOT NULL,
	"period" text NOT NULL,
	"original_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"position" integer NOT NULL,
	"rated_minor" bigint NOT NULL,
	"billed_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "usage_adjustments_org_id_subscription_id_period_start_metric_ordinal_pk" PRIMARY KEY("org_id","subscription_id","period_start","metric","ordinal")
);
--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "kind" text DEFAULT 'period' NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "rated_snapshot" text;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "writer_xid" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "late_usage_customer" ON "late_usage" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE INDEX "late_usage_settled" ON "late_usage" USING btree ("org_id","settled_by");--> statement-breakpoint
CREATE INDEX "usage_adjustments_invoice" ON "usage_adjustments" USING btree ("org_id","invoice_id");
--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
CREATE TRIGGER usage_adjustments_guard BEFORE INSERT OR UPDATE OR DELETE ON usage_adjustments FOR EACH ROW EXECUTE FUNCTION guard_invoice_part();
--> statement-breakpoint
-- A difference is taken from what was really billed before: one that is computed twice is refused the second time.
CREATE FUNCTION guard_usage_adjustment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  billed numeric;
BEGIN
  SELECT coalesce((
      SELECT sum(amount_minor) FROM invoice_lines
      WHERE org_id = NEW.org_id AND invoice_id = NEW.original_id AND coalesce(metric, '') = NEW.metric
        AND kind IN ('usage', 'overage', 'included', 'minimum', 'maximum_discount', 'commitment')), 0)
    + coalesce((
      SELECT sum(a.amount_minor) FROM usage_adjustments a
      JOIN invoices i ON i.org_id = a.org_id AND i.id = a.invoice_id AND i.status <> 'void'
      WHERE a.org_id = NEW.org_id AND a.subscription_id = NEW.subscription_id AND a.period_start = NEW.period_start
        AND a.metric = NEW.metric), 0)
  INTO billed;
  IF billed <> NEW.billed_minor THEN
    RAISE EXCEPTION 'adjustment of % for %: % was billed, not %', NEW.metric, NEW.subscription_id, billed, NEW.billed_minor
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.amount_minor <> NEW.rated_minor - NEW.billed_minor
    AND (NEW.amount_minor >= 0 OR NEW.amount_minor < NEW.rated_minor - NEW.billed_minor) THEN
    RAISE EXCEPTION 'adjustment of % for % is beyond its difference', NEW.metric, NEW.subscription_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER usage_adjustments_chain BEFORE INSERT ON usage_adjustments FOR EACH ROW EXECUTE FUNCTION guard_usage_adjustment();
