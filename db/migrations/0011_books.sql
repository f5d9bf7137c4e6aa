CREATE TABLE "credit_note_lines" (
	"org_id" text NOT NULL,
	"credit_note_id" text NOT NULL,
	"position" integer NOT NULL,
	"invoice_line" integer NOT NULL,
	"kind" text NOT NULL,
	"description" text NOT NULL,
	"net_minor" bigint NOT NULL,
	CONSTRAINT "credit_note_lines_org_id_credit_note_id_position_pk" PRIMARY KEY("org_id","credit_note_id","position")
);
--> statement-breakpoint
CREATE TABLE "credit_note_taxes" (
	"org_id" text NOT NULL,
	"credit_note_id" text NOT NULL,
	"invoice_tax" integer NOT NULL,
	"base_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "credit_note_taxes_org_id_credit_note_id_invoice_tax_pk" PRIMARY KEY("org_id","credit_note_id","invoice_tax")
);
--> statement-breakpoint
CREATE TABLE "ledger_sums" (
	"org_id" text NOT NULL,
	"account" text NOT NULL,
	"currency" text NOT NULL,
	"day" date NOT NULL,
	"debit_minor" bigint NOT NULL,
	"credit_minor" bigint NOT NULL,
	CONSTRAINT "ledger_sums_org_id_account_currency_day_pk" PRIMARY KEY("org_id","account","currency","day")
);
--> statement-breakpoint
CREATE TABLE "ledger_unsummed" (
	"org_id" text NOT NULL,
	"transaction_id" text NOT NULL,
	CONSTRAINT "ledger_unsummed_org_id_transaction_id_pk" PRIMARY KEY("org_id","transaction_id")
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"org_id" text NOT NULL,
	"seq" integer NOT NULL,
	"audit_ids" text[] NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	"sealed_at" timestamptz NOT NULL,
	CONSTRAINT "audit_seals_org_id_seq_pk" PRIMARY KEY("org_id","seq")
);
--> statement-breakpoint
CREATE TABLE "audit_unsealed" (
	"org_id" text NOT NULL,
	"audit_id" text NOT NULL,
	CONSTRAINT "audit_unsealed_org_id_audit_id_pk" PRIMARY KEY("org_id","audit_id")
);
--> statement-breakpoint
DROP INDEX "invoices_period";--> statement-breakpoint
ALTER TABLE "refunds" ALTER COLUMN "provider_ref" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "corrects" text;--> statement-breakpoint
ALTER TABLE "ledger_transactions" ADD COLUMN "entry_count" integer;--> statement-breakpoint
ALTER TABLE "ledger_transactions" DISABLE TRIGGER "ledger_transactions_immutable";--> statement-breakpoint
UPDATE "ledger_transactions" t SET "entry_count" = (SELECT count(*) FROM "ledger_entries" e WHERE e.org_id = t.org_id AND e.transaction_id = t.id);--> statement-breakpoint
ALTER TABLE "ledger_transactions" ENABLE TRIGGER "ledger_transactions_immutable";--> statement-breakpoint
ALTER TABLE "ledger_transactions" ALTER COLUMN "entry_count" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "invoice_id" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "customer_id" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "credit_note_id" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "settled_at" timestamptz;--> statement-breakpoint
UPDATE "refunds" r SET "invoice_id" = p.invoice_id, "customer_id" = p.customer_id, "idempotency_key" = 'provider:' || r.provider_ref,
  "kind" = p.kind, "reason" = 'made at the provider', "settled_at" = r.created_at
  FROM "payments" p WHERE p.org_id = r.org_id AND p.id = r.payment_id;--> statement-breakpoint
ALTER TABLE "refunds" ALTER COLUMN "invoice_id" SET NOT NULL, ALTER COLUMN "customer_id" SET NOT NULL, ALTER COLUMN "idempotency_key" SET NOT NULL,
  ALTER COLUMN "kind" SET NOT NULL, ALTER COLUMN "reason" SET NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_corrects" ON "invoices" USING btree ("org_id","corrects");--> statement-breakpoint
CREATE INDEX "ledger_entries_credit" ON "ledger_entries" USING btree ("org_id","customer_id","currency") WHERE account = 'customer_credit';--> statement-breakpoint
CREATE INDEX "ledger_transactions_journal" ON "ledger_transactions" USING btree ("org_id","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_key" ON "refunds" USING btree ("org_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "refunds_payment" ON "refunds" USING btree ("org_id","payment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_period" ON "invoices" USING btree ("org_id","customer_id","subscription_id","period_start") WHERE corrects is null;
--> statement-breakpoint
-- Notes issued so far, as they were computed: the tax on the running total, the net in proportion over the lines.
INSERT INTO credit_note_taxes (org_id, credit_note_id, invoice_tax, base_minor, amount_minor)
SELECT n.org_id, n.id, t.position, n.net_minor,
  div(2 * t.amount_minor::numeric * n.until + i.subtotal_minor, 2 * i.subtotal_minor)
    - div(2 * t.amount_minor::numeric * (n.until - n.net_minor) + i.subtotal_minor, 2 * i.subtotal_minor)
FROM (SELECT *, sum(net_minor) OVER (PARTITION BY org_id, invoice_id ORDER BY created_at, length(number), number) AS until FROM credit_notes) n
JOIN invoices i ON i.org_id = n.org_id AND i.id = n.invoice_id AND i.subtotal_minor > 0
JOIN invoice_taxes t ON t.org_id = n.org_id AND t.invoice_id = n.invoice_id;
--> statement-breakpoint
INSERT INTO credit_note_lines (org_id, credit_note_id, position, invoice_line, kind, description, net_minor)
SELECT org_id, credit_note_id, position, position, kind, description, net FROM (
  SELECT n.org_id, n.id AS credit_note_id, l.position, l.kind, l.description,
    floor(n.net_minor::numeric * l.until / i.subtotal_minor) - floor(n.net_minor::numeric * (l.until - l.amount_minor) / i.subtotal_minor) AS net
  FROM credit_notes n
  JOIN invoices i ON i.org_id = n.org_id AND i.id = n.invoice_id AND i.subtotal_minor > 0
  JOIN (SELECT *, sum(amount_minor) OVER (PARTITION BY org_id, invoice_id ORDER BY position) AS until FROM invoice_lines) l
    ON l.org_id = n.org_id AND l.invoice_id = n.invoice_id) parts
WHERE net <> 0;
--> statement-breakpoint
INSERT INTO ledger_unsummed (org_id, transaction_id) SELECT org_id, id FROM ledger_transactions;
--> statement-breakpoint
INSERT INTO audit_unsealed (org_id, audit_id) SELECT org_id, id FROM audit_log;
--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
REVOKE UPDATE, DELETE ON credit_note_lines, credit_note_taxes FROM tollkeeper_app;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON ledger_sums, ledger_unsummed, audit_seals, audit_unsealed FROM tollkeeper_app;
--> statement-breakpoint
REVOKE DELETE ON invoice_numbers, refunds FROM tollkeeper_app;
--> statement-breakpoint
CREATE TRIGGER credit_note_lines_immutable BEFORE UPDATE OR DELETE ON credit_note_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER credit_note_taxes_immutable BEFORE UPDATE OR DELETE ON credit_note_taxes FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_seals_immutable BEFORE UPDATE OR DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['invoices', 'invoice_lines', 'invoice_taxes', 'invoice_numbers', 'credit_notes', 'credit_note_lines',
    'credit_note_taxes', 'pricing_documents', 'audit_seals', 'usage_events'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_truncate()', kept || '_kept', kept);
  END LOOP;
END $$;
--> statement-breakpoint
-- A number that was given is never given again.
CREATE FUNCTION guard_invoice_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.series <> OLD.series OR NEW.org_id <> OLD.org_id OR NEW.last < OLD.last THEN
    RAISE EXCEPTION 'the number series % only counts up', OLD.series USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER invoice_numbers_guard BEFORE UPDATE OR DELETE ON invoice_numbers FOR EACH ROW EXECUTE FUNCTION guard_invoice_number();
--> statement-breakpoint
-- A finalized invoice moves only in status, paid and credited amounts and settlement time, and only as an invoice can.
CREATE OR REPLACE FUNCTION guard_finalized_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb;
BEGIN
  IF OLD.status = 'draft' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF NEW.status NOT IN ('draft', 'finalized', 'paid') THEN
      RAISE EXCEPTION 'invoice % is a draft and cannot become %', OLD.id, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
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
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('finalized', 'paid'), ('finalized', 'void'), ('finalized', 'uncollectible'), ('paid', 'finalized'), ('uncollectible', 'paid'))
    AND NOT (OLD.status = 'paid' AND NEW.status = 'void' AND OLD.total_minor = 0) THEN
    RAISE EXCEPTION 'invoice % is % and cannot become %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.credited_minor < OLD.credited_minor THEN
    RAISE EXCEPTION 'what was credited on invoice % stays credited', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
ALTER TABLE invoices ADD CONSTRAINT invoices_money CHECK (paid_minor >= 0 AND credited_minor >= 0 AND credited_minor <= greatest(total_minor, 0));
--> statement-breakpoint
-- At commit: a credit note is the sum of its lines and its taxes, whichever of them was written last.
CREATE FUNCTION refuse_wrong_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  note_id text := CASE TG_TABLE_NAME WHEN 'credit_notes' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'credit_note_id' END;
  note credit_notes%ROWTYPE;
BEGIN
  SELECT * INTO note FROM credit_notes WHERE org_id = NEW.org_id AND id = note_id;
  IF note.id IS NULL OR note.total_minor <> note.net_minor + note.tax_minor
    OR note.net_minor <> (SELECT coalesce(sum(net_minor), 0) FROM credit_note_lines WHERE org_id = NEW.org_id AND credit_note_id = note_id)
    OR note.tax_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM credit_note_taxes WHERE org_id = NEW.org_id AND credit_note_id = note_id) THEN
    RAISE EXCEPTION 'credit note % is not the sum of its lines and taxes', note_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER credit_notes_sums AFTER INSERT ON credit_notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_wrong_note();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER credit_note_lines_sums AFTER INSERT ON credit_note_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_wrong_note();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER credit_note_taxes_sums AFTER INSERT ON credit_note_taxes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_wrong_note();
--> statement-breakpoint
-- The entries of a transaction come with one statement, complete: the number it announces, one currency, debits equal
-- to credits, its own instant, and of invoices the currency and customer they have. Nothing can be added later.
DROP TRIGGER ledger_entries_balance ON ledger_entries;
--> statement-breakpoint
DROP FUNCTION refuse_imbalance();
--> statement-breakpoint
CREATE FUNCTION refuse_incomplete_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT a.transaction_id AS id, CASE
      WHEN t.id IS NULL THEN 'does not exist in this organisation'
      WHEN e.debits <> 0 THEN 'does not balance'
      WHEN e.entries <> t.entry_count THEN 'is complete with ' || t.entry_count || ' entries, not ' || e.entries
      WHEN e.first_currency <> e.last_currency THEN 'mixes ' || e.first_currency || ' and ' || e.last_currency
      WHEN NOT e.one_instant THEN 'has entries of another instant'
      ELSE 'names an invoice of another currency or customer' END AS reason
    INTO wrong
  FROM (SELECT DISTINCT org_id, transaction_id FROM added) a
  LEFT JOIN ledger_transactions t ON t.org_id = a.org_id AND t.id = a.transaction_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS entries, sum(l.amount_minor) AS debits, min(l.currency) AS first_currency, max(l.currency) AS last_currency,
      bool_and(l.at = t.at) AS one_instant, bool_or(i.currency <> l.currency OR i.customer_id <> l.customer_id) AS foreign_invoice
    FROM ledger_entries l LEFT JOIN invoices i ON i.org_id = l.org_id AND i.id = l.invoice_id
    WHERE l.org_id = a.org_id AND l.transaction_id = a.transaction_id) e
  WHERE t.id IS NULL OR e.debits <> 0 OR e.entries <> t.entry_count OR e.first_currency <> e.last_currency OR NOT e.one_instant
    OR e.foreign_invoice
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger transaction % %', wrong.id, wrong.reason USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_complete AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_incomplete_entries();
--> statement-breakpoint
CREATE FUNCTION refuse_empty_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_entries WHERE org_id = NEW.org_id AND transaction_id = NEW.id) THEN
    RAISE EXCEPTION 'ledger transaction % has no entries', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_transactions_entries AFTER INSERT ON ledger_transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_empty_transaction();
--> statement-breakpoint
-- The lists of what is still to be summed and sealed are written by these alone: with the owner's rights, not the application's.
CREATE FUNCTION note_unsummed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_unsummed (org_id, transaction_id) SELECT org_id, id FROM added;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_unsummed AFTER INSERT ON ledger_transactions REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_unsummed();
--> statement-breakpoint
CREATE FUNCTION note_unsealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_unsealed (org_id, audit_id) SELECT org_id, id FROM added;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_unsealed AFTER INSERT ON audit_log REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_unsealed();
--> statement-breakpoint
-- The hash of a link: over its place, the link before it, and its rows as they are. A row that is gone is missed.
CREATE FUNCTION audit_seal_hash(of_org text, at_seq int, previous text, ids text[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(of_org, at_seq, previous)::text || coalesce(string_agg(jsonb_build_array(
    a.id, to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), a.actor, a.action, a.subject_type, a.subject_id, a.reason, a.data
  )::text, chr(10) ORDER BY named.n), ''), 'UTF8')), 'hex')
  FROM unnest(ids) WITH ORDINALITY AS named(id, n) JOIN audit_log a ON a.org_id = of_org AND a.id = named.id
$$;
