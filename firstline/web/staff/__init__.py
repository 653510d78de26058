"""Routes about staff: accounts, sessions, the audit log, resellers."""
