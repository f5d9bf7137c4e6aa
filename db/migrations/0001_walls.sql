-- Walls the application cannot step over: partitions, immutability, balance, and row-level security.

CREATE FUNCTION ensure_usage_partitions(from_month date, months int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month date := date_trunc('month', from_month)::date;
BEGIN
  FOR i IN 0..months - 1 LOOP
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF usage_events FOR VALUES FROM (%L) TO (%L)',
      'usage_events_' || to_char(month, 'YYYY_MM'),
      to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
      to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    month := (month + interval '1 month')::date;
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TABLE usage_events_default PARTITION OF usage_events DEFAULT;
--> statement-breakpoint
SELECT ensure_usage_partitions('2026-01-01', 15);
--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: rows here are never changed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_immutable BEFORE UPDATE OR DELETE ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER ledger_entries_immutable BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_log_immutable BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER credit_notes_immutable BEFORE UPDATE OR DELETE ON credit_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER pricing_documents_immutable BEFORE UPDATE OR DELETE ON pricing_documents FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER usage_events_immutable BEFORE UPDATE OR DELETE ON usage_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE on % is refused', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_kept BEFORE TRUNCATE ON ledger_entries EXECUTE FUNCTION refuse_truncate();
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_kept BEFORE TRUNCATE ON ledger_transactions EXECUTE FUNCTION refuse_truncate();
--> statement-breakpoint
CREATE TRIGGER audit_log_kept BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION refuse_truncate();
--> statement-breakpoint
-- A finalized invoice moves only in status, paid and credited amounts and settlement time.
CREATE FUNCTION guard_finalized_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb;
BEGIN
  IF OLD.status = 'draft' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'invoice % is finalized and cannot be deleted', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  changed := to_jsonb(NEW) - 'status' - 'paid_minor' - 'credited_minor' - 'settled_at';
  IF changed IS DISTINCT FROM (to_jsonb(OLD) - 'status' - 'paid_minor' - 'credited_minor' - 'settled_at') THEN
    RAISE EXCEPTION 'invoice % is finalized and cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.status = 'draft' THEN
    RAISE EXCEPTION 'invoice % is finalized and cannot become a draft', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER invoices_guard BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION guard_finalized_invoice();
--> statement-breakpoint
CREATE FUNCTION guard_invoice_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  part record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  state text;
BEGIN
  SELECT status INTO state FROM invoices WHERE org_id = part.org_id AND id = part.invoice_id;
  IF state IS DISTINCT FROM 'draft' THEN
    RAISE EXCEPTION 'invoice % is not a draft: its % cannot change', part.invoice_id, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER invoice_lines_guard BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION guard_invoice_part();
--> statement-breakpoint
CREATE TRIGGER invoice_taxes_guard BEFORE INSERT OR UPDATE OR DELETE ON invoice_taxes FOR EACH ROW EXECUTE FUNCTION guard_invoice_part();
--> statement-breakpoint
-- Checked at commit, so that a transaction's entries may arrive in any number of statements.
CREATE FUNCTION refuse_imbalance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM ledger_entries
    WHERE org_id = NEW.org_id AND transaction_id = NEW.transaction_id
    GROUP BY currency HAVING sum(amount_minor) <> 0
  ) THEN
    RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_imbalance();
--> statement-breakpoint
DO $$
BEGIN
  CREATE ROLE tollkeeper_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('GRANT tollkeeper_app TO %I', current_user);
EXCEPTION WHEN OTHERS THEN
  -- Granted already by a concurrent migration, or current_user is a superuser who needs no grant.
  NULL;
END $$;
--> statement-breakpoint
-- Raise the wall on every table that carries org_id and does not have it yet; later migrations call it again.
CREATE FUNCTION raise_tenant_walls() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT c.oid, c.relname FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.relname);
    EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = current_setting(''tollkeeper.org_id'', true)) WITH CHECK (org_id = current_setting(''tollkeeper.org_id'', true))', t.relname);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tollkeeper_app', t.relname);
  END LOOP;
END $$;
--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON organizations USING (id = current_setting('tollkeeper.org_id', true)) WITH CHECK (id = current_setting('tollkeeper.org_id', true));
--> statement-breakpoint
GRANT SELECT, UPDATE ON organizations TO tollkeeper_app;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE usage_events_seq TO tollkeeper_app;
--> statement-breakpoint
REVOKE UPDATE, DELETE ON ledger_transactions, ledger_entries, audit_log, credit_notes, pricing_documents FROM tollkeeper_app;
