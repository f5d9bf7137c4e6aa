DROP INDEX "customers_provider";--> statement-breakpoint
DROP INDEX "payments_ref";--> statement-breakpoint
CREATE INDEX "payment_methods_id" ON "payment_methods" USING btree ("id");--> statement-breakpoint
CREATE INDEX "customers_provider" ON "customers" USING btree ("provider_customer_id","org_id");--> statement-breakpoint
CREATE INDEX "payments_ref" ON "payments" USING btree ("provider_ref","org_id");--> statement-breakpoint
-- Rows were made visible since -infinity, which no client reads.
UPDATE "outbox" SET "visible_at" = 'epoch' WHERE "visible_at" = '-infinity';
