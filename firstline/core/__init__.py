"""Settings, errors, database, logging, events and string tables; imports no other part of Firstline."""
