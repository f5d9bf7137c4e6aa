DROP INDEX "invoices_corrects";--> statement-breakpoint
DROP INDEX "invoices_number";--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_corrects" ON "invoices" USING btree ("org_id","corrects") WHERE corrects is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number" ON "invoices" USING btree ("org_id","number") WHERE number is not null;--> statement-breakpoint
-- A run writes more rows than there were, and until autovacuum comes by the planner knows nothing of them: it takes
-- every index that begins with org_id for as good as the right one, and each look-up reads all that the run has
-- written. The application may not analyze; this may, and gives way to whoever holds the tables.
CREATE FUNCTION refresh_run_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
  SET lock_timeout = '1s' AS $$
BEGIN
  ANALYZE invoices (org_id, id, customer_id, subscription_id, period, period_start, status, kind, number, corrects, hold_code);
  ANALYZE invoice_lines (org_id, invoice_id);
  ANALYZE invoice_taxes (org_id, invoice_id);
  ANALYZE ledger_transactions (org_id, id, key, at);
  ANALYZE ledger_entries (org_id, transaction_id, account, customer_id, invoice_id);
EXCEPTION WHEN lock_not_available THEN
  NULL;
END $$;
--> statement-breakpoint
-- Planned anew each time: a plan kept from when the tables were small may go by the wrong index.
CREATE OR REPLACE FUNCTION guard_invoice_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong text;
BEGIN
  EXECUTE 'SELECT t.invoice_id FROM (SELECT DISTINCT org_id, invoice_id FROM touched) t
    WHERE (SELECT i.status FROM invoices i WHERE i.org_id = t.org_id AND i.id = t.invoice_id) IS DISTINCT FROM ''draft''
    LIMIT 1' INTO wrong;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'invoice % is not a draft: its % cannot change', wrong, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
