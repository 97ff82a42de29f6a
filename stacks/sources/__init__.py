"""Say which services of AWS deliver logs, and what a bucket has to allow them, other accounts and an organisation."""
