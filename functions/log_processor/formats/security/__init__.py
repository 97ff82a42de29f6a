"""What security products write: firewalls, intrusion detection, audit trails."""
