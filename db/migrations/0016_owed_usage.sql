ALTER TABLE "usage_adjustments" ADD COLUMN "credit_note_id" text;
--> statement-breakpoint
DROP TRIGGER usage_adjustments_guard ON usage_adjustments;
--> statement-breakpoint
-- On a draft's line it lives and dies with the draft; on a credit note of its period's invoice it is there for good.
CREATE FUNCTION guard_adjustment_carrier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  part record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  state text;
BEGIN
  IF part.credit_note_id IS NOT NULL THEN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
      SELECT 1 FROM credit_notes WHERE org_id = part.org_id AND id = part.credit_note_id
        AND invoice_id = part.invoice_id AND part.invoice_id = part.original_id
    ) THEN
      RAISE EXCEPTION 'adjustment of % stands on credit note % and cannot change', part.subscription_id, part.credit_note_id
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  SELECT status INTO state FROM invoices WHERE org_id = part.org_id AND id = part.invoice_id;
  IF state IS DISTINCT FROM 'draft' THEN
    RAISE EXCEPTION 'invoice % is not a draft: its usage_adjustments cannot change', part.invoice_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER usage_adjustments_guard BEFORE INSERT OR UPDATE OR DELETE ON usage_adjustments FOR EACH ROW EXECUTE FUNCTION guard_adjustment_carrier();
