"""Everything on one machine: PostgreSQL, a broker and the services as children of one supervisor."""
