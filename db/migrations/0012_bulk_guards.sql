-- The guards look at a statement's rows together: a run writes some hundred thousand lines, and asked for each one
-- they cost more than the rows.
DROP TRIGGER invoice_lines_guard ON invoice_lines;--> statement-breakpoint
DROP TRIGGER invoice_taxes_guard ON invoice_taxes;--> statement-breakpoint
-- Its plan is kept for the session: made while the tables are small, it must not scan them when they are large.
CREATE FUNCTION guard_invoice_parts() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  wrong text;
BEGIN
  SELECT t.invoice_id INTO wrong FROM (SELECT DISTINCT org_id, invoice_id FROM touched) t
  WHERE (SELECT i.status FROM invoices i WHERE i.org_id = t.org_id AND i.id = t.invoice_id) IS DISTINCT FROM 'draft'
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'invoice % is not a draft: its % cannot change', wrong, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER invoice_lines_added AFTER INSERT ON invoice_lines REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_lines_changed_from AFTER UPDATE ON invoice_lines REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_lines_changed_to AFTER UPDATE ON invoice_lines REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_lines_removed AFTER DELETE ON invoice_lines REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_taxes_added AFTER INSERT ON invoice_taxes REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_taxes_changed_from AFTER UPDATE ON invoice_taxes REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_taxes_changed_to AFTER UPDATE ON invoice_taxes REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();--> statement-breakpoint
CREATE TRIGGER invoice_taxes_removed AFTER DELETE ON invoice_taxes REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION guard_invoice_parts();
