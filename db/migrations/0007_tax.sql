CREATE TABLE "tax_id_checks" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"tax_id" text NOT NULL,
	"outcome" text NOT NULL,
	"source" text NOT NULL,
	"registered_name" text,
	"registered_address" text,
	"name_match" text,
	"consultation_number" text,
	"detail" text,
	"checked_at" timestamptz NOT NULL,
	CONSTRAINT "tax_id_checks_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "tax_calculations" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"period_start" timestamptz NOT NULL,
	"request_hash" text NOT NULL,
	"provider" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"taxes" jsonb NOT NULL,
	"provider_ref" text,
	"expires_at" timestamptz,
	"transaction_ref" text,
	"asked_at" timestamptz NOT NULL,
	CONSTRAINT "tax_calculations_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "tax_id_source" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "tax_id_checked_at" timestamptz;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "tax_id_pending_since" timestamptz;--> statement-breakpoint
ALTER TABLE "invoice_taxes" ADD COLUMN "treatment" text DEFAULT 'taxed' NOT NULL;--> statement-breakpoint
ALTER TABLE "invoice_taxes" ADD COLUMN "rate_since" date;--> statement-breakpoint
ALTER TABLE "invoice_taxes" ADD COLUMN "tax_point" timestamptz;--> statement-breakpoint
-- Taxes of finalized invoices get what was decided for them then; the wall is down for these two statements only.
ALTER TABLE "invoice_taxes" DISABLE TRIGGER invoice_taxes_guard;--> statement-breakpoint
UPDATE invoice_taxes t SET tax_point = i.period_end - interval '1 microsecond',
  treatment = CASE
    WHEN t.rate <> 0 OR t.note IS NULL THEN 'taxed'
    WHEN t.note LIKE 'Reverse charge%' THEN 'reverse_charge'
    WHEN t.note LIKE 'Tax-exempt%' OR t.note LIKE 'Exempt%' THEN 'exempt'
    ELSE 'outside_scope' END
FROM invoices i WHERE i.org_id = t.org_id AND i.id = t.invoice_id;--> statement-breakpoint
UPDATE invoice_taxes SET tax_point = 'epoch' WHERE tax_point IS NULL;--> statement-breakpoint
ALTER TABLE "invoice_taxes" ENABLE TRIGGER invoice_taxes_guard;--> statement-breakpoint
ALTER TABLE "invoice_taxes" ALTER COLUMN "tax_point" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "hold_code" text;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "hold_reason" text;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "tax_calculation_id" text;--> statement-breakpoint
CREATE INDEX "tax_id_checks_customer" ON "tax_id_checks" USING btree ("org_id","customer_id","checked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tax_calculations_request" ON "tax_calculations" USING btree ("org_id","subscription_id","period_start","request_hash");--> statement-breakpoint
UPDATE customers SET tax_id_pending_since = created_at WHERE tax_id_status = 'pending';--> statement-breakpoint
UPDATE customers SET tax_id_source = CASE WHEN tax_id_status = 'valid' THEN 'stated' ELSE 'format' END
  WHERE tax_id_status <> 'none';--> statement-breakpoint
CREATE TRIGGER tax_id_checks_immutable BEFORE UPDATE OR DELETE ON tax_id_checks FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
SELECT raise_tenant_walls();--> statement-breakpoint
REVOKE UPDATE, DELETE ON tax_id_checks FROM tollkeeper_app;--> statement-breakpoint
-- A customer has one currency: once it stands on an invoice it stays.
CREATE FUNCTION keep_customer_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM invoices WHERE org_id = OLD.org_id AND customer_id = OLD.id) THEN
    RAISE EXCEPTION 'customer % has invoices in %: its currency stays', OLD.id, OLD.currency USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_currency BEFORE UPDATE OF currency ON customers FOR EACH ROW
  WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION keep_customer_currency();--> statement-breakpoint
-- And no invoice in another currency than its customer's, however the two meet: one look for all rows of a statement.
CREATE FUNCTION refuse_mixed_currency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  mixed text;
BEGIN
  SELECT n.id INTO mixed FROM written n
    JOIN customers c ON c.org_id = n.org_id AND c.id = n.customer_id
    WHERE c.currency <> n.currency LIMIT 1;
  IF mixed IS NOT NULL THEN
    RAISE EXCEPTION 'invoice % is not in its customer''s currency', mixed USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER invoices_currency AFTER INSERT ON invoices REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_mixed_currency();
