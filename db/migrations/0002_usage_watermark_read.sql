-- Exact totals read where the roll-up stands, in the tenant's own transaction; it holds no tenant's data.
GRANT SELECT ON usage_watermarks TO tollkeeper_app;
