CREATE TABLE "agent_runs" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text,
	"trigger_type" text NOT NULL,
	"trigger_key" text NOT NULL,
	"status" text NOT NULL,
	"next_agent" text,
	"source" text,
	"reason_code" text,
	"reasoning" text,
	"confidence" double precision,
	"state_hash" text,
	"prompt_hash" text,
	"schema_hash" text,
	"policy_version" text,
	"provider" text,
	"model" text,
	"raw_output" text,
	"repairs" integer DEFAULT 0 NOT NULL,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_micro_usd" integer DEFAULT 0 NOT NULL,
	"latency_ms" integer DEFAULT 0 NOT NULL,
	"proposals" jsonb NOT NULL,
	"verdicts" jsonb NOT NULL,
	"outcome" jsonb,
	"created_at" timestamptz NOT NULL,
	"finished_at" timestamptz,
	CONSTRAINT "agent_runs_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "escalations" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"run_id" text NOT NULL,
	"customer_id" text,
	"reason" text NOT NULL,
	"summary" text NOT NULL,
	"priority" text NOT NULL,
	"status" text NOT NULL,
	"claimed_by" text,
	"claimed_at" timestamptz,
	"context" jsonb NOT NULL,
	"answer" jsonb,
	"answered_by" text,
	"answered_at" timestamptz,
	"due_at" timestamptz NOT NULL,
	"created_at" timestamptz NOT NULL,
	"resolved_at" timestamptz,
	CONSTRAINT "escalations_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "dunning_cases" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"state" text NOT NULL,
	"decline_class" text NOT NULL,
	"decline_code" text,
	"first_failure_at" timestamptz NOT NULL,
	"failures" integer NOT NULL,
	"next_step" integer,
	"next_step_at" timestamptz,
	"next_retry_at" timestamptz,
	"paused_until" timestamptz,
	"frozen_reason" text,
	"opened_at" timestamptz NOT NULL,
	"ended_at" timestamptz,
	CONSTRAINT "dunning_cases_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"verified_at" timestamptz,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "contacts_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"country" text,
	"region" text,
	"address" jsonb NOT NULL,
	"time_zone" text NOT NULL,
	"locale" text NOT NULL,
	"tax_id" text,
	"tax_id_status" text NOT NULL,
	"tax_exempt" boolean NOT NULL,
	"audience" text NOT NULL,
	"status" text NOT NULL,
	"collection" text NOT NULL,
	"provider_customer_id" text,
	"default_payment_method_id" text,
	"manual_hold" boolean NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "customers_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "pricing_documents" (
	"org_id" text NOT NULL,
	"version" text NOT NULL,
	"effective_date" timestamptz NOT NULL,
	"document" jsonb NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "pricing_documents_org_id_version_pk" PRIMARY KEY("org_id","version")
);
--> statement-breakpoint
CREATE TABLE "subscription_addons" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"addon_id" text NOT NULL,
	"quantity" numeric(38, 12) NOT NULL,
	"from" timestamptz NOT NULL,
	"to" timestamptz,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "subscription_addons_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "subscription_changes" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"at" timestamptz NOT NULL,
	"plan_id" text NOT NULL,
	"pricing_version" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "subscription_changes_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"pricing_version" text NOT NULL,
	"status" text NOT NULL,
	"anchor_day" integer NOT NULL,
	"started_at" timestamptz NOT NULL,
	"trial_ends_at" timestamptz,
	"canceled_at" timestamptz,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "subscriptions_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"thread_id" text NOT NULL,
	"customer_id" text,
	"direction" text NOT NULL,
	"key" text NOT NULL,
	"message_id" text NOT NULL,
	"in_reply_to" text,
	"from" text NOT NULL,
	"to" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text,
	"trust" text,
	"purpose" text NOT NULL,
	"dunning_case_id" text,
	"attach_invoice_id" text,
	"status" text NOT NULL,
	"headers" jsonb NOT NULL,
	"created_at" timestamptz NOT NULL,
	"send_at" timestamptz,
	"sent_at" timestamptz,
	CONSTRAINT "messages_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text,
	"subject" text NOT NULL,
	"automated_replies" integer NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "threads_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "billing_run_skips" (
	"org_id" text NOT NULL,
	"run_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "billing_run_skips_org_id_run_id_customer_id_pk" PRIMARY KEY("org_id","run_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "billing_runs" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"period" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamptz NOT NULL,
	"finished_at" timestamptz,
	CONSTRAINT "billing_runs_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "credit_notes" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"number" text NOT NULL,
	"invoice_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"currency" text NOT NULL,
	"net_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"total_minor" bigint NOT NULL,
	"reason" text NOT NULL,
	"approved_by" text NOT NULL,
	"key" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "credit_notes_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "invoice_lines" (
	"org_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"metric" text,
	"description" text NOT NULL,
	"quantity" numeric(38, 12) NOT NULL,
	"unit_price" numeric(38, 12),
	"amount_minor" bigint NOT NULL,
	"exact_amount" text NOT NULL,
	"period_start" timestamptz NOT NULL,
	"period_end" timestamptz NOT NULL,
	CONSTRAINT "invoice_lines_org_id_invoice_id_position_pk" PRIMARY KEY("org_id","invoice_id","position")
);
--> statement-breakpoint
CREATE TABLE "invoice_numbers" (
	"org_id" text NOT NULL,
	"series" text NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "invoice_numbers_org_id_series_pk" PRIMARY KEY("org_id","series")
);
--> statement-breakpoint
CREATE TABLE "invoice_taxes" (
	"org_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"position" integer NOT NULL,
	"jurisdiction" text NOT NULL,
	"rate" numeric(38, 12) NOT NULL,
	"base_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"note" text,
	CONSTRAINT "invoice_taxes_org_id_invoice_id_position_pk" PRIMARY KEY("org_id","invoice_id","position")
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text NOT NULL,
	"run_id" text,
	"period" text NOT NULL,
	"period_start" timestamptz NOT NULL,
	"period_end" timestamptz NOT NULL,
	"status" text NOT NULL,
	"number" text,
	"currency" text NOT NULL,
	"subtotal_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"total_minor" bigint NOT NULL,
	"paid_minor" bigint NOT NULL,
	"credited_minor" bigint NOT NULL,
	"seller" jsonb NOT NULL,
	"buyer" jsonb NOT NULL,
	"pricing_version" text NOT NULL,
	"content_hash" text NOT NULL,
	"payment_reference" text NOT NULL,
	"public_token" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	"finalized_at" timestamptz,
	"due_at" timestamptz,
	"settled_at" timestamptz,
	CONSTRAINT "invoices_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"org_id" text NOT NULL,
	"transaction_id" text NOT NULL,
	"position" integer NOT NULL,
	"account" text NOT NULL,
	"customer_id" text,
	"invoice_id" text,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"at" timestamptz NOT NULL,
	CONSTRAINT "ledger_entries_org_id_transaction_id_position_pk" PRIMARY KEY("org_id","transaction_id","position")
);
--> statement-breakpoint
CREATE TABLE "ledger_transactions" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"at" timestamptz NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"approval" text,
	CONSTRAINT "ledger_transactions_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "usage_anomalies" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"metric" text NOT NULL,
	"from" timestamptz NOT NULL,
	"to" timestamptz NOT NULL,
	"observed" numeric(38, 12) NOT NULL,
	"expected" numeric(38, 12) NOT NULL,
	"score" double precision NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "usage_anomalies_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "usage_buckets" (
	"org_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"metric" text NOT NULL,
	"hour" timestamptz NOT NULL,
	"count" bigint NOT NULL,
	"sum" numeric(38, 12) NOT NULL,
	"max" numeric(38, 12) NOT NULL,
	"min" numeric(38, 12) NOT NULL,
	CONSTRAINT "usage_buckets_org_id_customer_id_metric_hour_pk" PRIMARY KEY("org_id","customer_id","metric","hour")
);
--> statement-breakpoint
CREATE TABLE "usage_dead_letters" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"hash" text NOT NULL,
	"code" text NOT NULL,
	"reason" text NOT NULL,
	"body" jsonb,
	"times" integer DEFAULT 1 NOT NULL,
	"status" text NOT NULL,
	"received_at" timestamptz NOT NULL,
	CONSTRAINT "usage_dead_letters_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE SEQUENCE "usage_events_seq" CACHE 1;--> statement-breakpoint
CREATE TABLE "usage_events" (
	"org_id" text NOT NULL,
	"event_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"customer_id" text NOT NULL,
	"metric" text NOT NULL,
	"timestamp" timestamptz NOT NULL,
	"quantity" numeric(38, 12) NOT NULL,
	"properties" jsonb,
	"namespace_id" text,
	"received_at" timestamptz NOT NULL,
	"seq" bigint DEFAULT nextval('usage_events_seq') NOT NULL,
	"xid" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
	CONSTRAINT "usage_events_org_id_seq_timestamp_pk" PRIMARY KEY("org_id","seq","timestamp")
) PARTITION BY RANGE ("timestamp");
--> statement-breakpoint
CREATE TABLE "usage_keys" (
	"org_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"event_id" text NOT NULL,
	"payload_hash" text NOT NULL,
	"received_at" timestamptz NOT NULL,
	CONSTRAINT "usage_keys_org_id_idempotency_key_pk" PRIMARY KEY("org_id","idempotency_key")
) PARTITION BY HASH ("org_id", "idempotency_key");--> statement-breakpoint
CREATE TABLE "usage_keys_0" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 0);--> statement-breakpoint
CREATE TABLE "usage_keys_1" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 1);--> statement-breakpoint
CREATE TABLE "usage_keys_2" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 2);--> statement-breakpoint
CREATE TABLE "usage_keys_3" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 3);--> statement-breakpoint
CREATE TABLE "usage_keys_4" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 4);--> statement-breakpoint
CREATE TABLE "usage_keys_5" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 5);--> statement-breakpoint
CREATE TABLE "usage_keys_6" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 6);--> statement-breakpoint
CREATE TABLE "usage_keys_7" PARTITION OF "usage_keys" FOR VALUES WITH (MODULUS 8, REMAINDER 7);
--> statement-breakpoint
CREATE TABLE "usage_watermarks" (
	"name" text PRIMARY KEY NOT NULL,
	"xid" bigint NOT NULL,
	"moved_at" timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"endpoint_id" text NOT NULL,
	"key" text NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text NOT NULL,
	"attempts" integer NOT NULL,
	"last_status" integer,
	"last_answer" text,
	"created_at" timestamptz NOT NULL,
	"delivered_at" timestamptz,
	CONSTRAINT "webhook_deliveries_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"events" jsonb NOT NULL,
	"disabled" boolean NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "webhook_endpoints_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "bank_transactions" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"booked_on" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"payer" text NOT NULL,
	"reference" text NOT NULL,
	"status" text NOT NULL,
	"invoice_id" text,
	"score" double precision,
	"explanation" text NOT NULL,
	"imported_at" timestamptz NOT NULL,
	CONSTRAINT "bank_transactions_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "disputes" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"payment_id" text,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"status" text NOT NULL,
	"opened_at" timestamptz NOT NULL,
	"closed_at" timestamptz,
	CONSTRAINT "disputes_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "payment_methods" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"customer_id" text NOT NULL,
	"provider" text NOT NULL,
	"brand" text NOT NULL,
	"last4" text NOT NULL,
	"exp_month" integer NOT NULL,
	"exp_year" integer NOT NULL,
	"fingerprint" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "payment_methods_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"kind" text NOT NULL,
	"provider" text NOT NULL,
	"provider_ref" text,
	"idempotency_key" text NOT NULL,
	"payment_method_id" text,
	"fingerprint" text,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"refunded_minor" bigint NOT NULL,
	"status" text NOT NULL,
	"failure_code" text,
	"decline_code" text,
	"network_code" text,
	"action_url" text,
	"cause" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	"settled_at" timestamptz,
	CONSTRAINT "payments_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "provider_events" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"provider" text NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"customer_id" text,
	"outcome" text,
	"received_at" timestamptz NOT NULL,
	"applied_at" timestamptz,
	CONSTRAINT "provider_events_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"payment_id" text NOT NULL,
	"provider_ref" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "refunds_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "sandbox_objects" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"data" jsonb NOT NULL,
	"request_key" text,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "sandbox_objects_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	"expires_at" timestamptz,
	"revoked_at" timestamptz,
	"last_used_at" timestamptz,
	CONSTRAINT "api_keys_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"at" timestamptz NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"reason" text NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "audit_log_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"org_id" text NOT NULL,
	"key" text NOT NULL,
	"route" text NOT NULL,
	"body_hash" text NOT NULL,
	"status" integer,
	"answer" text,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "idempotency_keys_org_id_key_pk" PRIMARY KEY("org_id","key")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	CONSTRAINT "members_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"country" text NOT NULL,
	"region" text,
	"tax_id" text,
	"time_zone" text NOT NULL,
	"currency" text NOT NULL,
	"mode" text NOT NULL,
	"clock_at" timestamptz,
	"clock_target" timestamptz,
	"settings" jsonb NOT NULL,
	"created_at" timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"job" text NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"due_at" timestamptz NOT NULL,
	"visible_at" timestamptz NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"max_attempts" integer NOT NULL,
	"last_error" text,
	"created_at" timestamptz NOT NULL,
	"finished_at" timestamptz,
	CONSTRAINT "outbox_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "agent_runs_trigger" ON "agent_runs" USING btree ("org_id","trigger_key");--> statement-breakpoint
CREATE INDEX "agent_runs_customer" ON "agent_runs" USING btree ("org_id","customer_id","created_at");--> statement-breakpoint
CREATE INDEX "escalations_open" ON "escalations" USING btree ("org_id","status","due_at");--> statement-breakpoint
CREATE INDEX "escalations_customer" ON "escalations" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "dunning_cases_invoice" ON "dunning_cases" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE INDEX "dunning_cases_customer" ON "dunning_cases" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_email" ON "contacts" USING btree ("org_id","customer_id","email");--> statement-breakpoint
CREATE INDEX "contacts_lookup" ON "contacts" USING btree ("org_id","email");--> statement-breakpoint
CREATE INDEX "customers_provider" ON "customers" USING btree ("org_id","provider_customer_id");--> statement-breakpoint
CREATE INDEX "subscription_addons_subscription" ON "subscription_addons" USING btree ("org_id","subscription_id");--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_changes_at" ON "subscription_changes" USING btree ("org_id","subscription_id","at");--> statement-breakpoint
CREATE INDEX "subscriptions_customer" ON "subscriptions" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_key" ON "messages" USING btree ("org_id","key");--> statement-breakpoint
CREATE INDEX "messages_message_id" ON "messages" USING btree ("org_id","message_id");--> statement-breakpoint
CREATE INDEX "messages_customer" ON "messages" USING btree ("org_id","customer_id","created_at");--> statement-breakpoint
CREATE INDEX "threads_customer" ON "threads" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "billing_runs_period" ON "billing_runs" USING btree ("org_id","period");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_notes_key" ON "credit_notes" USING btree ("org_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_notes_number" ON "credit_notes" USING btree ("org_id","number");--> statement-breakpoint
CREATE INDEX "credit_notes_invoice" ON "credit_notes" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_period" ON "invoices" USING btree ("org_id","customer_id","subscription_id","period_start");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number" ON "invoices" USING btree ("org_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_token" ON "invoices" USING btree ("public_token");--> statement-breakpoint
CREATE INDEX "invoices_reference" ON "invoices" USING btree ("org_id","payment_reference");--> statement-breakpoint
CREATE INDEX "invoices_status" ON "invoices" USING btree ("org_id","status");--> statement-breakpoint
CREATE INDEX "ledger_entries_account" ON "ledger_entries" USING btree ("org_id","account","at");--> statement-breakpoint
CREATE INDEX "ledger_entries_customer" ON "ledger_entries" USING btree ("org_id","customer_id","at");--> statement-breakpoint
CREATE INDEX "ledger_entries_invoice" ON "ledger_entries" USING btree ("org_id","invoice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transactions_key" ON "ledger_transactions" USING btree ("org_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "usage_anomalies_from" ON "usage_anomalies" USING btree ("org_id","customer_id","metric","from");--> statement-breakpoint
CREATE UNIQUE INDEX "usage_dead_letters_hash" ON "usage_dead_letters" USING btree ("org_id","hash");--> statement-breakpoint
CREATE INDEX "usage_events_event" ON "usage_events" USING btree ("org_id","event_id");--> statement-breakpoint
CREATE INDEX "usage_events_customer" ON "usage_events" USING btree ("org_id","customer_id","metric","timestamp");--> statement-breakpoint
CREATE INDEX "usage_events_xid" ON "usage_events" USING btree ("xid");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_key" ON "webhook_deliveries" USING btree ("org_id","endpoint_id","key");--> statement-breakpoint
CREATE INDEX "disputes_customer" ON "disputes" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE INDEX "payment_methods_customer" ON "payment_methods" USING btree ("org_id","customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_attempt" ON "payments" USING btree ("org_id","invoice_id","attempt");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_key" ON "payments" USING btree ("org_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "payments_ref" ON "payments" USING btree ("org_id","provider_ref");--> statement-breakpoint
CREATE INDEX "payments_fingerprint" ON "payments" USING btree ("org_id","fingerprint","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_ref" ON "refunds" USING btree ("org_id","provider_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "sandbox_objects_key" ON "sandbox_objects" USING btree ("org_id","request_key");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "audit_subject" ON "audit_log" USING btree ("org_id","subject_type","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "members_email" ON "members" USING btree ("org_id","email");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_key" ON "outbox" USING btree ("org_id","job","key");--> statement-breakpoint
CREATE INDEX "outbox_open" ON "outbox" USING btree ("status","due_at");