"""Run a local AWS: moto's services behind one loopback port, and Lambda functions in real processes."""
