CREATE TABLE "coupon_applications" (
	"org_id" text NOT NULL,
	"redemption_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"period" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "coupon_applications_org_id_redemption_id_invoice_id_pk" PRIMARY KEY("org_id","redemption_id","invoice_id")
);
--> statement-breakpoint
CREATE TABLE "coupon_redemptions" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"coupon_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text,
	"redeemed_at" timestamptz NOT NULL,
	"ended_at" timestamptz,
	CONSTRAINT "coupon_redemptions_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "coupons" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"percentage" numeric(38, 12),
	"amount" numeric(38, 12),
	"currency" text,
	"duration" text NOT NULL,
	"periods" integer,
	"targets" jsonb NOT NULL,
	"max_redemptions" integer,
	"max_per_customer" integer,
	"valid_from" timestamptz,
	"valid_until" timestamptz,
	"first_time_only" boolean NOT NULL,
	"created_at" timestamptz NOT NULL,
	"archived_at" timestamptz,
	CONSTRAINT "coupons_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "invoice_items" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"description" text NOT NULL,
	"quantity" numeric(38, 12) NOT NULL,
	"unit_price" numeric(38, 12) NOT NULL,
	"currency" text NOT NULL,
	"date" timestamptz NOT NULL,
	"created_at" timestamptz NOT NULL,
	"invoice_id" text,
	CONSTRAINT "invoice_items_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE INDEX "coupon_applications_invoice" ON "coupon_applications" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE INDEX "coupon_redemptions_customer" ON "coupon_redemptions" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE INDEX "coupon_redemptions_coupon" ON "coupon_redemptions" USING btree ("org_id","coupon_id","customer_id");--> statement-breakpoint
CREATE INDEX "invoice_items_waiting" ON "invoice_items" USING btree ("org_id","customer_id") WHERE invoice_id is null;--> statement-breakpoint
CREATE INDEX "invoice_items_invoice" ON "invoice_items" USING btree ("org_id","invoice_id") WHERE invoice_id is not null;
--> statement-breakpoint
ALTER TABLE "coupons" ADD CONSTRAINT "coupons_terms" CHECK (
  (percentage IS NULL) <> (amount IS NULL) AND (amount IS NULL) = (currency IS NULL)
  AND (percentage IS NULL OR (percentage > 0 AND percentage <= 100)) AND (amount IS NULL OR amount > 0)
  AND (duration = 'repeating') = (periods IS NOT NULL) AND (periods IS NULL OR periods > 0));
--> statement-breakpoint
ALTER TABLE "coupon_applications" ADD CONSTRAINT "coupon_applications_amount" CHECK (amount_minor > 0);
--> statement-breakpoint
CREATE FUNCTION guard_coupon() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'coupon % cannot be deleted: archive it', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.archived_at IS NOT NULL OR to_jsonb(NEW) - 'archived_at' IS DISTINCT FROM to_jsonb(OLD) - 'archived_at' THEN
    RAISE EXCEPTION 'coupon % cannot be changed: its terms stand', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER coupons_guard BEFORE UPDATE OR DELETE ON coupons FOR EACH ROW EXECUTE FUNCTION guard_coupon();
--> statement-breakpoint
-- The lock on the coupon settles who redeems last: whoever waits for it counts again.
CREATE FUNCTION guard_coupon_redemption() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'redemption % cannot be deleted: end it', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.ended_at IS NOT NULL OR to_jsonb(NEW) - 'ended_at' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at' THEN
      RAISE EXCEPTION 'redemption % can only be ended, once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  SELECT max_redemptions, max_per_customer, archived_at INTO held
    FROM coupons WHERE org_id = NEW.org_id AND id = NEW.coupon_id FOR UPDATE;
  IF NOT FOUND OR held.archived_at IS NOT NULL THEN
    RAISE EXCEPTION 'coupon % cannot be redeemed', NEW.coupon_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF held.max_redemptions IS NOT NULL AND held.max_redemptions <=
    (SELECT count(*) FROM coupon_redemptions WHERE org_id = NEW.org_id AND coupon_id = NEW.coupon_id) THEN
    RAISE EXCEPTION 'coupon % has been redeemed as often as it may be', NEW.coupon_id USING ERRCODE = 'check_violation';
  END IF;
  IF held.max_per_customer IS NOT NULL AND held.max_per_customer <=
    (SELECT count(*) FROM coupon_redemptions
      WHERE org_id = NEW.org_id AND coupon_id = NEW.coupon_id AND customer_id = NEW.customer_id) THEN
    RAISE EXCEPTION 'customer % has redeemed coupon % as often as they may', NEW.customer_id, NEW.coupon_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER coupon_redemptions_guard BEFORE INSERT OR UPDATE OR DELETE ON coupon_redemptions FOR EACH ROW EXECUTE FUNCTION guard_coupon_redemption();
--> statement-breakpoint
-- The same for a redeemed coupon's periods: the lock on the redemption settles which invoice gets the last one.
CREATE FUNCTION guard_coupon_application() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  invoice record;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'a coupon on an invoice cannot be changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    SELECT status INTO invoice FROM invoices WHERE org_id = OLD.org_id AND id = OLD.invoice_id;
    IF FOUND AND invoice.status NOT IN ('draft', 'void') THEN
      RAISE EXCEPTION 'invoice % has used its coupon up', OLD.invoice_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  SELECT r.customer_id, r.subscription_id, c.duration, c.periods INTO held
    FROM coupon_redemptions r JOIN coupons c ON c.org_id = r.org_id AND c.id = r.coupon_id
    WHERE r.org_id = NEW.org_id AND r.id = NEW.redemption_id FOR UPDATE OF r;
  SELECT status, customer_id, subscription_id, period INTO invoice
    FROM invoices WHERE org_id = NEW.org_id AND id = NEW.invoice_id;
  IF invoice.status IS DISTINCT FROM 'draft' OR invoice.customer_id IS DISTINCT FROM held.customer_id
    OR invoice.period IS DISTINCT FROM NEW.period
    OR coalesce(held.subscription_id, invoice.subscription_id) <> invoice.subscription_id THEN
    RAISE EXCEPTION 'redemption % does not go with invoice %', NEW.redemption_id, NEW.invoice_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF held.duration = 'once' AND EXISTS (SELECT 1 FROM coupon_applications
    WHERE org_id = NEW.org_id AND redemption_id = NEW.redemption_id)
    OR held.duration = 'repeating' AND held.periods <= (SELECT count(DISTINCT period) FROM coupon_applications
      WHERE org_id = NEW.org_id AND redemption_id = NEW.redemption_id AND period <> NEW.period) THEN
    RAISE EXCEPTION 'redemption % is used up', NEW.redemption_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER coupon_applications_guard BEFORE INSERT OR UPDATE OR DELETE ON coupon_applications FOR EACH ROW EXECUTE FUNCTION guard_coupon_application();
--> statement-breakpoint
-- A one-off item is on one invoice at most: it is taken up by a draft, and let go by a draft that is dropped or a void invoice.
CREATE FUNCTION guard_invoice_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoice record;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.invoice_id IS NOT NULL THEN
      RAISE EXCEPTION 'item % is on invoice %', OLD.id, OLD.invoice_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - 'invoice_id' IS DISTINCT FROM to_jsonb(OLD) - 'invoice_id' THEN
      RAISE EXCEPTION 'item % cannot be changed: delete it and add another', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.invoice_id IS NOT NULL THEN
      SELECT status INTO invoice FROM invoices WHERE org_id = OLD.org_id AND id = OLD.invoice_id;
      IF NEW.invoice_id IS NOT NULL OR (FOUND AND invoice.status NOT IN ('draft', 'void')) THEN
        RAISE EXCEPTION 'item % is on invoice %', OLD.id, OLD.invoice_id USING ERRCODE = 'restrict_violation';
      END IF;
    END IF;
  END IF;
  IF NEW.invoice_id IS NOT NULL THEN
    SELECT status, customer_id, currency INTO invoice FROM invoices WHERE org_id = NEW.org_id AND id = NEW.invoice_id;
    IF invoice.status IS DISTINCT FROM 'draft' OR invoice.customer_id IS DISTINCT FROM NEW.customer_id
      OR invoice.currency IS DISTINCT FROM NEW.currency THEN
      RAISE EXCEPTION 'item % does not go with invoice %', NEW.id, NEW.invoice_id USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER invoice_items_guard BEFORE INSERT OR UPDATE OR DELETE ON invoice_items FOR EACH ROW EXECUTE FUNCTION guard_invoice_item();
--> statement-breakpoint
SELECT raise_tenant_walls();
