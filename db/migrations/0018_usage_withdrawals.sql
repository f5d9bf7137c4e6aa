CREATE TABLE "usage_withdrawals" (
	"org_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"event_id" text NOT NULL,
	"replaced_by" text,
	"reason" text NOT NULL,
	"actor" text NOT NULL,
	"customer_id" text NOT NULL,
	"metric" text NOT NULL,
	"timestamp" timestamptz NOT NULL,
	"quantity" numeric(38, 12) NOT NULL,
	"received_at" timestamptz NOT NULL,
	"seq" bigint DEFAULT nextval('usage_events_seq') NOT NULL,
	"xid" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
	CONSTRAINT "usage_withdrawals_org_id_idempotency_key_pk" PRIMARY KEY("org_id","idempotency_key")
);
--> statement-breakpoint
CREATE INDEX "usage_withdrawals_xid" ON "usage_withdrawals" USING btree ("xid");--> statement-breakpoint
CREATE INDEX "usage_withdrawals_replacement" ON "usage_withdrawals" USING btree ("org_id","replaced_by");--> statement-breakpoint
SELECT raise_tenant_walls();
--> statement-breakpoint
ALTER POLICY tenant ON usage_withdrawals USING (org_id = (SELECT current_setting('tollkeeper.org_id', true)))
  WITH CHECK (org_id = (SELECT current_setting('tollkeeper.org_id', true)));
--> statement-breakpoint
CREATE TRIGGER usage_withdrawals_immutable BEFORE UPDATE OR DELETE ON usage_withdrawals FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER usage_withdrawals_kept BEFORE TRUNCATE ON usage_withdrawals EXECUTE FUNCTION refuse_truncate();
--> statement-breakpoint
-- What counts. Read with the rights of who asks, so that the tenants' wall stands.
CREATE VIEW counted_usage WITH (security_invoker = true) AS
SELECT e.* FROM usage_events e
WHERE NOT EXISTS (SELECT 1 FROM usage_withdrawals w WHERE w.org_id = e.org_id AND w.idempotency_key = e.idempotency_key);
--> statement-breakpoint
CREATE VIEW usage_changes WITH (security_invoker = true) AS
SELECT org_id, event_id, customer_id, metric, timestamp, quantity, received_at, seq, xid, false AS taken_back FROM usage_events
UNION ALL
SELECT org_id, event_id, customer_id, metric, timestamp, -quantity, received_at, seq, xid, true FROM usage_withdrawals;
--> statement-breakpoint
GRANT SELECT ON counted_usage, usage_changes TO tollkeeper_app;
